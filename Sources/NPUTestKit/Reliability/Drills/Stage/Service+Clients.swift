internal import HTTPTypes
internal import NPUBase
internal import NPULoad
internal import NPUServices
internal import NPUTransport
internal import Synchronization

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

  /// Reads a long stream with pauses for a time, and the rest of it without.
  func readSlowly(during time: Duration) async throws -> RequestRecord {
    var request = try await chatRequest("Tell a long story.", tokens: 256)
    request.stream = true
    let transfer = try chat.transferRequest(for: request)
    let ended = OneShot<StreamRecorder>()
    let recorder = StreamRecorder(index: 0, limits: transfer.limits, onEnd: { ended.give($0) })
    let reader = SlowReader(recorder, transport, until: transport.now.advanced(by: time))
    let handle = transport.start(transfer, observer: reader)
    reader.hold(handle)
    return await withTaskCancellationHandler {
      await ended.wait().makeRecord()
    } onCancel: {
      handle.cancel()
    }
  }
}

extension DrillStage {
  /// Opens a long stream and leaves it at a token.
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
        if tokens >= limits.disconnectToken { break }
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

/// Passes on what comes, and stops reading the socket for a while after each piece.
private final class SlowReader: TransferObserver {
  private struct State {
    var handle: TransferHandle?
    /// The pause was over before the handle was there.
    var isOverdue = false
  }

  /// Between two reads: a server that sends a token every few milliseconds fills every buffer on the way meanwhile.
  private static let pause = Duration.milliseconds(250)

  private let recorder: StreamRecorder
  private let transport: any Transport
  private let end: MonotonicInstant
  private let state = Mutex(State())

  init(_ recorder: StreamRecorder, _ transport: any Transport, until end: MonotonicInstant) {
    (self.recorder, self.transport, self.end) = (recorder, transport, end)
  }

  func hold(_ handle: TransferHandle) {
    let isOverdue = state.withLock { state in
      state.handle = handle
      return state.isOverdue
    }
    if isOverdue { handle.resume() }
  }

  func transferStarted(at instant: MonotonicInstant) { recorder.transferStarted(at: instant) }
  func transferSent(at instant: MonotonicInstant) { recorder.transferSent(at: instant) }
  func transferReceived(head: HTTPResponse, at instant: MonotonicInstant) {
    recorder.transferReceived(head: head, at: instant)
  }

  func transferReceived(body bytes: Span<UInt8>, at instant: MonotonicInstant) -> TransferDemand {
    let demand = recorder.transferReceived(body: bytes, at: instant)
    guard demand == .more || demand == .moreOfSilence, instant < end else { return demand }
    transport.schedule(at: instant.advanced(by: Self.pause)) { [self] in
      let handle = state.withLock { state in
        if state.handle == nil { state.isOverdue = true }
        return state.handle
      }
      handle?.resume()
    }
    return .pause
  }

  func transferEnded(_ end: TransferEnd) { recorder.transferEnded(end) }
}
