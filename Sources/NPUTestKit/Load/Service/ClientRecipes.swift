package import NPUServices
package import NPUTransport

/// A client whose requests go over whatever transport it is given.
package protocol TransportedClient: Sendable {
  /// What carries the requests.
  var transport: any Transport { get set }
}

extension ImageClient: TransportedClient {}
extension SpeechClient: TransportedClient {}
extension TranscriptionClient: TransportedClient {}
extension TaskClient: TransportedClient {}

extension TransportedClient {
  /// How a workload makes a client like this one over the transport of its load.
  ///
  /// What the client is set to is copied; its transport is replaced.
  package var recipe: @Sendable (any Transport) -> Self {
    { [self] transport in
      var client = self
      client.transport = transport
      return client
    }
  }
}

extension Workload {
  /// The record of the first request of the workload, sent outside any load.
  func firstRecord(over transport: any Transport) async throws -> RequestRecord {
    guard let prepared = try await prepare(0) else {
      throw PromptError(kind: .noPrompts, message: "There is nothing to send; give at least one prompt or sample.")
    }
    return await prepared.record(over: transport)
  }
}
