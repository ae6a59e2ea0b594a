/// The t distribution of Student.
public struct StudentDistribution: Sendable, Hashable {
  /// The degrees of freedom, above 0 and not necessarily whole.
  public let degreesOfFreedom: Double

  /// Creates a distribution.
  ///
  /// - Parameter degreesOfFreedom: Finite and above 0.
  /// - Throws: ``StatisticsError`` otherwise.
  public init(degreesOfFreedom: Double) throws(StatisticsError) {
    guard degreesOfFreedom > 0, degreesOfFreedom.isFinite else {
      throw .outOfRange("The degrees of freedom of a t distribution", degreesOfFreedom, "above 0 and finite")
    }
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// For degrees of freedom that are known to be good.
  init(trusted degreesOfFreedom: Double) {
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The probability of a magnitude of |t| or more: the two-sided p-value, I_x(v / 2, 1 / 2) with x = v / (v + t^2).
  ///
  /// Relative accuracy some 1e-13. The time grows with the root of the degrees of freedom.
  ///
  /// - Parameter t: Any number; an infinite one gives 0.
  /// - Returns: 0 to 1, NaN for NaN.
  public func twoSided(_ t: Double) -> Double {
    guard !t.isNaN else { return .nan }
    // Written with quotients, because the square of t may leave the range of the type.
    let ratio = t / degreesOfFreedom.squareRoot()
    let square = ratio * ratio
    guard square.isFinite else { return 0 }
    let beta = BetaDistribution(a: degreesOfFreedom / 2, b: 0.5)
    return beta.cumulative(1 / (1 + square), complement: square / (1 + square))
  }

  /// The probability of a value above t.
  ///
  /// - Parameter t: Any number.
  /// - Returns: 0 to 1, NaN for NaN.
  public func upperTail(_ t: Double) -> Double {
    t < 0 ? 1 - twoSided(t) / 2 : twoSided(t) / 2
  }

  /// The probability of a value at or below t.
  ///
  /// - Parameter t: Any number.
  /// - Returns: 0 to 1, NaN for NaN.
  public func cumulative(_ t: Double) -> Double {
    upperTail(-t)
  }

  /// The value below which a share p lies: the inverse of the cumulative distribution, to some 1e-14.
  ///
  /// - Parameter probability: 0 to 1; 0 gives negative infinity, 1 positive infinity.
  /// - Returns: The quantile, NaN for an argument outside 0 to 1.
  public func quantile(_ probability: Double) -> Double {
    guard probability >= 0, probability <= 1 else { return .nan }
    guard probability != 0.5 else { return 0 }
    let tail = Swift.min(probability, 1 - probability)
    guard tail > 0 else { return probability < 0.5 ? -.infinity : .infinity }
    var high = 1.0
    while upperTail(high) > tail, high < 1e300 { high *= 2 }
    var low = high > 1 ? high / 2 : 0
    // Halving a bracket of relative width one takes 53 steps to the last bit; more only near 0.
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if upperTail(middle) > tail { low = middle } else { high = middle }
    }
    return probability < 0.5 ? -high : high
  }
}
