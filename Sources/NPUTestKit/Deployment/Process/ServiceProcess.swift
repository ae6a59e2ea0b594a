public import NPUBase
package import NPUTransport
internal import Synchronization

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A service that is started, watched, hurt and ended by a test.
///
/// ```swift
/// let service = ServiceProcess(.vLLM(model: "/data/models/Qwen2-7B-Chat"), log: "vllm.log")
/// try await service.start()
/// print("ready after", try await service.waitUntilReady())
/// await service.kill()
/// print("left behind:", try await service.killGroup())
/// try await service.restart()
/// try await service.stop(within: .seconds(30))
/// ```
///
/// It runs in a session of its own, with an empty standard input, the signals as they are by default, and no open file
/// of this process. Whatever ends this process, SIGKILL included, ends the service with everything that it has started,
/// also what has left its session: a small shell on its machine sees to that.
public final class ServiceProcess: Sendable {
  /// How it is started.
  public let description: LaunchDescription
  /// Where it runs.
  public let host: ServiceHost

  private let logPath: String?
  /// What must not be shown of it beside the secrets of its description.
  private let concealed: Redactor
  private let mark = UUID().uuidString
  private let status = Observed(ServiceStatus())
  private let tools = Mutex<Tools>(Tools())

  private struct Tools {
    var log: ServiceLog?
    var keeper: ServiceKeeper?
  }

  /// How long a process may take to end after SIGKILL; one that waits in a driver takes its time.
  private static let killPatience = Duration.seconds(60)
  /// The word for a shell that is gone.
  private static let hostFailure = ServiceStatus.hostFailure
  /// How much of the log is shown.
  private static let tailLimit = 16_384
  private static let shownTailLimit = 4096

  /// Prepares a service; nothing runs yet.
  ///
  /// - Parameters:
  ///   - description: How it is started.
  ///   - host: Where it runs.
  ///   - log: The file on this machine to which everything is appended that it prints, readable by its owner alone;
  ///     `nil` for one that is removed at the end.
  public convenience init(_ description: LaunchDescription, on host: ServiceHost = .local, log: String? = nil) {
    self.init(description, on: host, log: log, concealing: Redactor([]))
  }

  /// Prepares a service of which more than the secrets of its description must not be shown: a key may reach it by a
  /// file, or by the environment of this process.
  package init(
    _ description: LaunchDescription, on host: ServiceHost = .local, log: String? = nil, concealing concealed: Redactor
  ) {
    self.description = description
    self.host = host
    logPath = log
    self.concealed = concealed
  }

  /// A second one that is started in the same way, with a log of its own.
  package func another() -> ServiceProcess { ServiceProcess(description, on: host, concealing: concealed) }

  private var redactor: Redactor { description.redactor.joined(with: concealed) }

  /// How it is doing.
  public var state: State { status.value.state }

  /// The number of its process on its machine; `nil` if it does not run.
  public var processID: Int32? {
    guard case .running(let process) = state else { return nil }
    return process
  }

  /// The end of what it has printed, 16 KiB at most, without the secrets of its description.
  public var logTail: String { tail(limit: Self.tailLimit) }

  /// When the latest start was ordered; `nil` before the first.
  public var startedAt: MonotonicInstant? { status.value.startedAt }

  /// Starts the service, and returns once its process runs; see ``waitUntilReady()``.
  ///
  /// What an earlier process has left behind is not touched: ``restart(within:)`` and ``killGroup()`` end it.
  ///
  /// - Throws: ``ServiceProcessError``.
  public func start() async throws {
    try description.check()
    let launch = status.change { status -> Int? in
      if status.isStarting { return nil }
      if case .running = status.state { return nil }
      status.isStarting = true
      status.failure = nil
      status.launch += 1
      return status.launch
    }
    guard let launch else { throw error(.alreadyRunning, "it runs already; stop it first") }
    defer { status.change { $0.isStarting = false } }
    // A shell whose connection has just ended may still say that it is there.
    let wasKept = tools.withLock { $0.keeper != nil }
    let failure = try await begin(launch)
    if failure == Self.hostFailure, wasKept, try await begin(launch) == nil { return }
    if let failure { throw error(failure == Self.hostFailure ? .host : .notStarted, reason(failure)) }
  }

