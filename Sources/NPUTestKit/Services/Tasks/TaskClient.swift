import HTTPTypes
public import NPUTransport

/// Hands tasks to a service that works through a queue, follows them and fetches their results.
///
/// ```swift
/// let tasks = TaskClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8088"))
/// let ticket = try await tasks.submit(TaskRequest(prompt: "a lake", resolution: "1024x1024", steps: 50))
/// for try await update in tasks.follow(ticket) { print(update.phase, update.progress ?? 0) }
/// let image = try await tasks.download(ticket.id)
/// ```
///
/// It understands the shape that the HiDream-I1 API documents and the one that its published server sends.
public struct TaskClient: Sendable {
  /// What carries the requests, and whose clock the waits follow.
  public var transport: any Transport
  /// Where the service listens and how it is spoken to.
  public var service: ServiceConfiguration

  /// Creates a client.
  public init(transport: any Transport, service: ServiceConfiguration) {
    self.transport = transport
    self.service = service
  }

  /// Prepares the submission of a task, for callers that drive the transport themselves.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest`.
  public func transferRequest(for task: TaskRequest) throws -> TransferRequest {
    try service.transferRequest(.post, "/submit", json: try service.json(task, for: "/submit"))
  }

  /// Submits a task.
  ///
  /// - Returns: Its ticket.
  /// - Throws: ``ServiceError``; a service that is not ready answers 503.
  public func submit(_ task: TaskRequest) async throws -> TaskTicket {
    let exchange = ServiceExchange(transport: transport, request: try transferRequest(for: task))
    return try await exchange.document(TaskTicket.self).redacted(by: exchange.redactor)
  }

  /// Submits several tasks in one request.
  ///
  /// - Returns: Their tickets, in the order of the tasks.
  /// - Throws: ``ServiceError``; one of kind `unexpectedContent` if there are not as many tickets as tasks.
  public func submit(batch tasks: [TaskRequest]) async throws -> [TaskTicket] {
    let route = "/batch_submit"
    let request = try service.transferRequest(
      .post, route, json: try service.json(TaskBatchBody(requests: tasks), for: route))
    let exchange = ServiceExchange(transport: transport, request: request)
    let tickets = try await exchange.document(TaskTicketList.self).tickets
    guard tickets.count == tasks.count else {
      throw ServiceError(
        kind: .unexpectedContent, message: "\(tasks.count) tasks were submitted and \(tickets.count) tickets came",
        request: exchange.name)
    }
    let redactor = exchange.redactor
    return tickets.map { $0.redacted(by: redactor) }
  }

  /// Asks for the state of a task.
  ///
  /// - Throws: ``ServiceError``; the published server answers 500 to every task that it knows.
  public func status(of id: String) async throws -> TaskStatus {
    let request = try service.transferRequest(.get, "/status/\(PathSegment.encode(id))")
    let exchange = ServiceExchange(transport: transport, request: request)
    return try await exchange.document(TaskStatus.self).redacted(by: exchange.redactor)
  }

  /// Fetches a result of a task.
  ///
  /// - Parameters:
  ///   - id: The task.
  ///   - index: Which of its images, from 0; some servers count back from the end for -1.
  /// - Returns: The image, checked without decoding its pixels.
  /// - Throws: ``ServiceError``; a task that is not done, or has failed, answers 400.
  public func download(_ id: String, index: Int = 0) async throws -> GeneratedImage {
    let route = "/download/\(PathSegment.encode(id))?image_index=\(index)"
    return try await image(try service.transferRequest(.get, route, accept: "image/*"))
  }

  /// Fetches a result from the address that the service gave, asking the endpoint for its path.
  ///
  /// Services write their own idea of their address into results, `http://localhost:8088` by default; only the path
  /// counts.
  ///
  /// - Throws: ``ServiceError``.
  public func result(at url: String) async throws -> GeneratedImage {
    try await image(try service.transferRequest(fetching: url, accept: "image/*", isRebased: true))
  }

  /// The state of the service.
  ///
  /// - Throws: ``ServiceError``.
  public func health() async throws -> TaskServiceHealth {
    let request = try service.transferRequest(.get, "/health")
    return try await ServiceExchange(transport: transport, request: request).document(TaskServiceHealth.self)
  }

  /// The name and version of the service.
  ///
  /// - Throws: ``ServiceError``.
  public func info() async throws -> TaskServiceInfo {
    let request = try service.transferRequest(.get, "/")
    return try await ServiceExchange(transport: transport, request: request).document(TaskServiceInfo.self)
  }

  private func image(_ request: TransferRequest) async throws -> GeneratedImage {
    var request = request
    request.limits = request.limits.allowing(bodyBytes: 2 * TransferLimits.imageBytes)
    let exchange = ServiceExchange(transport: transport, request: request)
    let response = try await exchange.response()
    let answer = try exchange.redactor.cleaning {
      try ImageResponseReader(request: exchange.name).read(response.head, response.body)
    }
    guard answer.form == .file, let image = answer.images.first else {
      throw ServiceError(
        kind: .wrongContentType, message: "the result is \(answer.mediaType), not an image",
        status: response.head.status.code, request: exchange.name
      ).redacted(by: exchange.redactor)
    }
    return image
  }
}
