extension SeededGenerator {
  /// A uniform draw from 0 up to but not including 1, a multiple of 2^-53.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A uniform draw of a whole number from a closed range, without bias.
  ///
  /// Source: Lemire, "Fast Random Integer Generation in an Interval", ACM Transactions on Modeling and Computer
  /// Simulation 29 (2019).
  public mutating func integer(in range: ClosedRange<Int>) -> Int {
    let span = UInt64(bitPattern: Int64(range.upperBound)) &- UInt64(bitPattern: Int64(range.lowerBound))
    guard span < .max else { return Int(truncatingIfNeeded: next()) }
    let size = span + 1
    var product = next().multipliedFullWidth(by: size)
    if product.low < size {
      let threshold = (0 &- size) % size
      while product.low < threshold { product = next().multipliedFullWidth(by: size) }
    }
    return range.lowerBound &+ Int(truncatingIfNeeded: product.high)
  }

  /// An exponential draw: the waiting time of a Poisson process; variance is the mean squared.
  ///
  /// By inversion, -mean ln(1 - u).
  ///
  /// - Parameter mean: The mean, finite and not negative; 0 gives 0.
  /// - Returns: A number of 0 or more, in the unit of the mean.
  public mutating func exponential(mean: Double = 1) -> Double {
    precondition(mean >= 0 && mean.isFinite, "An exponential mean is finite and not negative, not \(mean).")
    // 1 - u is exact and above 0, so the logarithm is finite; the sign turns at the end to give 0 rather than -0.
    return mean * (0 - (1 - uniform()).reproducibleLogarithm)
  }

  /// A normal draw.
  ///
  /// By the polar method of Marsaglia and Bray, SIAM Review 6 (1964). The second number of each pair is dropped, so
  /// that the generator has no state beside its bits.
  ///
  /// - Parameters:
  ///   - mean: The mean.
  ///   - standardDeviation: The standard deviation, not negative.
  /// - Returns: Any finite number.
  public mutating func normal(mean: Double = 0, standardDeviation: Double = 1) -> Double {
    precondition(standardDeviation >= 0, "A standard deviation is not negative, not \(standardDeviation).")
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let square = x * x + y * y
      guard square > 0, square < 1 else { continue }
      return mean + standardDeviation * x * (-2 * square.reproducibleLogarithm / square).squareRoot()
    }
  }

  /// A gamma draw: mean shape times scale, variance shape times scale squared.
  ///
  /// Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", ACM Transactions on Mathematical Software
  /// 26 (2000), with their boost by u^(1 / shape) for a shape below 1. Shape 1 is the exponential distribution;
  /// arrival processes of burstiness b draw their gaps with shape b and scale mean / b.
  ///
  /// - Parameters:
  ///   - shape: The shape, finite and above 0.
  ///   - scale: The scale, finite and not negative.
  /// - Returns: A number of 0 or more, in the unit of the scale.
  public mutating func gamma(shape: Double, scale: Double = 1) -> Double {
    precondition(shape > 0 && shape.isFinite, "A gamma shape is finite and above 0, not \(shape).")
    precondition(scale >= 0 && scale.isFinite, "A gamma scale is finite and not negative, not \(scale).")
    guard shape < 1 else { return scale * standardGamma(shape: shape) }
    let boost = ((1 - uniform()).reproducibleLogarithm / shape).reproducibleExponential
    return scale * standardGamma(shape: shape + 1) * boost
  }

  /// A gamma draw of scale 1 for a shape of 1 or more.
  private mutating func standardGamma(shape: Double) -> Double {
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      let u = 1 - uniform()
      if u.reproducibleLogarithm < 0.5 * x * x + d - d * v + d * v.reproducibleLogarithm { return d * v }
    }
  }
}