  /// Orders a launch, and waits until there is a process.
  ///
  /// - Returns: Why there is none, in the word of the shell.
  private func begin(_ launch: Int) async throws -> String? {
    // Before: a shell that goes from here on says so.
    status.change { $0.failure = nil }
    let keeper = try await self.keeper()
    for file in description.files { try await keeper.write(file, in: description.workingFolder) }
    status.change { $0.startedAt = .now }
    guard keeper.launch(launch, description) else { return Self.hostFailure }
    let begun = await status.wait(within: ServiceKeeper.patience) { $0.begunLaunch == launch || $0.failure != nil }
    guard let begun else {
      throw error(.host, "nothing is heard of the start within \(ServiceKeeper.patience)")
    }
    keeper.note(groups: begun.groups)
    return begun.failure
  }

  /// Waits until the service is ready, as its description says.
  ///
  /// - Returns: The time from the order to start it to the response that says so.
  /// - Throws: ``ServiceProcessError`` of kind `endedEarly` as soon as the process has ended, of kind `notReady` after
  ///   the limit of the probe, both with the end of the log; `CancellationError` if the task is cancelled.
  public func waitUntilReady() async throws -> Duration {
    let status = status.value
    guard let start = status.startedAt else { throw error(.notRunning, "it was not started; start it first") }
    guard let probe = description.readiness else {
      guard case .running = state else { throw endedEarly() }
      return start.duration(to: .now)
    }
    let prober = try ReadinessProber(probe)
    let deadline = MonotonicInstant.now.advanced(by: probe.timeout)
    while true {
      try Task.checkCancellation()
      guard case .running = state else { throw endedEarly() }
      let finding = await prober.ask()
      if case .ready(let instant) = finding {
        // Another server may hold the port while ours has just given up.
        guard case .running = state else { throw endedEarly() }
        return start.duration(to: instant)
      }
      guard MonotonicInstant.now < deadline else {
        throw error(.notReady, "it was not ready within \(probe.timeout): \(probe.url) \(finding)", withLog: true)
      }
      _ = await self.status.wait(within: probe.interval) { status in
        if case .running = status.state { false } else { true }
      }
    }
  }

  /// Waits for the end of the process.
  ///
  /// - Parameter limit: How long at most.
  /// - Returns: How it ended; `nil` if it still runs, or the task is cancelled.
  public func ended(within limit: Duration) async -> End? {
    let status = await status.wait(within: limit) { status in
      if case .ended = status.state { true } else { false }
    }
    guard case .ended(let end) = status?.state else { return nil }
    return end
  }

  /// Ends the service and everything that it has started: SIGTERM to its process group, then SIGKILL.
  ///
  /// - Parameter limit: How long it may take to end by itself.
  /// - Returns: How its process ended.
  /// - Throws: ``ServiceProcessError`` of kind `notRunning` if it was never started, `stuck` if it does not go, `host`
  ///   if its machine cannot be reached.
  @discardableResult
  public func stop(within limit: Duration = .seconds(30)) async throws -> End {
    guard startedAt != nil else { throw error(.notRunning, "it was not started; start it first") }
    let keeper = try await self.keeper()
    let end = try await endProcess(within: limit, keeper)
    tools.withLock { $0.keeper = nil }
    await keeper.end()
    return end
  }

  /// Kills the process itself with SIGKILL, and waits until it is gone; its children live on if they want to.
  ///
  /// Without effect if it does not run.
  public func kill() async {
    guard let process = processID, let keeper = tools.withLock(\.keeper) else { return }
    _ = try? await keeper.signal("KILL", to: process)
    _ = await ended(within: Self.killPatience)
  }

  /// Kills everything that the service has started and that is still there, whatever session it is in.
  ///
  /// - Returns: What there was, its main process included.
  /// - Throws: ``ServiceProcessError`` of kind `stuck` if something does not go, `host` if its machine cannot be
  ///   reached.
  @discardableResult
  public func killGroup() async throws -> [ServiceRemnant] {
    let keeper = try await self.keeper()
    let wasRunning = processID != nil
    let remnants = try await keeper.sweep()
    if wasRunning { _ = await ended(within: Self.killPatience) }
    status.change { if case .ended = $0.state { $0.groups = [] } }
    keeper.note(groups: status.value.groups)
    return remnants
  }

