/// Whether a candidate is as good as its baseline.
public enum AccuracyVerdict: String, Sendable, Hashable, CaseIterable, Codable {
  /// A loss or a gain of the tolerance or more is ruled out.
  case same
  /// The candidate is worse.
  case worse
  /// The candidate is better.
  case better
  /// The cases show neither: there are too few of them, or too much noise.
  case undecided
}

extension AccuracyVerdict {
  /// The loss that `same` rules out where no tolerance is given: one case in a hundred.
  public static let defaultMargin = 0.01

  /// The verdict on a loss whose interval and test are known.
  ///
  /// With a tolerance `same` comes first: a loss that is certainly smaller may be significant. Without one any
  /// significant difference is `worse` or `better`, and `same` needs an interval within ``defaultMargin`` on both sides.
  /// Everything else is `undecided`.
  ///
  /// - Parameters:
  ///   - loss: The estimate; above 0 the candidate is worse.
  ///   - isSignificant: Whether the test found a difference.
  ///   - low: The lower end of the interval.
  ///   - high: The upper end of the interval.
  ///   - tolerance: The least loss, or gain, that matters.
  public init(loss: Double, isSignificant: Bool, low: Double, high: Double, tolerance: Double?) {
    let margin = tolerance ?? Self.defaultMargin
    let isWithin = low > -margin && high < margin
    let differs = isSignificant && loss != 0
    if isWithin, tolerance != nil || !differs {
      self = .same
    } else if differs {
      self = loss > 0 ? .worse : .better
    } else {
      self = .undecided
    }
  }
}
