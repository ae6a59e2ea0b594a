/// The beta distribution with two positive shapes, the root of the t distribution and of exact binomial intervals.
struct BetaDistribution: Sendable, Hashable {
  let a: Double
  let b: Double

  /// The regularised incomplete beta function I_x(a, b): the probability of a value at or below x.
  ///
  /// The continued fraction of Didonato and Morris, "Algorithm 708: Significant Digit Computation of the Incomplete
  /// Beta Function Ratios", ACM Transactions on Mathematical Software 18 (1992), on the side of the mean where it
  /// converges; some sqrt(max(a, b)) steps.
  ///
  /// - Parameters:
  ///   - x: 0 to 1.
  ///   - complement: 1 - x, given apart because near x = 1 the subtraction would lose it.
  /// - Returns: 0 to 1.
  func cumulative(_ x: Double, complement: Double) -> Double {
    guard x > 0 else { return 0 }
    guard complement > 0 else { return 1 }
    if x < (a + 1) / (a + b + 2) {
      return Self.front(a, b, x, complement) * Self.fraction(a, b, x, complement)
    }
    return 1 - Self.front(a, b, x, complement) * Self.fraction(b, a, complement, x)
  }

  /// The value below which a share lies, by Newton's method kept inside a bracket.
  ///
  /// - Parameter probability: 0 to 1.
  /// - Returns: 0 to 1.
  func quantile(_ probability: Double) -> Double {
    guard probability > 0 else { return 0 }
    guard probability < 1 else { return 1 }
    var low = 0.0
    var high = 1.0
    var x = a / (a + b)
    for _ in 0..<200 {
      let error = cumulative(x, complement: 1 - x) - probability
      if error < 0 { low = x } else { high = x }
      // The density is the derivative of the distribution: a step of Newton where it stays inside the bracket.
      let density = Self.front(a, b, x, 1 - x) / (x * (1 - x))
      var next = x - error / density
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      if (next - x).magnitude <= x * 1e-16 || next == low || next == high { return next }
      x = next
    }
    return x
  }

  /// x^a (1 - x)^b / B(a, b).
  ///
  /// Written as a binomial probability in the form of Loader, "Fast and Accurate Computation of Binomial
  /// Probabilities" (2000), which subtracts no large logarithms from each other.
  static func front(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    let n = a + b
    let exponent =
      StirlingError.of(n) - StirlingError.of(a) - StirlingError.of(b) - deviance(a, n * x) - deviance(b, n * y)
    return exponent.reproducibleExponential * (a * b / (2 * .pi * n)).squareRoot()
  }

  /// x ln(x / m) + m - x, without loss where x is near m.
  private static func deviance(_ x: Double, _ m: Double) -> Double {
    guard (x - m).magnitude < 0.1 * (x + m) else {
      return x * (x / m).reproducibleLogarithm + m - x
    }
    let v = (x - m) / (x + m)
    var sum = (x - m) * v
    var term = 2 * x * v
    for index in 1..<1000 {
      term *= v * v
      let next = sum + term / Double(2 * index + 1)
      if next == sum { break }
      sum = next
    }
    return sum
  }

  private static func fraction(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
    // How far x lies below the mean, from the smaller of x and y, which has the more digits behind it.
    let distance = x < y ? a - (a + b) * x : (a + b) * y - b
    let c = 1 + distance
    let ratio = b / a
    let c1 = 1 + 1 / a
    var p = 1.0
    var s = a + 1
    var lastNumerator = 0.0
    var numerator = 1.0
    var lastDenominator = 1.0
    var denominator = c / c1
    var result = c1 / c
    // Far more steps than any shape in use needs; the bound is there so that the loop must end.
    for step in 1...200_000 {
      let n = Double(step)
      let t = n / a
      let w = n * (b - n) * x
      let e = a / s
      let alpha = p * (p + ratio) * e * e * (w * x)
      let beta = n + w / s + (1 + t) / (c1 + 2 * t) * (c + n * (1 + y))
      p = 1 + t
      s += 2
      (lastNumerator, numerator) = (numerator, alpha * lastNumerator + beta * numerator)
      (lastDenominator, denominator) = (denominator, alpha * lastDenominator + beta * denominator)
      let next = numerator / denominator
      // Divided down, because both grow like factorials.
      lastNumerator /= denominator
      lastDenominator /= denominator
      numerator = next
      denominator = 1
      if (next - result).magnitude <= 1e-16 * next { return next }
      result = next
    }
    return result
  }
}
