internal import NPUBase
public import NPUMetrics

/// Whether the error rate of a candidate is that of its baseline: the rule "the difference is below 1 %", decided with
/// its uncertainty.
///
/// - Definition: the difference of both rates over the same cases has an interval by `PairedRateDifference`; the
///   verdict is that of `AccuracyVerdict`, where `worse` and `better` need p < 0.05 of `SignFlipTest` as well, and `same`
///   as many cases that a share of bad ones of the tolerance would have shown: up to z² / (n + z²) of all cases, with the
///   normal quantile z = 1.96, may be bad though none of n was (Wilson's interval), and a bad one may be all wrong.
///   Equal texts are the `same` however few. Without a truth the baseline's transcriptions stand in for it. By the inequality of the triangle the errors of both sides then differ by no more
///   than the candidate differs from the baseline, whatever was said, so that a rate of difference below the tolerance
///   is `same`; a higher one is `undecided`, since nobody knows which side is right.
/// - Meaning: with five cases no assignment of sides to cases is rarer than 2 in 32, so that fewer than six cannot show a
///   difference at a level of 5 %, whatever they say: they are `undecided` unless all texts are equal.
public struct RateJudgement: Sendable, Hashable {
  /// What the verdict rests on.
  @nonexhaustive
  public enum Basis: String, Sendable, Hashable, CaseIterable, Codable {
    /// All texts of both sides are equal.
    case equal
    /// What was said.
    case truth
    /// The baseline's transcriptions, for want of a truth.
    case baseline
    /// There are too few cases for any verdict.
    case tooFew = "too_few"
    /// No case could be compared.
    case nothing
  }

  /// The fewest cases that can show a difference.
  public static let fewestCases = 6

  /// The name of the rate, as in "CER".
  public let name: String
  /// What the verdict rests on.
  public let basis: Basis
  /// How many cases were compared.
  public let cases: Int
  /// Both rates and their difference; nil for fewer than two cases, and where nothing is said in any.
  public let difference: PairedRateDifference?
  /// The least difference that matters, 0.01 for one percentage point.
  public let tolerance: Double
  /// What it comes to.
  public let verdict: AccuracyVerdict

  /// Judges.
  ///
  /// - Parameters:
  ///   - cases: The errors of both sides in each case.
  ///   - name: The name of the rate.
  ///   - hasTruth: Whether the truth is known; else the baseline stands in for it and has no errors.
  ///   - areEqual: Whether all texts of both sides are equal.
  ///   - tolerance: The least difference that matters, above 0 and below 1.
  ///   - bootstrap: How the interval is found.
  /// - Throws: `StatisticsError` if the tolerance is outside its range.
  public init(
    _ cases: [PairedRateDifference.Case], name: String, hasTruth: Bool, areEqual: Bool, tolerance: Double = 0.01,
    bootstrap: Bootstrap
  ) throws(StatisticsError) {
    guard tolerance > 0, tolerance < 1 else {
      throw StatisticsError(
        kind: .outOfRange,
        message: "The tolerance is \(tolerance); it must be above 0 and below 1, such as 0.01 for one percentage point."
      )
    }
    self.name = name
    self.cases = cases.count
    self.tolerance = tolerance
    let isComparable = cases.count >= 2 && cases.contains { $0.length > 0 }
    difference = isComparable ? try PairedRateDifference(cases, bootstrap: bootstrap) : nil
    if cases.isEmpty {
      (basis, verdict) = (.nothing, .undecided)
    } else if areEqual {
      (basis, verdict) = (.equal, .same)
    } else if let difference, cases.count >= Self.fewestCases {
      basis = hasTruth ? .truth : .baseline
      let found: AccuracyVerdict =
        hasTruth
        ? difference.verdict(tolerance: tolerance) : difference.difference.high < tolerance ? .same : .undecided
      verdict = found == .same && Self.unseenShare(in: cases.count) >= tolerance ? .undecided : found
    } else {
      (basis, verdict) = (.tooFew, .undecided)
    }
  }

