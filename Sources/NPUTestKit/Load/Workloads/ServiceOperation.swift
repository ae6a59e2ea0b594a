public import NPUTransport

/// One request of a load that is a call of a typed client, not one stream that is recorded as it arrives.
///
/// An image, a transcription or a task with its polls is such a call. It runs in a task of its own; its instants come
/// from the transport all the same, so that only the start of the task, some dozens of microseconds, is added to the
/// latency from the start. What it measured goes into ``RequestRecord/measures`` and from there into
/// ``LoadReport/measures``.
///
/// ```swift
/// let configuration = try ServiceConfiguration("http://127.0.0.1:8001")
/// let clip = TranscriptionRequest(audio: .file(path: "meeting.wav"))
/// let operation = ServiceOperation { transport in
///   let client = TranscriptionClient(transport: transport, service: configuration)
///   let response = try await client.transcribe(clip)
///   return OperationResult(
///     instants: response.instants, transfer: response.metrics, measures: [.audioSeconds: 61.5])
/// }
/// let request = PreparedRequest(operation: operation)
/// ```
public struct ServiceOperation: Sendable {
  private let call: @Sendable (any Transport) async throws -> OperationResult

  /// Creates an operation.
  ///
  /// - Parameter call: Does the work over the transport of the load; what it throws makes the record of a failed
  ///   request. It should end soon after its task is cancelled.
  public init(_ call: @escaping @Sendable (any Transport) async throws -> OperationResult) { self.call = call }

  /// Runs the operation.
  func end(over transport: any Transport) async -> OperationEnd {
    let watched = WatchedRequests(transport)
    let result: OperationResult
    do { result = try await call(watched) } catch { result = OperationResult(outcome: Outcome(error)) }
    return OperationEnd(result, redactor: watched.redactor)
  }
}

/// How an operation ended, and what takes the secrets of its requests out of it.
struct OperationEnd: Sendable {
  var result: OperationResult
  var redactor: Redactor

  init(_ result: OperationResult, redactor: Redactor) {
    self.result = result
    self.redactor = redactor
  }

  /// The end of an operation that was given up here.
  init(_ outcome: Outcome) { self.init(OperationResult(outcome: outcome), redactor: Redactor([])) }
}