  /// Stops its process group where it is (SIGSTOP): alive, connected, and silent.
  ///
  /// - Throws: ``ServiceProcessError`` of kind `notRunning` or `host`.
  public func suspend() async throws { try await signalGroup("STOP") }

  /// Lets its process group go on (SIGCONT).
  ///
  /// - Throws: ``ServiceProcessError`` of kind `notRunning` or `host`.
  public func resume() async throws { try await signalGroup("CONT") }

  /// Ends what there is of the service, and starts it anew.
  ///
  /// - Parameter limit: How long it may take to end by itself.
  /// - Throws: ``ServiceProcessError``.
  public func restart(within limit: Duration = .seconds(30)) async throws {
    if status.value.startedAt != nil { _ = try await endProcess(within: limit, try await self.keeper()) }
    try await start()
  }

  private func endProcess(within limit: Duration, _ keeper: ServiceKeeper) async throws -> End {
    if let process = processID {
      _ = try await keeper.signal("TERM", to: -process)
      // One that is stopped would not hear of it.
      _ = try await keeper.signal("CONT", to: -process)
      _ = await ended(within: limit)
    }
    try await killGroup()
    switch state {
    case .ended(let end): return end
    case .running(let process): throw error(.stuck, "process \(process) is there \(Self.killPatience) after SIGKILL")
    case .notStarted: throw error(.notRunning, "it was not started; start it first")
    }
  }

  private func signalGroup(_ name: String) async throws {
    guard let process = processID else { throw error(.notRunning, "it does not run; start it first") }
    let isThere = try await self.keeper().signal(name, to: -process)
    guard isThere else {
      throw error(.notRunning, "process group \(process) is gone")
    }
  }

  /// The keeper that there is, or a new one: another than before knows what the earlier left by the mark.
  private func keeper() async throws -> ServiceKeeper {
    if let keeper = tools.withLock(\.keeper), keeper.isAlive { return keeper }
    let log = try tools.withLock { tools in
      let log = try tools.log ?? ServiceLog(logPath)
      tools.log = log
      return log
    }
    do throws(ServiceProcessError) {
      let status = status
      let number = status.change { $0.changeKeeper(now: .now) }
      let keeper = try await ServiceKeeper.start(on: host, mark: mark, log: log) { report in
        status.change { if $0.keeper == number { $0.note(report, now: .now) } }
      }
      tools.withLock { $0.keeper = keeper }
      return keeper
    } catch {
      throw self.error(error.kind, error.message, withLog: true)
    }
  }

  // MARK: What is said

  private func endedEarly() -> ServiceProcessError {
    guard case .ended(let end) = state else { return error(.notRunning, "it was not started; start it first") }
    return error(.endedEarly, "it \(end) before it was ready", withLog: true)
  }

  private func reason(_ word: String) -> String {
    switch word {
    case "program": "there is no program \(description.program) on \(host); check its path, or PATH there"
    case "folder": "there is no folder \(description.workingFolder ?? ".") on \(host) that can be entered"
    case "setsid": "there is no setsid on \(host); install util-linux"
    case Self.hostFailure: "the shell on \(host) has gone; see whether the machine can be reached"
    default: "the shell on \(host) did not understand how to start it"
    }
  }

  private func error(
    _ kind: ServiceProcessError.Kind, _ message: String, withLog: Bool = false
  ) -> ServiceProcessError {
    ServiceProcessError(
      kind: kind, message: "\(description.name): \(redactor.clean(message))",
      logTail: withLog ? tail(limit: Self.shownTailLimit) : "")
  }

  private func tail(limit: Int) -> String {
    guard let log = tools.withLock(\.log) else { return "" }
    let redactor = redactor
    // So much more that no half of a secret stays at the cut.
    let bytes = log.tail(limit: limit + redactor.margin)
    return String(decoding: redactor.cleanTail(bytes, limit: limit), as: UTF8.self)
  }
}