  /// What the rule says that looks at the difference of both rates alone.
  public var passesPlainRule: Bool? { difference.map { $0.difference.estimate.magnitude < tolerance } }

  /// The sum of the normal quantiles of 0.975 and 0.8: a difference of as many standard errors is significant at 5 %
  /// four times in five (Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988).
  private static let detectableErrors = 1.959964 + 0.841621

  /// The square of the normal quantile of 0.975.
  private static let squaredQuantile = 1.959964 * 1.959964

  /// The share of bad cases that may be though none of so many was bad: the upper end of Wilson's interval.
  private static func unseenShare(in cases: Int) -> Double { squaredQuantile / (Double(cases) + squaredQuantile) }

  /// The least true difference that so many cases show four times in five, and no less than the share of bad cases that
  /// so many may leave unseen; nil without a case.
  public var minimumDetectableDifference: Double? {
    guard cases > 0 else { return nil }
    return max(
      Self.unseenShare(in: cases), Self.detectableErrors * (difference?.difference.standardError ?? 0))
  }

  /// How many cases like these show a difference of the tolerance four times in five and leave no such share of bad
  /// ones unseen; nil without a case, and where it takes a thousand million.
  public var casesNeeded: Int? {
    guard cases > 0 else { return nil }
    let ratio = Self.detectableErrors * (difference?.difference.standardError ?? 0) / tolerance
    let count = max(
      (Double(cases) * ratio * ratio).rounded(.up),
      (Self.squaredQuantile * (1 / tolerance - 1)).rounded(.down) + 1)
    return count < 1e9 ? max(Self.fewestCases, Int(count)) : nil
  }
}

extension RateJudgement {
  /// Why the verdict is what it is, with the numbers, and what to do where it is open.
  public var reason: String {
    switch basis {
    case .nothing: return "No case could be compared; see the reasons of the cases."
    case .equal: return "All transcriptions of both sides are equal in \(cases) cases. \(shown)"
    case .tooFew:
      return "\(cases) cases cannot show a difference at a level of 5 %; \(Self.fewestCases) are the fewest, and a "
        + "verdict on \(Self.percent(tolerance)) takes far more."
    case .truth, .baseline: break
    }
    guard let difference else { return "" }
    let interval = difference.difference
    let found =
      basis == .truth
      ? "The \(name) is \(Self.percent(difference.candidateRate)) against \(Self.percent(difference.baselineRate)) of "
        + "the baseline, a difference of \(Self.signed(interval.estimate)) "
      : "The truth is not known; the candidate differs from the baseline by a \(name) of "
        + "\(Self.percent(interval.estimate)) "
    let chance = basis == .truth ? ", p = \(NumberText.fixed(difference.pValue, decimals: 4))" : ""
    let ends =
      "(\(Self.signed(interval.low)) to \(Self.signed(interval.high)) with 95 % confidence, \(cases) cases\(chance))"
    let allowed = Self.percent(tolerance)
    switch verdict {
    case .same where basis == .baseline:
      return found + ends + ", so that the error rates of both differ by less than \(allowed)."
    case .same: return found + ends + ", within \(allowed)."
    case .worse, .better: return found + ends + ", which is more than chance."
    case .undecided: return found + ends + ". " + advice(allowed)
    }
  }

  private func advice(_ allowed: String) -> String {
    if basis == .baseline, let high = difference?.difference.high, high >= tolerance {
      return "Say what is said in the recordings to know which side is right."
    }
    return shown + (casesNeeded.map { " Some \($0) would show one of \(allowed)." } ?? "")
  }

  /// What so many cases can show.
  private var shown: String {
    guard let detectable = minimumDetectableDifference else { return "" }
    return "So many cases show a difference of \(Self.percent(detectable)) and more."
  }

  private static func percent(_ rate: Double) -> String { NumberText.percent(rate) }

  private static func signed(_ rate: Double) -> String { (rate > 0 ? "+" : "") + percent(rate) }
}
