internal import HTTPTypes
internal import NPUBase
internal import NPULoad
internal import NPUServices
internal import NPUTransport

/// Clients of a language model that behave as a scenario needs.
extension Service {
  /// A chat of one message.
  func chatRequest(_ prompt: String, tokens: Int) async throws -> ChatRequest {
    var request = ChatRequest(model: try await model.name, messages: [.user(prompt)])
    request.temperature = 0
    request.maxTokens = tokens
    return request
  }

  /// The same service by the way that can be broken.
  func through(_ network: any NetworkPath) throws -> Service {
    var configuration = configuration
    configuration.endpoint = try ServiceConfiguration(network.baseURL).endpoint
    var service = self
    service.configuration = configuration
    return service
  }

  /// Reads a response no further than its first token: what follows may have no end.
  func beginning(of request: ChatRequest) async throws -> DrillStage.Returned {
    for try await chunk in chat.stream(request) {
      if let text = chunk.text, !text.isEmpty { return .text("it was accepted, and the response begins with \(text)") }
    }
    return .text("")
  }

  /// Reads a long stream with a pause in it, and the rest of it without.
  ///
  /// - Parameters:
  ///   - pause: When the pause is over, for several readers.
  ///   - tokens: How many tokens are asked for.
  /// - Returns: What came of it.
  /// - Throws: ``ServiceError`` if no request can be made.
  func readSlowly(_ pause: ReadingPause, tokens: Int) async throws -> RequestRecord {
    var request = try await chatRequest("Tell a long story, as long as you can.", tokens: tokens)
    request.stream = true
    var transfer = try chat.transferRequest(for: request)
    transfer.hasNarrowSockets = true
    let ended = OneShot<StreamRecorder>()
    let recorder = StreamRecorder(index: 0, limits: transfer.limits, onEnd: { ended.give($0) })
    let reader = SlowReader(recorder, pause)
    let handle = transport.start(transfer, observer: reader)
    reader.take(handle)
    return await withTaskCancellationHandler {
      await ended.wait().makeRecord()
    } onCancel: {
      handle.cancel()
    }
  }

  /// Sends a chat whose body is long by white space, which is no work for whoever reads it.
  func upload(bytes: Int) async throws -> RequestRecord {
    var request = try await chatRequest("This text arrives slowly. Say hello.", tokens: 4)
    request.stream = true
    var transfer = try chat.transferRequest(for: request)
    if case .bytes(let body) = transfer.body, let brace = body.first {
      transfer.body = .bytes([brace] + [UInt8](repeating: 0x20, count: max(0, bytes)) + body.dropFirst())
    }
    return await PreparedRequest(request: transfer).record(over: transport)
  }
}

extension DrillStage {
  /// Opens a long stream and leaves it at a token, once the metrics of the server have been looked at meanwhile.
  func abandoned(_ index: Int) async -> DrillAttempt {
    let name = "stream \(index + 1)"
    let began = now
    var tokens = 0
    var attempt: DrillAttempt
    do {
      let asked = service.bounded(by: limits.request)
      let request = try await asked.chatRequest("Tell a long story about the number \(index).", tokens: 512)
      for try await chunk in asked.chat.stream(request) {
        if chunk.text?.isEmpty == false { tokens += 1 }
        if tokens >= limits.disconnectToken {
          await drain?.looked()
          break
        }
      }
      let hasLeft = tokens >= limits.disconnectToken
      attempt = DrillAttempt(
        name: name, end: hasLeft ? .left : .completed,
        detail: hasLeft ? "after \(tokens) events with text" : "the response ended after \(tokens) events with text")
    } catch {
      attempt = DrillAttempt(name, error)
    }
    attempt.milliseconds = began.duration(to: now).milliseconds
    return attempt
  }
}
