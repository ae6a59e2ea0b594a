internal import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport
internal import Synchronization

/// Sends a token of the identity service with each request, and fetches another one in time.
final class TokenAuthenticator: RequestAuthenticator {
  private struct Held {
    var text: String
    var received: MonotonicInstant
    var lifetime: Duration

    /// When it expires.
    var end: MonotonicInstant { received.advanced(by: lifetime) }
    /// When another one is fetched although it is good: half an hour before its end, or a tenth of a short life.
    var due: MonotonicInstant { end.advanced(by: .zero - min(.seconds(1800), lifetime / 10)) }
  }

  private struct State {
    var held: Held?
    /// The tokens before, which a service may still repeat.
    var former: [String] = []
    var running: Task<TokenExchange.Refusal?, Never>?
    /// Why there is no token, and until when nobody asks again.
    var refusal: TokenExchange.Refusal?
    var asksAgain: MonotonicInstant?
  }

  /// How long nothing is asked after an exchange that broke: a load would ask a thousand times a second.
  private static let rest = Duration.seconds(1)

  private let user: IAMUser
  private let field: HTTPField.Name?
  private let state = Mutex(State())

  init(_ user: IAMUser) {
    self.user = user
    field = HTTPField.Name("X-Auth-Token")
  }

  let name = "token of an IAM user"

  var secrets: [String] {
    let (held, former) = state.withLock { ($0.held?.text, $0.former) }
    return [user.password.reveal()] + (held.map { [$0] } ?? []) + former
  }

  func complete(_ request: TransferRequest, at instant: MonotonicInstant) throws(TransportError) -> TransferRequest? {
    guard let field, request.head.headerFields[field] == nil else { return request }
    guard let held = state.withLock(\.held), instant < held.end else { return nil }
    var complete = request
    complete.head.headerFields[field] = held.text
    return complete
  }

  func isDue(at instant: MonotonicInstant) -> Bool {
    state.withLock { state in
      guard let held = state.held, held.due <= instant, state.running == nil else { return false }
      return state.refusal == nil || state.asksAgain.map { $0 <= instant } ?? false
    }
  }

  /// Only `APIG.0307` asks for another token: with any other code that would get the same response.
  func isRefused(_ head: HTTPResponse, _ body: [UInt8]) -> Bool { ErrorBody(body).code == "APIG.0307" }

  func renew(replacing refused: TransferRequest?, over transport: any Transport) async throws(TransportError) {
    let refusedToken = field.flatMap { refused?.head.headerFields[$0] }
    let now = transport.now
    enum Step { case done, refuse(TransportError), wait(Task<TokenExchange.Refusal?, Never>) }
    let step = state.withLock { state -> Step in
      // Somebody else's request was refused too, and has brought another one.
      if let refusedToken, let held = state.held, held.text != refusedToken, now < held.end { return .done }
      if refused == nil, let held = state.held, now < held.due { return .done }
      if let running = state.running { return .wait(running) }
      if let refusal = state.refusal, refusal.isFinal || state.asksAgain.map({ now < $0 }) ?? false {
        return .refuse(refusal.error)
      }
      let task = Task.detached { await self.fetch(over: transport) }
      state.running = task
      return .wait(task)
    }
    switch step {
    case .done: return
    case .refuse(let error): throw error
    case .wait(let task): if let refusal = await task.value { throw refusal.error }
    }
  }

  private func fetch(over transport: any Transport) async -> TokenExchange.Refusal? {
    let result: Result<TokenExchange.Token, TokenExchange.Refusal>
    do throws(TokenExchange.Refusal) {
      result = .success(try await TokenExchange(user).token(over: transport))
    } catch {
      result = .failure(error)
    }
    let now = transport.now
    return state.withLock { state in
      state.running = nil
      switch result {
      case .success(let token):
        // Of a day, with a token for each hour.
        state.former = (state.former + (state.held.map { [$0.text] } ?? [])).suffix(24)
        state.held = Held(text: token.text, received: now, lifetime: token.lifetime)
        (state.refusal, state.asksAgain) = (nil, nil)
        return nil
      case .failure(let refusal):
        state.refusal = refusal
        state.asksAgain = now.advanced(by: Self.rest)
        return refusal
      }
    }
  }
}
