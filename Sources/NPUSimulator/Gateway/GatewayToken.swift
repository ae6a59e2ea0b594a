internal import Crypto

/// A token of the simulated identity service: what it says of itself, and a code that only the service can make.
struct GatewayToken {
  private let issued: Int
  private let epoch: Int
  private let user: GatewayBehaviour.User

  init(for user: GatewayBehaviour.User, issued: Int, epoch: Int) {
    (self.user, self.issued, self.epoch) = (user, issued, epoch)
  }

  /// The token as it is sent; as long as real ones are, which some clients do not expect.
  var text: String {
    let claims = "\(issued).\(epoch)"
    let code = HMAC<SHA256>.authenticationCode(
      for: Array("\(claims).\(user.domain).\(user.name).\(user.project)".utf8),
      using: SymmetricKey(data: Array(user.password.utf8)))
    return "MII\(claims).\(SignatureCheck.hexadecimal(code))." + String(repeating: "A", count: 4000)
  }

  /// What is found of a token.
  enum Finding { case valid, expired, unreadable }

  /// Looks at a token.
  static func find(_ text: String, _ gateway: GatewayBehaviour, now: Int) -> Finding {
    let parts = text.dropFirst(3).split(separator: ".")
    guard text.hasPrefix("MII"), parts.count == 4, let issued = Int(parts[0]), let epoch = Int(parts[1]) else {
      return .unreadable
    }
    let isOurs = gateway.users.contains { GatewayToken(for: $0, issued: issued, epoch: epoch).text == text }
    guard isOurs else { return .unreadable }
    let lifetime = Int(gateway.tokenLifetime.components.seconds)
    return epoch == gateway.tokenEpoch && now - issued < max(1, lifetime) ? .valid : .expired
  }
}
