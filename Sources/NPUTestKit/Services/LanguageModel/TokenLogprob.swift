internal import NPUBase

/// One token of a response with its log-probability.
public struct TokenLogprob: Sendable, Hashable {
  /// The value to which vLLM clamps a log-probability of minus infinity.
  public static let clamped = -9999.0

  /// The text of the token, or its identity in the form `token_id:226` where those were asked for.
  public var token: String
  /// The natural logarithm of its probability; `nil` where the server gives none, as for the first token of a prompt.
  public var logprob: Double?
  /// The bytes of the token, which need not be whole characters.
  public var bytes: [UInt8]?
  /// The identity of the token, where the server gives it.
  public var tokenID: Int?
  /// The likeliest tokens at this place, in the server's order.
  public var alternatives: [TokenLogprob]

  /// Creates a token.
  public init(
    token: String, logprob: Double?, bytes: [UInt8]? = nil, tokenID: Int? = nil, alternatives: [TokenLogprob] = []
  ) {
    self.token = token
    self.logprob = logprob
    self.bytes = bytes
    self.tokenID = tokenID
    self.alternatives = alternatives
  }

  /// Whether the log-probability stands for minus infinity.
  public var isClamped: Bool { logprob.map { $0 <= Self.clamped } ?? false }
}

extension TokenLogprob: Decodable {
  /// Reads one token.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let token = container.text("token") ?? ""
    self.init(
      token: token,
      logprob: container.number("logprob"),
      bytes: container.lenient("bytes"),
      tokenID: container.integer("id") ?? Self.tokenID(in: token),
      alternatives: container.lenient("top_logprobs") ?? [])
  }

  private static func tokenID(in token: String) -> Int? {
    token.hasPrefix("token_id:") ? Int(token.dropFirst("token_id:".count)) : nil
  }
}

/// The log-probability of one token at one place of a prompt.
public struct PromptLogprob: Sendable, Hashable {
  /// The natural logarithm of the token's probability at this place.
  public var logprob: Double?
  /// Its rank among all tokens, from 1.
  public var rank: Int?
  /// The text of the token.
  public var token: String?

  /// Creates an entry.
  public init(logprob: Double?, rank: Int? = nil, token: String? = nil) {
    self.logprob = logprob
    self.rank = rank
    self.token = token
  }
}

extension PromptLogprob: Decodable {
  /// Reads one entry.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      logprob: container.number("logprob"), rank: container.integer("rank"), token: container.text("decoded_token"))
  }
}

/// The log-probabilities at each place of a prompt, by token identity as text; the first place has none.
public typealias PromptLogprobs = [[String: PromptLogprob]?]
