/// Where two responses to one case first part, and whether the baseline was nearly undecided there.
public struct FirstDivergence: Sendable, Hashable {
  /// What a divergence is.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The baseline gave the candidate's token nearly the probability of its own: rounding decides.
    case nearTie = "near_tie"
    /// The baseline was sure of its token: the candidate computed something else.
    case defect
    /// Nobody asked for the log-probabilities of the baseline, or they do not reach the place.
    case unknown
  }

  /// The margin up to which a divergence is a near tie, in nats.
  ///
  /// bfloat16 keeps 8 significant bits, so that logits of 16 to 32 lie 0.125 apart. On either engine each of the two
  /// logits may be rounded by half of that: their margin moves by up to 0.25 in the last step alone. Twice that leaves
  /// room for the layers before it.
  public static let defaultNearTie = 0.5

  /// The Unicode scalars that are equal before the difference.
  public let scalarIndex: Int
  /// The tokens that are equal before it: those of the model where both sides have them, else words, see
  /// ``NPUMetrics/TextDivergence/tokenIndex``; nil if the texts differ in white space alone.
  public let tokenIndex: Int?
  /// The baseline from the difference on, up to 32 scalars.
  public let baseline: String
  /// The candidate from the difference on, up to 32 scalars.
  public let candidate: String
  /// The log-probability that the baseline gave its own token less the one that it gave the candidate's, in nats.
  ///
  /// For a candidate that took the second best it is the margin between the two best. Nil where it is not known.
  public let margin: Double?
  /// Whether the margin may be greater: the candidate's token is not among those that the baseline listed.
  public let marginIsAtLeast: Bool
  /// What it is.
  public let kind: Kind

  /// Finds the first difference of two texts; nil if there is none.
  ///
  /// - Parameters:
  ///   - baseline: The response of the baseline.
  ///   - candidate: The response of the candidate.
  ///   - nearTie: The margin up to which it is a near tie, in nats.
  public init?(baseline: RecordedResponse, candidate: RecordedResponse, nearTie: Double = defaultNearTie) {
    guard let own = baseline.text, let other = candidate.text,
      let place = TextDivergence(reference: own, candidate: other)
    else { return nil }
    scalarIndex = place.scalarIndex
    self.baseline = place.reference
    self.candidate = place.candidate
    let (first, second) = (baseline.tokens ?? [], candidate.tokens ?? [])
    let index = TextDivergence.firstDifference(
      first.map { Array($0.token.unicodeScalars) }, second.map { Array($0.token.unicodeScalars) })
    tokenIndex = first.isEmpty || second.isEmpty ? place.tokenIndex : index
    // Where one response ends the other's token has no rival: ends are not among the tokens. Tokens that are parts of
    // characters all read U+FFFD, so that equal ones may have stood before others already.
    guard let index, index < first.count, index < second.count, Self.arePlain(first[...index], of: own),
      !second[index].token.unicodeScalars.contains("\u{FFFD}"),
      let top = first[index].top, let chosen = first[index].logprob, let least = top.values.min()
    else {
      (margin, marginIsAtLeast, kind) = (nil, false, .unknown)
      return
    }
    let rival = top[second[index].token]
    let margin = chosen - (rival ?? least)
    marginIsAtLeast = rival == nil
    self.margin = margin
    // A token that is not listed may be further away; a likelier one than the chosen was passed over by chance.
    kind = margin > nearTie ? .defect : rival == nil || margin < -nearTie ? .unknown : .nearTie
  }

  /// Whether tokens are whole characters, with which the text begins.
  private static func arePlain(_ tokens: ArraySlice<RecordedToken>, of text: String) -> Bool {
    let joined = tokens.map(\.token).joined()
    return !joined.unicodeScalars.contains("\u{FFFD}") && text.unicodeScalars.starts(with: joined.unicodeScalars)
  }
}
