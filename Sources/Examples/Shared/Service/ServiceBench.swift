import Foundation
package import NPUTestKit
import ToolSupport

/// One load as the work of a process: reaches the service, and runs until the load ends or somebody interrupts it.
package struct ServiceBench: Sendable {
  /// What carries the requests.
  package let transport: CurlTransport
  /// Where they go.
  package let service: ServiceConfiguration
  private let load: LoadOptions
  /// How long a service may take for its state or its list of models.
  private static let patience = Duration.seconds(60)
  /// How long one call after the load may take where --timeout says nothing.
  private static let longestCall = Duration.seconds(600)
  /// The load as it is carried out.
  package let plan: LoadPlan
  private let output: BenchReportOptions
  /// The model that was named; of any other the service chose the words.
  private let namedModel: String?

  /// Prepares everything that comes before the first request.
  ///
  /// - Parameters:
  ///   - target: Which service.
  ///   - simulatorURL: The address of the simulator that is measured where no service is named.
  ///   - load: The load as it was asked for.
  ///   - plan: The load as it was meant; fewer requests at once are sent where the options allow it and the limits of
  ///     this machine ask for it.
  ///   - output: What is reported.
  ///   - connectionsPerRequest: How many connections a request of the load may hold at once.
  /// - Throws: What keeps the service from being spoken to as the options say; ``Failure`` where this machine cannot hold
  ///   the connections of the load.
  package init(
    _ target: ServiceOptions, simulatorURL: String?, load: LoadOptions, plan: LoadPlan, output: BenchReportOptions,
    connectionsPerRequest: Int = 1
  ) throws {
    (self.load, self.output, namedModel) = (load, output, target.model)
    if let simulatorURL {
      Console.say(
        "Measuring the built-in simulator at \(simulatorURL); --base-url names a real service.",
        readByProgram: output.report.isReadByProgram)
    }
    if SoftwareVersions.isDebugBuild {
      Console.note("Warning: this is a debug build, whose own delays are larger; measure with swift run -c release.")
    }
    service = try target.service(target.baseURL ?? simulatorURL ?? "")
    let preflight = try Preflight.prepare(
      for: plan, connectionsPerRequest: connectionsPerRequest, ends: simulatorURL == nil ? 1 : 2,
      usesPorts: service.endpoint.unixSocketPath == nil)
    self.plan = try Self.fitting(
      plan, preflight, most: preflight.affordableConnections / connectionsPerRequest, caps: load.capConcurrency)
    transport = try target.transport(
      networkThreads: load.networkThreads
        ?? self.plan.networkThreads(cores: ProcessInfo.processInfo.activeProcessorCount))
    if let exposure = target.exposure(of: service) { Console.note("Warning: \(exposure)") }
  }

  /// The plan, with no more requests at once than this machine can hold connections for.
  ///
  /// - Throws: ``Failure`` where it cannot hold those of the plan, and nobody said that fewer will do.
  private static func fitting(
    _ plan: LoadPlan, _ preflight: Preflight, most: Int, caps: Bool
  ) throws -> LoadPlan {
    let isUnlimited = plan.concurrencyLimit == nil
    if caps, most > 0, isUnlimited || preflight.verdict == .insufficient {
      let capped = try plan.limited(to: most)
      if let limit = capped.concurrencyLimit, limit < plan.concurrencyLimit ?? plan.requestLimit ?? .max {
        Console.note("No more than \(limit) requests are in flight at once: the limits of this machine allow no more.")
      }
      return capped
    }
    guard preflight.verdict == .insufficient else { return plan }
    let advice = preflight.advice.joined(separator: " ")
    // Without a limit in the plan the number is a guess, and no reason to refuse a load.
    if isUnlimited {
      Console.note("Warning: \(advice)")
      return plan
    }
    let remedy =
      most > 0 ? " Or send at most \(most) requests at once: --max-concurrency \(most), or --cap-concurrency." : ""
    throw Failure(kind: "insufficient_limits", message: advice + remedy)
  }

  /// The model to ask for: a service that lists none is asked without one.
  ///
  /// - Parameters:
  ///   - name: The model that was named.
  ///   - other: Another service than the one that is measured.
  /// - Returns: Its name, if there is one.
  /// - Throws: ``ServiceError`` if nobody answers.
  package func chooseModel(_ name: String?, of other: ServiceConfiguration? = nil) async throws -> String? {
    let choice = try await ask(other) { try await HealthClient(transport: transport, service: $0).chooseModel(name) }
    if let warning = choice.warning { Console.note("Warning: \(warning)") }
    return choice.name
  }

  /// Asks a service something before the load; who waits is told so.
  ///
  /// - Parameters:
  ///   - other: Another service than the one that is measured.
  ///   - question: The question, to the service with limits that suit it: one that is silent here would be silent in the
  ///     load.
  /// - Returns: The answer.
  /// - Throws: What the question throws.
  package func ask<Answer>(
    _ other: ServiceConfiguration? = nil, _ question: (ServiceConfiguration) async throws -> Answer
  ) async throws -> Answer {
    let asked = (other ?? service).with(patience: Self.patience)
    return try await Waiting.noted("an answer of \(asked.endpoint)") { try await question(asked) }
  }

  /// Does after the load what its report can do without: an error or an interruption is a warning.
  ///
  /// - Parameters:
  ///   - what: What is done, as in "batch scaling".
  ///   - work: The work, with a service whose every call ends.
  /// - Returns: What it gives; `nil` if it came to no end.
  package func afterwards<Value: Sendable>(
    _ what: String, _ work: @escaping @Sendable (ServiceConfiguration) async throws -> Value
  ) async -> Value? {
    var bounded = service
    bounded.timeouts.total = bounded.timeouts.total ?? Self.longestCall
    do {
      return try await TerminationSignals.cancelling(notice: "Interrupted: \(what) is not measured to its end.") {
        [bounded] in
        try await work(bounded)
      }
    } catch {
      Console.note(
        "Warning: \(what) was not measured: \(error is CancellationError ? "it was interrupted" : "\(error)")")
      return nil
    }
  }

  /// Runs the load.
  ///
  /// - Parameters:
  ///   - workload: What is sent.
  ///   - carrier: What carries it, where that is not ``transport``.
  ///   - kind: What kind of service the report names.
  ///   - model: The model that is asked for.
  ///   - contents: What the report holds, where it is more than the options say.
  ///   - tokens: Which tokens' instants the journal keeps.
  ///   - file: A result file to fill.
  ///   - keepsRecords: Whether the result holds every record.
  ///   - telemetry: What is watched meanwhile.
  ///   - dataset: What is sent, where the workload does not know all of it.
  ///   - sends: How many prompts so many requests send.
  /// - Returns: The result.
  /// - Throws: What keeps the load from being started.
  package func run(
    _ workload: any Workload, over carrier: (any Transport)? = nil, kind: String, model: String?,
    contents: LoadReportBuilder.Options? = nil,
    tokens: JournalHeader.TokenStamps = .none, file: ResultFile? = nil, keepsRecords: Bool = false,
    telemetry: LoadTelemetry = LoadTelemetry(), dataset: DatasetDescription? = nil, sends: (Int) -> Int = { $0 }
  ) async throws -> BenchResult {
    var description = describe(kind, model, dataset ?? workload.dataset)
    // Another transport has threads of its own.
    if carrier != nil { description.networkThreads = nil }
    let carrier: any Transport = carrier ?? transport
    description.request = workload.target(over: carrier).request
    if let note = description.dataset?.note(sends: plan.requestLimit.map(sends)) { Console.note("Prompts: \(note).") }
    var session = LoadSession(
      plan: plan, workload: workload, transport: carrier, description: description,
      options: try contents ?? output.contents, journal: try output.journalWriter(description, tokens: tokens))
    session.telemetry = telemetry
    let line = ProgressLine()
    defer { line.finish() }
    let failures = FailureLog()
    defer { line.note(failures.rest()) }
    return try await TerminationSignals.cancelling(
      notice: "Interrupted: the requests in flight are cancelled. Press Control-C again to leave at once."
    ) { [session] in
      var (filled, kept) = (file, [RequestRecord]())
      let result = try await session.run(progress: line.show) { record in
        filled?.add(record)
        line.note(failures.lines(for: record))
        if keepsRecords { kept.append(record) }
      }
      var whole = BenchResult(result.report, file: filled)
      whole.records = kept
      whole.errors = [result.workloadError].compactMap(\.self)
      whole.outputErrors = [result.journalError].compactMap(\.self)
      return whole
    }
  }

  private func describe(_ kind: String, _ model: String?, _ dataset: DatasetDescription?) -> RunDescription {
    let shown = WorkloadTarget(model: model, of: service, over: transport, endpointType: kind)
    return RunDescription(
      model: model == namedModel ? model : shown.model, baseURL: shown.baseURL, endpointType: shown.endpointType,
      label: output.label, plan: "\(plan)", plannedRequests: plan.stop.requests, requestRate: load.requestRate,
      burstiness: load.requestRate == nil ? nil : load.burstiness, maxConcurrency: plan.concurrencyLimit,
      networkThreads: transport.networkThreads, seed: plan.seed, dataset: dataset,
      host: ProcessInfo.processInfo.hostName, versions: SoftwareVersions.current)
  }
}

extension ServiceConfiguration {
  /// The service, each of whose calls may take no longer than this.
  package func with(patience: Duration) -> ServiceConfiguration {
    var service = self
    service.timeouts.total = min(service.timeouts.total ?? patience, patience)
    return service
  }
}
