/// How far two models' probabilities are apart over the places of an answer or of a whole test set.
///
/// The places must have the same context: the same prompt and the same tokens before them, as when one answer is
/// scored by both. After the first different token two free answers are no longer comparable place by place.
public struct DivergenceSummary: Sendable, Hashable {
  /// The number of places, 1 or more.
  public let places: Int
  /// The mean of the recommended divergence in nats.
  public let meanKLGroups: Double
  /// The greatest divergence in nats.
  public let maxKLGroups: Double
  /// The place of the greatest divergence, from 0; the first of equals.
  public let worstPlace: Int
  /// The mean of the lower bound of the divergence in nats.
  public let meanKLRest: Double
  /// The mean Jensen-Shannon divergence, 0 to ln 2.
  public let meanJSRest: Double
  /// The mean share of tokens that both lists have, 0 to 1.
  public let meanJaccard: Double
  /// The share of places with the same likeliest token, 0 to 1.
  public let top1Agreement: Double
  /// The first place with another likeliest token, from 0; nil if there is none.
  public let firstTop1Disagreement: Int?
  /// The greatest difference of two log-probabilities of one token; nil if no place shares a token.
  public let maxLogprobDifference: Double?

  /// Summarises places in order.
  ///
  /// - Parameter divergences: The comparison of each place.
  /// - Throws: ``TokenError`` if there is no place.
  public init(_ divergences: [TokenDivergence]) throws(TokenError) {
    guard let first = divergences.first else {
      throw TokenError(
        kind: .emptySequence, message: "There are 0 places to summarise; compare at least one place first.")
    }
    func mean(_ figure: (TokenDivergence) -> Double) -> Double {
      var sum = CompensatedSum()
      for divergence in divergences { sum.add(figure(divergence)) }
      return sum.value / Double(divergences.count)
    }
    places = divergences.count
    meanKLGroups = mean(\.klGroups)
    meanKLRest = mean(\.klRest)
    meanJSRest = mean(\.jsRest)
    meanJaccard = mean(\.jaccard)
    top1Agreement = mean { $0.top1Agrees ? 1 : 0 }
    firstTop1Disagreement = divergences.firstIndex { !$0.top1Agrees }
    maxLogprobDifference = divergences.compactMap(\.maxLogprobDifference).max()
    var worst = (place: 0, value: first.klGroups)
    for (place, divergence) in divergences.enumerated() where divergence.klGroups > worst.value {
      worst = (place, divergence.klGroups)
    }
    maxKLGroups = worst.value
    worstPlace = worst.place
  }

  /// Compares two answers place by place.
  ///
  /// - Parameters:
  ///   - reference: The likeliest tokens at each place by the reference model.
  ///   - candidate: Those by the candidate at the same places.
  /// - Throws: ``TokenError`` if the numbers of places differ or are 0.
  public init<Token>(reference: [TopLogprobs<Token>], candidate: [TopLogprobs<Token>]) throws(TokenError) {
    guard reference.count == candidate.count else {
      throw TokenError(
        kind: .lengthMismatch,
        message: "The reference has \(reference.count) places and the candidate \(candidate.count); score the same "
          + "tokens with both, or compare only the places before the first different token.")
    }
    try self.init(zip(reference, candidate).map { TokenDivergence(reference: $0, candidate: $1) })
  }
}
