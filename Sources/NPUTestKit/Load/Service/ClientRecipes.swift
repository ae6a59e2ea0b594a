package import NPUServices
package import NPUTransport

/// How a workload makes a client like this one over the transport of its load.
///
/// What a client is set to is copied; its transport is replaced.
extension ImageClient {
  package var recipe: @Sendable (any Transport) -> ImageClient {
    { [self] transport in
      var client = self
      client.transport = transport
      return client
    }
  }
}

extension SpeechClient {
  package var recipe: @Sendable (any Transport) -> SpeechClient {
    { [self] transport in
      var client = self
      client.transport = transport
      return client
    }
  }
}

extension TranscriptionClient {
  package var recipe: @Sendable (any Transport) -> TranscriptionClient {
    { [self] transport in
      var client = self
      client.transport = transport
      return client
    }
  }
}

extension TaskClient {
  package var recipe: @Sendable (any Transport) -> TaskClient {
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
