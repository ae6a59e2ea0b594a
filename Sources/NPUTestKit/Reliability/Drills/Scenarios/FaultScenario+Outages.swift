internal import NPUBase
internal import NPUTelemetry

/// Faults that take the service away for a while.
extension FaultScenario {
  /// The process is killed and started again.
  public static let killAndRestart = FaultScenario(
    "kill-restart", "The process is killed and started again",
    expectation: "After kill -9 and a restart the service gives right responses again, and no response is corrupted.",
    guide: GuideRow(.llm, "Kill vLLM process"), needs: [.process],
    demands: [.shows, .seenAs(.dead), .recovers, .keepsData]
  ) { stage in
    guard let process = stage.process else { return }
    try await stage.outage {
      try await process.kill()
    } restore: {
      try await process.restart()
    }
  }

  /// The process is stopped where it stands, and goes on.
  public static let stopAndContinue = FaultScenario(
    "stop-continue", "The process is stopped where it stands, and goes on",
    expectation:
      "A service that stands still (SIGSTOP) is seen as hung and not as dead; when it goes on, so do its responses, "
      + "and no token is lost, doubled or foreign.",
    needs: [.process], demands: [.shows, .seenAs(.hung), .recovers, .keepsData]
  ) { stage in
    guard let process = stage.process else { return }
    try await stage.outage {
      try await process.suspend()
    } restore: {
      try await process.resume()
    }
  }

  /// The service is stopped in good order and started again.
  public static let restart = FaultScenario(
    "restart", "The service is stopped in good order and started again",
    expectation: "A restart brings the service back, and its responses are the ones of before.",
    guide: GuideRow(.hiDream, "Restart of the service"), needs: [.process], demands: [.recovers, .keepsData]
  ) { stage in
    guard let process = stage.process else { return }
    try await stage.lasting {
      do { try await whole { try await process.restart() } } catch {
        stage.change { $0.failure = "the service does not come back: \(error)" }
      }
    }
  }

  /// The network is cut and restored.
  public static let networkCut: FaultScenario = {
    var scenario = FaultScenario(
      "network-cut", "The network is cut and restored",
      expectation: "Requests under way time out; when the network is back, new ones are answered.",
      guide: GuideRow(.llm, "Network interruption"), needs: [.network], demands: [.shows, .recovers, .keepsData]
    ) { stage in
      if let command = stage.command { return try await stage.outage(by: command) }
      guard let network = stage.network else { return }
      try await stage.outage {
        try await network.cut()
      } restore: {
        try await network.restore()
      }
    }
    scenario.probesTakePath = true
    scenario.mayBeCommand = true
    return scenario
  }()

  /// A device fails, by a command of the tester.
  public static let deviceError = FaultScenario(
    "device-error", "A device fails, by a command of yours",
    expectation: "The service notices the error of a device and says so, in its log or to its clients; it recovers.",
    guide: GuideRow(.llm, "NPU device error"), needs: [.command], demands: [.reports, .recovers]
  ) { stage in
    guard let command = stage.command else { return }
    try await stage.outage(by: command)
  }

  /// Distributed inference fails, by a command of the tester.
  public static let distributedFailure = FaultScenario(
    "distributed-failure", "Distributed inference fails, by a command of yours",
    expectation: "The service falls back to a single device by itself, while the fault lasts.",
    guide: GuideRow(.hiDream, "Distributed inference fails"), needs: [.command], demands: [.reports, .recovers]
  ) { stage in
    guard let command = stage.command else { return }
    try await stage.undoing({ if let restore = command.restore { try await stage.run(restore) } }) {
      try await stage.lasting { try await stage.run(command.inject) }
      // The service itself is to fall back: what comes once the fault is taken away shows nothing.
      if try await !stage.recovers() { stage.noteFailedRecovery() }
    }
  }
}

/// Starts that must fail and say why.
extension FaultScenario {
  /// The program that starts several processes is missing.
  public static let launcherMissing = failedStart(
    "launcher-missing", "The launcher of distributed inference is missing",
    expectation: "A start for several devices without torchrun ends with an error that names what is missing.",
    row: "torchrun is not available")

  /// The folder of the project is not found.
  public static let projectMissing = failedStart(
    "project-missing", "The folder of the project is not found",
    expectation: "A start with a project that is not there ends with an error that names the path.",
    row: "The path of the project is not found")

  /// The port is taken.
  public static let portInUse = FaultScenario(
    "port-in-use", "The service is started a second time on its port",
    expectation: "A start on a port that is taken ends with an error, and the service that has it is not disturbed.",
    guide: GuideRow(.hiDream, "The port is in use"), needs: [.process], demands: [.refusesToStart, .sparesNeighbours]
  ) { stage in
    guard let process = stage.process else { return }
    try await stage.beside {
      try await stage.attemptStart("a second start") { try await process.startSecond(within: stage.limits.request) }
    }
  }

  private static func failedStart(
    _ name: String, _ title: String, expectation: String, row: String
  ) -> FaultScenario {
    FaultScenario(
      name, title, expectation: expectation + " A service that runs is not disturbed.", guide: GuideRow(.hiDream, row),
      needs: [.command], demands: [.refusesToStart, .sparesNeighbours]
    ) { stage in
      guard let command = stage.command else { return }
      try await stage.beside {
        try await stage.attemptStart(command.inject) { try await stage.start(command.inject) }
      }
    }
  }
}

extension DrillStage {
  /// Why a command of the tester did not do its work.
  struct CommandFailure: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs a command of the tester, which must end with status 0.
  func run(_ line: String) async throws {
    let end = await ended(line)
    guard end.kind == .exited(status: 0) else {
      let words = Excerpt.of(end.errors.isEmpty ? end.output : end.errors, limit: 200)
      throw CommandFailure(
        description: "the command \"\(Excerpt.of(line, limit: 100))\" failed, \(end.kind): \"\(words)\"")
    }
  }

  /// Runs a command that is to start something and fail.
  func start(_ line: String) async throws -> StartEnd {
    let end = await ended(line)
    let output = Excerpt.of(end.output + end.errors, limit: 4000)
    switch end.kind {
    case .exited(let status): return StartEnd(status: status, output: output)
    case .signalled(let signal): return StartEnd(status: 128 + signal, output: output)
    case .timedOut, .stuck: return StartEnd(status: nil, output: output)
    case .tooMuchOutput, .notStarted, .cancelled:
      throw CommandFailure(
        description: "the command \"\(Excerpt.of(line, limit: 100))\" could not be run: \(end.kind)")
    }
  }

  private func ended(_ line: String) async -> CommandEnd {
    await ProcessRunner().run(["/bin/sh", "-c", line], timeout: limits.request, outputLimit: 1 << 20)
  }
}
