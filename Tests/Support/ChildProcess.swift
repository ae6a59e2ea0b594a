internal import CSpawn
package import Foundation
internal import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program that runs beside the test, in a process group of its own.
///
/// Not Foundation's `Process`: on Linux it reads past the end of the list of open descriptors, which ends the whole test
/// run once other tests have a thousand connections open.
package final class ChildProcess: Sendable {
  /// How a process ended.
  package struct End: Sendable, Hashable {
    /// The status of the exit, or the number of the signal.
    package let status: Int32
    /// Whether a signal ended it.
    package let wasKilled: Bool
  }

  /// Why a program was not started.
  package struct Failed: Error, CustomStringConvertible {
    package let description: String
  }

  private let identifier: pid_t
  private let end = Watched<End?>(nil)
  private let isOver = GateSemaphore()
  /// Held while a signal is sent and while the process is reaped: its number may be another's afterwards.
  private let reaping = Mutex(())

  /// Starts a program with the signals as they are by default, and no open file but the three standard ones.
  ///
  /// - Parameters:
  ///   - program: The path of the program.
  ///   - arguments: Its arguments.
  ///   - environment: All its variables; those of the test by default.
  ///   - folder: Where it runs.
  ///   - input: What it reads; nothing by default.
  ///   - output: Where its standard output goes; nowhere by default.
  ///   - errors: Where its standard error goes; nowhere by default.
  /// - Throws: ``Failed`` with the words of the system.
  package init(
    _ program: String, _ arguments: [String], environment: [String: String]? = nil, in folder: String? = nil,
    input: FileHandle? = nil, output: FileHandle? = nil, errors: FileHandle? = nil
  ) throws {
    let variables = (environment ?? ProcessInfo.processInfo.environment).map { "\($0)=\($1)" }
    identifier = try Self.spawn(
      [program] + arguments, variables, folder,
      descriptors: [input, output, errors].map { $0?.fileDescriptor })
    let thread = Thread { [self] in reap() }
    thread.start()
  }

  /// Whether it has not ended yet.
  package var isRunning: Bool { end.value == nil }

  /// Waits for the end.
  package func ended() async -> End { await end.wait { $0 != nil } ?? End(status: -1, wasKilled: true) }

  /// Blocks the thread until the end.
  package func waitUntilEnd() -> End {
    isOver.wait()
    return end.value ?? End(status: -1, wasKilled: true)
  }

  /// Sends a signal, unless the process has ended.
  package func send(_ signal: Int32) {
    reaping.withLock { _ in if isRunning { kill(identifier, signal) } }
  }

  private func reap() {
    var information = unsafe siginfo_t()
    // Without reaping, so that the number stays taken until the lock is held.
    while unsafe waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    reaping.withLock { _ in
      var status: Int32 = 0
      while unsafe waitpid(identifier, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7F
      let end = End(status: signal == 0 ? status >> 8 & 0xFF : signal, wasKilled: signal != 0)
      self.end.change { $0 = end }
    }
    isOver.signal()
  }

  private static func spawn(
    _ words: [String], _ variables: [String], _ folder: String?, descriptors: [Int32?]
  ) throws -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    for (place, descriptor) in descriptors.enumerated() {
      if let descriptor {
        unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(place))
      } else {
        unsafe posix_spawn_file_actions_addopen(&actions, Int32(place), "/dev/null", O_RDWR, 0)
      }
    }
    if let folder { unsafe posix_spawn_file_actions_addchdir_np(&actions, folder) }
    var flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    #if canImport(Darwin)
      flags |= POSIX_SPAWN_CLOEXEC_DEFAULT
    #else
      unsafe posix_spawn_file_actions_addclosefrom_np(&actions, Int32(descriptors.count))
    #endif
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    var identifier: pid_t = 0
    let texts = unsafe words.map { unsafe strdup($0) } + [nil]
    let values = unsafe variables.map { unsafe strdup($0) } + [nil]
    defer { unsafe (texts + values).forEach { unsafe free($0) } }
    let failure = unsafe posix_spawn(&identifier, words[0], &actions, &attributes, texts, values)
    guard failure == 0 else {
      throw Failed(description: "\(words[0]) cannot be started: \(unsafe String(cString: strerror(failure)))")
    }
    return identifier
  }
}
