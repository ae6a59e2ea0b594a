internal import NPUBase
internal import Subprocess
internal import Synchronization
package import SystemPackage

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
/// A shell in a session of its own, here or on another machine, waits at a pipe that this process alone can write to.
/// It is told what runs; the end of the pipe is the end of this process, and then it ends what runs. What Linux has for
/// this ties a process to the thread that started it, and leaves alone what that process started.
package final class ProcessWarden: Sendable {
  /// Reads process groups, an empty line for none, and kills the last one at the end.
  private static let groupScript = """
    g=; while read -r l; do g=$l; done; [ -z "$g" ] || kill -s KILL -- "-$g" 2>/dev/null
    """

  /// How long a shell that reads nothing may hold up who tells it something.
  private static let patience: Int32 = 2000
  /// A longer line of its output is cut.
  private static let lineLimit = 65_536

  /// Kept open: a write to a pipe without a reader would end this process.
  private let reading: FileDescriptor
  private let writing: Mutex<FileDescriptor?>
  private let over = OneShot<Void>()

  private init(reading: FileDescriptor, writing: FileDescriptor) {
    self.reading = reading
    // Whatever became of the shell: a pipe that nobody empties must hold nobody up for long.
    _ = fcntl(writing.rawValue, F_SETFL, O_NONBLOCK)
    self.writing = Mutex(writing)
  }

  deinit {
    close()
    try? reading.close()
  }

  /// Starts a shell that kills the process group that it is told last.
  ///
  /// - Returns: `nil` if there can be no pipe; nobody watches then.
  package static func start() async -> ProcessWarden? {
    await start(["/bin/sh", "-c", groupScript], log: nil) { _ in }
  }

  /// Starts a shell of any kind and waits until it runs or has failed to.
  ///
  /// - Parameters:
  ///   - command: The program and its arguments; it has to end when its standard input does.
  ///   - log: Where its standard error goes; nowhere by default.
  ///   - line: Is called with each line of its standard output, and with `nil` once it is gone.
  /// - Returns: `nil` if there can be no pipe.
  package static func start(
    _ command: [String], log: FileDescriptor? = nil, line: @escaping @Sendable (String?) -> Void
  ) async -> ProcessWarden? {
    guard let (reading, writing) = pipe() else { return nil }
    let warden = ProcessWarden(reading: reading, writing: writing)
    guard let input = copy(of: reading), let errors = log.map({ copy(of: $0) }) ?? nowhere else { return nil }
    let (started, over) = (OneShot<Void>(), warden.over)
    // Of usual priority: a program inherits that of the thread which starts it.
    Task(priority: .medium) {
      _ = try? await Subprocess.run(
        Configuration(session: command), input: .fileDescriptor(input, closeAfterSpawningProcess: true),
        output: .sequence, error: .fileDescriptor(errors, closeAfterSpawningProcess: true)
      ) { execution in
        started.give()
        var lines = LineCutter(limit: lineLimit)
        for try await piece in execution.standardOutput {
          unsafe piece.withUnsafeBytes { unsafe lines.take($0) }.forEach { line($0) }
        }
      }
      started.give()
      line(nil)
      over.give()
    }
    await started.wait()
    return warden
  }

  /// A second descriptor for a program to take, which no other inherits.
  private static func copy(of descriptor: FileDescriptor) -> FileDescriptor? {
    let copy = fcntl(descriptor.rawValue, F_DUPFD_CLOEXEC, 0)
    return copy < 0 ? nil : FileDescriptor(rawValue: copy)
  }

  /// Where what nobody wants goes.
  private static var nowhere: FileDescriptor? {
    try? FileDescriptor.open(FilePath("/dev/null"), .writeOnly, options: .closeOnExec)
  }

  /// A pipe neither end of which any other program inherits.
  private static func pipe() -> (reading: FileDescriptor, writing: FileDescriptor)? {
    #if os(Linux)
      // In one step, which Swift knows of sockets alone: another thread may start a program between two.
      var ends: [Int32] = [-1, -1]
      let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
      guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else { return nil }
      return (FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1]))
    #else
      guard let (reading, writing) = try? FileDescriptor.pipe() else { return nil }
      for end in [reading, writing] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
      return (reading, writing)
    #endif
  }

  /// Notes the process group that runs now, or that none does.
  package func watch(_ group: Int32?) { tell(group.map { "\($0)" } ?? "") }

  /// Writes a line to the shell.
  ///
  /// - Returns: Whether the pipe took it; a line that it took in part ends the conversation.
  @discardableResult
  package func tell(_ line: String) -> Bool {
    writing.withLock { writing in
      guard let end = writing else { return false }
      var rest = Array("\(line)\n".utf8)[...]
      while !rest.isEmpty {
        do {
          rest = rest.dropFirst(try unsafe rest.withUnsafeBytes { unsafe try end.write($0) })
        } catch {
          var entry = pollfd(fd: end.rawValue, events: Int16(POLLOUT), revents: 0)
          let isFull = error as? Errno == .wouldBlock || error as? Errno == .resourceTemporarilyUnavailable
          if isFull, unsafe poll(&entry, 1, Self.patience) > 0 { continue }
          try? end.close()
          writing = nil
          return false
        }
      }
      return true
    }
  }

  /// Closes the pipe: the shell does what it does when this process ends.
  package func close() {
    writing.withLock { writing in
      try? writing?.close()
      writing = nil
    }
  }

  /// Waits until the shell is gone; to be called once.
  package func ended() async { await over.wait() }
}
