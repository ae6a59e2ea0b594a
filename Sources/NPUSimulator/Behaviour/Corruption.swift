/// Responses that come whole and say something wrong, as services under load send them now and then.
///
/// In JSON `{"kinds": ["loop", "leak"], "rate": 0.001}`. Faults break a response, flaws break the protocol in all of
/// them; a corruption spoils what single ones say.
public struct Corruption: Sendable, Hashable {
  /// What is wrong with a response.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A phrase is repeated to the end.
    case loop
    /// One word is repeated to the end.
    case repeatedToken = "repeated_token"
    /// Some words are of another script.
    case foreignScript = "foreign_script"
    /// Some characters are U+FFFD.
    case replacementCharacter = "replacement_character"
    /// There is no token.
    case empty
    /// It ends by length long before its limit.
    case truncated
    /// It ends by itself after two tokens.
    case lengthCollapse = "length_collapse"
    /// Marks of a chat template stand in it.
    case templateToken = "template_token"
    /// It has what another request was to have repeated; none is spoiled before there was one.
    case leak
    /// Its log-probabilities are null, if any are asked for.
    case nanLogprob = "nan_logprob"
  }

  /// What can be wrong; each spoiled response has one of them.
  public var kinds: [Kind]
  /// The fraction of responses that are spoiled, 0 to 1, decided by the seed.
  public var rate: Double

  /// Creates a corruption.
  public init(_ kinds: [Kind] = Kind.allCases, rate: Double = 0.001) {
    (self.kinds, self.rate) = (kinds, rate)
  }
}

extension Corruption: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable { case kinds, rate }

  /// Reads the members that are given; the others keep their defaults.
  ///
  /// - Throws: `DecodingError` for an unknown member or a rate outside its range.
  public init(from decoder: any Decoder) throws {
    self.init()
    try decoder.refuseUnknownKeys(CodingKeys.allCases.map(\.rawValue))
    let values = try decoder.container(keyedBy: CodingKeys.self)
    kinds = try values.decodeIfPresent([Kind].self, forKey: .kinds) ?? kinds
    rate = try values.decodeIfPresent(Double.self, forKey: .rate, in: 0...1) ?? rate
  }
}

extension Behaviour {
  /// What is wrong with the response to a request; nothing for most.
  ///
  /// - Parameter index: The number of the request from 0 among the generation requests.
  /// - Returns: The kind.
  func corruption(forRequest index: Int) -> Corruption.Kind? {
    guard let corruption, !corruption.kinds.isEmpty else { return nil }
    var random = SplitMix64(seed: SplitMix64.mix(seed, 0x7370_6F69_6C, UInt64(truncatingIfNeeded: index)))
    guard random.unit() < corruption.rate else { return nil }
    return corruption.kinds[random.index(below: corruption.kinds.count)]
  }
}
