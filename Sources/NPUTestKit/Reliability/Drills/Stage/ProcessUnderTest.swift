public import NPUDeployment

/// A process that was started here, as the service under test of a drill.
public struct ProcessUnderTest: ServiceUnderTest {
  /// The process.
  public let process: ServiceProcess

  /// Lets a drill lay hands on a process.
  public init(_ process: ServiceProcess) { self.process = process }

  /// Kills the process itself; what it leaves behind is ended by the restart.
  public func kill() async throws { await process.kill() }

  /// Stops the whole process group.
  public func suspend() async throws { try await process.suspend() }

  /// Lets the whole process group go on.
  public func resume() async throws { try await process.resume() }

  /// Ends what is left of it, starts it, and waits until it is ready.
  ///
  /// - Throws: ``ServiceProcessError`` with the end of its log.
  public func restart() async throws {
    try await process.restart()
    _ = try await process.waitUntilReady()
  }

  /// Starts the same command a second time.
  ///
  /// - Throws: ``ServiceProcessError`` if it cannot be started at all.
  public func startSecond(within limit: Duration) async throws -> StartEnd? {
    let second = process.another()
    try await second.start()
    let end = await second.ended(within: limit)
    let output = second.logTail
    // A task that was cancelled would leave it running.
    try await whole { _ = try await second.stop() }
    guard let end else { return StartEnd(status: nil, output: output) }
    return switch end.kind {
    case .exited(let status): StartEnd(status: Int(status), output: output)
    case .signalled(let signal): StartEnd(status: 128 + Int(signal), output: output)
    default: StartEnd(status: nil, output: output)
    }
  }

  /// The end of its log.
  public var logTail: String { get async { process.logTail } }
}
