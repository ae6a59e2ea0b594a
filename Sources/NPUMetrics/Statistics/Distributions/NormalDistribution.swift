/// The standard normal distribution.
public enum NormalDistribution {
  /// The probability of a value at or below x: Phi(x) = erfc(-x / sqrt 2) / 2.
  ///
  /// Relative accuracy some 1e-15 also in the lower tail; see ``upperTail(_:)`` for the upper one. Constant time.
  ///
  /// - Parameter x: Any number; infinities give 0 and 1.
  /// - Returns: 0 to 1, NaN for NaN.
  public static func cumulative(_ x: Double) -> Double {
    ErrorFunction.normalComplement(-x) / 2
  }

  /// The probability of a value above x: 1 - Phi(x), without the loss of digits of that subtraction.
  ///
  /// - Parameter x: Any number.
  /// - Returns: 0 to 1, NaN for NaN; above 0 up to x = 37.
  public static func upperTail(_ x: Double) -> Double {
    ErrorFunction.normalComplement(x) / 2
  }

  /// The probability of a magnitude of |z| or more: the two-sided p-value of a normal score.
  ///
  /// - Parameter z: The score.
  /// - Returns: 0 to 1, NaN for NaN.
  public static func twoSided(_ z: Double) -> Double {
    Swift.min(ErrorFunction.normalComplement(z.magnitude), 1)
  }

  /// The value below which a share p lies: the inverse of the cumulative distribution.
  ///
  /// Source: Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37
  /// (1988), the routine of 16 digits. Constant time.
  ///
  /// - Parameter probability: 0 to 1; 0 gives negative infinity, 1 positive infinity.
  /// - Returns: The quantile, NaN for an argument outside 0 to 1.
  public static func quantile(_ probability: Double) -> Double {
    guard probability >= 0, probability <= 1 else { return .nan }
    let distance = probability - 0.5
    if distance.magnitude <= 0.425 {
      return distance * ratio(center, at: 0.180625 - distance * distance)
    }
    let tail = distance < 0 ? probability : 1 - probability
    guard tail > 0 else { return distance < 0 ? -.infinity : .infinity }
    let root = (-tail.reproducibleLogarithm).squareRoot()
    let value = root <= 5 ? ratio(shoulder, at: root - 1.6) : ratio(far, at: root - 5)
    return distance < 0 ? -value : value
  }

  private static let center: (numerator: [Double], denominator: [Double]) = (
    [
      2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4, 4.5921953931549871457e+4,
      1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2, 3.3871328727963666080e0,
    ],
    [
      5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
      5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1,
    ]
  )

  private static let shoulder: (numerator: [Double], denominator: [Double]) = (
    [
      7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
      3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0,
    ],
    [
      1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
      6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1,
    ]
  )

  private static let far: (numerator: [Double], denominator: [Double]) = (
    [
      2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
      2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0,
    ],
    [
      2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
      1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1,
    ]
  )

  /// A quotient of two polynomials, coefficients from the greatest power.
  private static func ratio(_ polynomials: (numerator: [Double], denominator: [Double]), at x: Double) -> Double {
    polynomials.numerator.reduce(0) { $0 * x + $1 } / polynomials.denominator.reduce(0) { $0 * x + $1 }
  }
}
