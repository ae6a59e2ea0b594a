public import NPUMetrics

/// Whether a candidate's responses are as like the baseline's as they ought to be.
///
/// What they ought to be depends on the baseline's own noise, which repeating it shows:
///
/// - ``Basis/equal``: every response of the candidate equals the baseline's. The verdict is `same` however few they are,
///   for equality is a fact; ``minimumDetectableLoss`` says what so many would have shown.
/// - ``Basis/band``: the baseline repeats itself, or stays within the limit of the scale where it does not. A case is bad
///   if the candidate's response is not within the limit; `ToleratedShare` judges the share of bad cases.
/// - ``Basis/spread``: the baseline itself leaves the limit now and then. The limit becomes the lesser of that of the
///   scale and the 5th percentile of the baseline's likeness to itself. A case flips to the worse where the baseline's
///   repeat is within it and the candidate is not, and to the better where it is the other way round;
///   `FlipComparison` judges the flips. Under equal services repeat and candidate can be exchanged, so that flips go
///   both ways alike.
/// - ``Basis/unknownSpread``: the baseline was asked once. The limit decides as under ``Basis/band``, but noise cannot be
///   told from a loss: nothing is `worse`.
public struct SimilarityJudgement: Sendable, Hashable {
  /// What the verdict rests on.
  @nonexhaustive
  public enum Basis: String, Sendable, Hashable, CaseIterable, Codable {
    /// All responses are equal.
    case equal
    /// The limit of the scale, which the baseline itself keeps.
    case band
    /// The baseline's own spread.
    case spread
    /// The limit of the scale, for want of repeats of the baseline.
    case unknownSpread = "unknown_spread"
    /// No case could be judged.
    case nothing
  }

  /// How like itself the baseline is.
  public struct Spread: Sendable, Hashable {
    /// The 5th percentile of the likeness, toward the unlike end; percentiles by linear interpolation.
    public let extreme: Double
    /// The median of the likeness.
    public let median: Double
    /// Whether every repeat equals the first response.
    public let isDeterministic: Bool
  }

  /// By what responses are compared.
  public let scale: SimilarityScale
  /// What the verdict rests on.
  public let basis: Basis
  /// What counts as alike: that of the scale, or what the baseline's own spread makes of it.
  public let limit: Double
  /// How many cases were judged.
  public let cases: Int
  /// How many of them have a response of the candidate outside the limit.
  public let bad: Int
  /// How many have a repeat of the baseline outside the limit; nil without repeats.
  public let ownBad: Int?
  /// The baseline's own spread; nil without repeats.
  public let spread: Spread?
  /// The share of bad cases, where the limit decides.
  public let share: ToleratedShare?
  /// The flips, where the spread decides.
  public let flips: FlipComparison?
  /// The share of cases, bad or lost, that may be.
  public let tolerance: Double
  /// What it comes to.
  public let verdict: AccuracyVerdict

  /// Judges.
  ///
  /// - Parameters:
  ///   - cases: The cases whose first response of the baseline could be compared.
  ///   - scale: By what they are compared.
  ///   - tolerance: The share of cases that may be bad or lost, above 0 and below 1.
  /// - Throws: `StatisticsError` if the tolerance is outside its range.
  public init(
    _ cases: [SimilarityCase], scale: SimilarityScale, tolerance: Double = 0.05
  ) throws(StatisticsError) {
    self.scale = scale
    self.cases = cases.count
    self.tolerance = tolerance
    let means = cases.map(\.means)
    let own = means.compactMap(\.own)
    let isRepeated = !cases.isEmpty && own.count == cases.count
    let spread = isRepeated ? try Self.spread(of: own, scale) : nil
    self.spread = spread
    let keepsLimit = own.allSatisfy { scale.isAlike($0, scale.limit) }
    let extreme = spread?.extreme ?? scale.limit
    let limit = isRepeated && !keepsLimit && !scale.isAlike(extreme, scale.limit) ? extreme : scale.limit
    self.limit = limit
    let alike = means.map { scale.isAlike($0.candidate, limit) }
    let ownAlike = own.map { scale.isAlike($0, limit) }
    bad = alike.count { !$0 }
    ownBad = isRepeated ? ownAlike.count { !$0 } : nil
    if cases.isEmpty {
      (basis, share, flips, verdict) = (.nothing, nil, nil, .undecided)
    } else if isRepeated, !keepsLimit {
      let flips = try FlipComparison(PairedFlips(baseline: ownAlike, candidate: alike), tolerance: tolerance)
      (basis, share, self.flips, verdict) = (.spread, nil, flips, flips.verdict)
    } else {
      let share = try ToleratedShare(bad: alike.count { !$0 }, cases: cases.count, tolerance: tolerance)
      (self.share, flips) = (share, nil)
      if means.allSatisfy({ $0.candidate == scale.perfect }) {
        (basis, verdict) = (.equal, .same)
      } else if isRepeated {
        (basis, verdict) = (.band, share.verdict)
      } else {
        (basis, verdict) = (.unknownSpread, share.verdict == .worse ? .undecided : share.verdict)
      }
    }
  }

  /// The least share of bad or lost cases that so many cases would have shown; nil where they show none.
  public var minimumDetectableLoss: Double? { share?.minimumDetectableShare ?? flips?.minimumDetectableLoss }

  /// How many cases would show what the tolerance asks; nil where a million do not.
  public var casesNeeded: Int? {
    flips.map { $0.casesNeeded() } ?? (try? ToleratedShare.casesNeeded(tolerance: tolerance))
  }

  private static func spread(of own: [Double], _ scale: SimilarityScale) throws(StatisticsError) -> Spread {
    // Repeats that failed have no likeness; they count as bad all the same.
    let finite = own.filter(\.isFinite)
    guard !finite.isEmpty else { return Spread(extreme: scale.limit, median: scale.limit, isDeterministic: false) }
    return Spread(
      extreme: try finite.percentile(scale.isHigherBetter ? 5 : 95), median: try finite.percentile(50),
      isDeterministic: own.allSatisfy { $0 == scale.perfect })
  }
}

extension SimilarityJudgement {
  /// Whether a case has a response of the candidate outside the limit.
  public func isBad(_ similarity: SimilarityCase) -> Bool { !scale.isAlike(similarity.means.candidate, limit) }
}
