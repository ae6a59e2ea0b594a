internal import NPUBase
internal import Subprocess
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Sees to it that no program outlives this process, however this process ends: by SIGKILL, in a crash, at an exit in
/// the middle of a call.
///
/// A shell in a session of its own waits at a pipe that this process alone can write to. It is told which process group
/// runs now; the end of the pipe is the end of this process, and then it kills that group. What Linux has for this ties
/// a process to the thread that started it, and leaves alone what that process started.
final class ProcessWarden: Sendable {
  /// Reads the groups, an empty line for none, and kills the last one at the end.
  private static let script = """
    g=; while read -r l; do g=$l; done; [ -z "$g" ] || kill -s KILL -- "-$g" 2>/dev/null
    """

  /// Kept open: a write to a pipe without a reader would end this process.
  private let reading: FileDescriptor
  private let writing: FileDescriptor

  private init(reading: FileDescriptor, writing: FileDescriptor) {
    (self.reading, self.writing) = (reading, writing)
    for end in [reading, writing] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
    // Whatever became of the shell: a pipe that nobody empties must hold nobody up.
    _ = fcntl(writing.rawValue, F_SETFL, O_NONBLOCK)
  }

  deinit {
    try? writing.close()
    try? reading.close()
  }

  /// Starts the shell and waits until it runs.
  ///
  /// - Returns: `nil` if there can be no pipe; nobody watches then.
  static func start() async -> ProcessWarden? {
    guard let (reading, writing) = try? FileDescriptor.pipe() else { return nil }
    let warden = ProcessWarden(reading: reading, writing: writing)
    guard let handed = try? reading.duplicate() else { return nil }
    let started = OneShot<Void>()
    Task(priority: .utility) {
      _ = try? await Subprocess.run(
        shell, input: .fileDescriptor(handed, closeAfterSpawningProcess: true), output: .discarded, error: .discarded
      ) { _ in started.give() }
      started.give()
    }
    await started.wait()
    return warden
  }

  private static var shell: Configuration {
    var options = PlatformOptions()
    options.createSession = true
    return Configuration(executable: .path("/bin/sh"), arguments: ["-c", script], platformOptions: options)
  }

  /// Notes the process group that runs now, or that none does.
  func watch(_ group: Int32?) {
    let line = Array("\(group.map { "\($0)" } ?? "")\n".utf8)
    _ = try? unsafe line.withUnsafeBytes { unsafe try writing.write($0) }
  }
}
