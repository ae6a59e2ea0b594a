public import NPULoad
internal import NPUServices
public import NPUTransport

/// The requests of another workload, sent over WebSockets: the body of each is a message, and the messages that come
/// back are its response.
///
/// It is to be carried by a ``WebSocketTransport``. Whatever a workload streams and records over HTTP it streams and
/// records so: chats whose chunks come as messages, or tokens.
public struct MessageWorkload: Workload {
  private let workload: any Workload

  /// Sends a workload whose requests are exchanges; calls of typed clients stay what they are.
  public init(_ workload: any Workload) { self.workload = workload }

  /// Makes the next request.
  ///
  /// - Throws: What the other workload throws.
  public func prepare(_ index: Int) async throws -> PreparedRequest? {
    var prepared = try await workload.prepare(index)
    prepared?.sendOverWebSocket()
    return prepared
  }

  /// Names the service and the model.
  public func target(over transport: any Transport) -> WorkloadTarget { workload.target(over: transport) }

  /// What is sent.
  public var dataset: DatasetDescription? { workload.dataset }
}

extension PreparedRequest {
  /// Has an exchange carried as one of messages; a call of a typed client stays what it is.
  mutating func sendOverWebSocket() {
    guard case .exchange(var request, var expectation) = work else { return }
    request.sendOverWebSocket()
    expectation.isOfMessages = true
    work = .exchange(request, expectation)
  }
}
