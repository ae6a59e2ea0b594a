public import NPUMetrics

/// Whether a candidate's responses are as like the baseline's as they ought to be.
///
/// What they ought to be depends on the baseline's own noise, which repeating it shows:
///
/// - ``Basis/equal``: every response of the candidate equals the baseline's, and no case is missing. The verdict is
///   `same` however few they are and however the baseline differs from itself, for equality is a fact;
///   ``minimumDetectableLoss`` says what so many would have shown.
/// - ``Basis/band``: the baseline repeats itself, or stays within the limit of the scale where it does not. A case is bad
///   if the candidate's response is not within the limit; `ToleratedShare` judges the share of bad cases.
/// - ``Basis/spread``: the baseline itself leaves the limit now and then. The limit becomes the lesser of that of the
///   scale and the 5th percentile of the baseline's likeness to itself. A case flips to the worse where the baseline's
///   repeat is within it and the candidate is not, and to the better where it is the other way round;
///   `FlipComparison` judges the flips. Under equal services repeat and candidate can be exchanged, so that flips go
///   both ways alike.
/// - ``Basis/unknownSpread``: the baseline was asked once, or its repeats failed in more than half of the cases. The
///   limit decides as under ``Basis/band``, but noise cannot be told from a loss: nothing is `worse`.
///
/// A repeat that failed says nothing of the candidate and is left out. A case without another one is judged by the
/// limit under ``Basis/band``; under ``Basis/spread`` it counts only where the candidate failed, as a flip to the
/// worse.
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
  /// How many have repeats of the baseline that did not fail.
  public let repeated: Int
  /// How many of these have them outside the limit; nil without such repeats.
  public let ownBad: Int?
  /// The baseline's own spread; nil where fewer than half of the cases have repeats.
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
  ///   - isWhole: Whether these are all cases that were to be compared; of a part equality is no fact of the whole.
  /// - Throws: `StatisticsError` if the tolerance is outside its range.
  public init(
    _ cases: [SimilarityCase], scale: SimilarityScale, tolerance: Double = 0.05, isWhole: Bool = true
  ) throws(StatisticsError) {
    self.scale = scale
    self.cases = cases.count
    self.tolerance = tolerance
    let means = cases.map(\.means)
    let own = means.compactMap(\.own)
    repeated = own.count
    let isKnown = !own.isEmpty && 2 * own.count >= cases.count
    let spread = isKnown ? try Self.spread(of: own, scale) : nil
    self.spread = spread
    let basis: Basis
    if cases.isEmpty {
      basis = .nothing
    } else if isWhole, means.allSatisfy({ $0.candidate == scale.perfect }) {
      basis = .equal
    } else if !isKnown {
      basis = .unknownSpread
    } else {
      basis = own.allSatisfy { scale.isAlike($0, scale.limit) } ? .band : .spread
    }
    self.basis = basis
    let extreme = spread?.extreme ?? scale.limit
    let limit = basis == .spread && !scale.isAlike(extreme, scale.limit) ? extreme : scale.limit
    self.limit = limit
    let bad = means.count { !scale.isAlike($0.candidate, limit) }
    self.bad = bad
    ownBad = own.isEmpty ? nil : own.count { !scale.isAlike($0, limit) }
    switch basis {
    case .nothing: (share, flips, verdict) = (nil, nil, .undecided)
    case .spread:
      // Without a repeat noise cannot be told from a loss, but a candidate that failed is no noise.
      let judged = means.filter { $0.own != nil || !$0.candidate.isFinite }
      let pairs = try PairedFlips(
        baseline: judged.map { pair in pair.own.map { scale.isAlike($0, limit) } ?? true },
        candidate: judged.map { scale.isAlike($0.candidate, limit) })
      let flips = try FlipComparison(pairs, tolerance: tolerance)
      (share, self.flips, verdict) = (nil, flips, flips.verdict)
    case .equal, .band, .unknownSpread:
      let share = try ToleratedShare(bad: bad, cases: cases.count, tolerance: tolerance)
      (self.share, flips) = (share, nil)
      verdict =
        switch basis {
        case .equal: .same
        case .unknownSpread where share.verdict == .worse: .undecided
        default: share.verdict
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
    Spread(
      extreme: try own.percentile(scale.isHigherBetter ? 5 : 95), median: try own.percentile(50),
      isDeterministic: own.allSatisfy { $0 == scale.perfect })
  }
}

extension SimilarityJudgement {
  /// Whether a case has a response of the candidate outside the limit.
  public func isBad(_ similarity: SimilarityCase) -> Bool { !scale.isAlike(similarity.means.candidate, limit) }
}
