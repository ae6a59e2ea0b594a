internal import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// One exchange with the identity service: a password for a token.
struct TokenExchange {
  /// A token, and how long it lasts from the response on.
  struct Token: Sendable {
    var text: String
    var lifetime: Duration
  }

  /// Why there is no token.
  struct Refusal: Error {
    var error: TransportError
    /// Whether the same question will get the same response; a password that is tried too often locks its account.
    var isFinal: Bool
  }

  private let user: IAMUser

  init(_ user: IAMUser) { self.user = user }

  /// Where the token is asked for.
  private static let path = "/v3/auth/tokens"
  /// How long a token lasts of which nobody says so: that of the documentation.
  private static let usualLifetime = Duration.seconds(24 * 3600)
  /// No identity service is as slow.
  private static let patience = Duration.seconds(60)

  /// Asks for a token.
  ///
  /// - Throws: ``Refusal``.
  func token(over transport: any Transport) async throws(Refusal) -> Token {
    let request = try request()
    func refusal(_ message: String, isFinal: Bool) -> Refusal {
      let text = Redactor([user.password.reveal()] + transport.secrets).clean(message)
      return Refusal(
        error: TransportError(
          kind: .authentication, message: "the identity service gave no token: \(text)", request: request.identity),
        isFinal: isFinal)
    }
    let response: TransferResponse
    do { response = try await transport.response(to: request) } catch {
      throw refusal((error as? TransportError)?.message ?? "\(error)", isFinal: false)
    }
    let status = response.head.status.code
    guard response.head.status.kind == .successful else {
      let said = ErrorBody(response.body).message
      throw refusal(
        "status \(status)\(said.isEmpty ? "" : " \"\(said)\""); check user, domain, password and project",
        isFinal: (400..<500).contains(status) && status != 408 && status != 429)
    }
    guard let name = HTTPField.Name("X-Subject-Token"), let token = response.head.headerFields[name], !token.isEmpty
    else { throw refusal("its response of status \(status) has no field X-Subject-Token", isFinal: true) }
    return Token(text: token, lifetime: Self.lifetime(response.body))
  }

  /// By the service's own clock, so that ours need not agree with it.
  private static func lifetime(_ body: [UInt8]) -> Duration {
    let token = (try? JSONCoding.decode(JSONValue.self, from: body))?["token"]
    guard let expires = token?["expires_at"]?.string.flatMap({ ServiceTimestamp($0) }) else { return usualLifetime }
    guard let issued = token?["issued_at"]?.string.flatMap({ ServiceTimestamp($0) }),
      let lifetime = issued.duration(to: expires)
    else { return max(.zero, expires.sinceEpoch - .seconds(WallClock.secondsSince1970)) }
    return max(.zero, lifetime)
  }

  private func request() throws(Refusal) -> TransferRequest {
    let body: JSONValue = [
      "auth": [
        "identity": [
          "methods": ["password"],
          "password": [
            "user": [
              "name": .string(user.name), "password": .string(user.password.reveal()),
              "domain": ["name": .string(user.domain)],
            ]
          ],
        ],
        "scope": ["project": ["name": .string(user.project)]],
      ]
    ]
    do {
      var request = try ServiceConfiguration(endpoint: user.service).transferRequest(
        .post, Self.path, json: try JSONCoding.encode(body))
      request.timeouts = TransferTimeouts(total: Self.patience)
      return request
    } catch {
      throw Refusal(
        error: TransportError(
          kind: .authentication, message: "the request for a token cannot be written", request: "POST \(Self.path)"),
        isFinal: true)
    }
  }
}
