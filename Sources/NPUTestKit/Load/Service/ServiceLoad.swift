public import HTTPTypes
public import NPUServices
public import NPUTransport

/// Loads of workloads, requests and calls of one's own.
extension Service {
  /// Puts a workload on the service, as a plan says.
  ///
  /// - Parameters:
  ///   - workload: What to send.
  ///   - plan: How much, how fast, how long.
  ///   - options: What the report holds: percentiles, objectives, goodput.
  ///   - journal: The file of a journal, a line of JSON for each request; an existing one is replaced.
  /// - Returns: The report; requests that failed are counted in it.
  /// - Throws: What keeps the load from being carried out: ``PreflightError`` where this process may not open as many
  ///   connections, the error of the workload, or that of the options; ``JournalError`` if no journal can be made.
  public func load(
    _ workload: any Workload, _ plan: LoadPlan, options: LoadReportBuilder.Options = LoadReportBuilder.Options(),
    journal: String? = nil
  ) async throws -> LoadReport {
    try await transport.load(workload, plan, options, journal: journal)
  }

  /// Puts requests of one kind on the service that the kit has no client for.
  ///
  /// A response of status 2xx counts as completed; its end-to-end latency is measured.
  ///
  /// ```swift
  /// let report = try await service.load(.closedLoop(concurrency: 8), .requests(100), request: { index in
  ///   try service.request(.post, "/rerank", json: ["query": "ascend \(index)"])
  /// })
  /// ```
  ///
  /// - Parameters:
  ///   - arrival: How fast.
  ///   - stop: How long.
  ///   - options: What the report holds.
  ///   - journal: The file of a journal.
  ///   - request: Makes the request of an index.
  /// - Returns: The report; requests that failed are counted in it.
  /// - Throws: As ``load(_:_:options:journal:)``.
  public func load(
    _ arrival: LoadPlan.Arrival, _ stop: StopCondition,
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil,
    request: @escaping @Sendable (_ index: Int) throws -> TransferRequest
  ) async throws -> LoadReport {
    try await load(
      RequestWorkload(service: self, request: request), LoadPlan(arrival: arrival, stop: stop), options: options,
      journal: journal)
  }

  /// Puts an `HTTPTypes` request on the service again and again.
  ///
  /// - Parameters:
  ///   - arrival: How fast.
  ///   - stop: How long.
  ///   - options: What the report holds.
  ///   - journal: The file of a journal.
  ///   - head: Method, path below the base address and header fields; scheme and authority are those of the service.
  ///   - body: The body.
  /// - Returns: The report; requests that failed are counted in it.
  /// - Throws: As ``load(_:_:options:journal:)``.
  public func load(
    _ arrival: LoadPlan.Arrival, _ stop: StopCondition,
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil,
    request head: HTTPRequest, body: TransferBody = .empty
  ) async throws -> LoadReport {
    var prepared = try request(head.method, head.path ?? "/", body: body)
    for field in head.headerFields { prepared.head.headerFields[values: field.name] = [] }
    for field in head.headerFields { prepared.head.headerFields.append(field) }
    return try await load(arrival, stop, options: options, journal: journal, request: { [prepared] _ in prepared })
  }

  /// Puts calls of any kind on the service, such as several requests that belong together.
  ///
  /// ```swift
  /// let report = try await service.load(.closedLoop(concurrency: 4), .duration(.seconds(60)), operation: { _ in
  ///   let first = try await service.chat.complete("What is an NPU?")
  ///   _ = try await service.chat.complete("Say it in one word: \(first.text ?? "")")
  /// })
  /// ```
  ///
  /// - Parameters:
  ///   - arrival: How fast.
  ///   - stop: How long.
  ///   - options: What the report holds.
  ///   - journal: The file of a journal.
  ///   - operation: The call of an index; it fails where the closure throws. It should end soon after its task is
  ///     cancelled.
  /// - Returns: The report; requests that failed are counted in it.
  /// - Throws: As ``load(_:_:options:journal:)``.
  public func load(
    _ arrival: LoadPlan.Arrival, _ stop: StopCondition,
    options: LoadReportBuilder.Options = LoadReportBuilder.Options(), journal: String? = nil,
    operation: @escaping @Sendable (_ index: Int) async throws -> Void
  ) async throws -> LoadReport {
    try await load(
      OperationWorkload(service: configuration, operation: operation), LoadPlan(arrival: arrival, stop: stop),
      options: options, journal: journal)
  }
}

/// Requests that a closure makes.
private struct RequestWorkload: Workload {
  let service: Service
  let request: @Sendable (Int) throws -> TransferRequest

  func target(over transport: any Transport) -> WorkloadTarget {
    WorkloadTarget(baseURL: service.configuration.endpoint.description, endpointType: "requests")
  }

  func prepare(_ index: Int) async throws -> PreparedRequest? {
    let request = try request(index)
    let configuration = service.configuration
    return PreparedRequest(
      operation: ServiceOperation { transport in
        let response = try await Service(configuration, transport: transport).response(to: request)
        return OperationResult(instants: response.instants, transfer: response.metrics)
      })
  }
}

/// Calls of a closure.
private struct OperationWorkload: Workload {
  let service: ServiceConfiguration
  let operation: @Sendable (Int) async throws -> Void

  func target(over transport: any Transport) -> WorkloadTarget {
    WorkloadTarget(baseURL: service.endpoint.description, endpointType: "operations")
  }

  func prepare(_ index: Int) async throws -> PreparedRequest? {
    PreparedRequest(
      operation: ServiceOperation { _ in
        try await operation(index)
        return OperationResult()
      })
  }
}

extension Transport {
  /// Carries out a load of a client, with a journal in a file if one is named.
  package func load(
    _ workload: any Workload, _ plan: LoadPlan, _ options: LoadReportBuilder.Options, journal: String?
  ) async throws -> LoadReport {
    let preflight = try Preflight.prepare(for: plan)
    // Without a limit in the plan the number is a guess, and no reason to refuse a load.
    if plan.concurrencyLimit != nil, preflight.verdict == .insufficient {
      throw PreflightError(message: preflight.advice.joined(separator: " "))
    }
    var session = LoadSession(plan: plan, workload: workload, transport: self, options: options)
    if let journal { try session.writeJournal(to: journal) }
    let result = try await session.run()
    if let error = result.workloadError { throw error }
    return result.report
  }
}
