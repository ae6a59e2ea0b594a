/// The complementary error function, accurate to a few units in the last place on every platform.
///
/// Source: Cody, "Rational Chebyshev approximations for the error function", Mathematics of Computation 23 (1969),
/// with the coefficients and the split of the exponent of his program CALERF.
enum ErrorFunction {
  private static let small: (numerator: [Double], denominator: [Double]) = (
    [
      1.85777706184603153e-1, 3.16112374387056560e00, 1.13864154151050156e02, 3.77485237685302021e02,
      3.20937758913846947e03,
    ],
    [1, 2.36012909523441209e01, 2.44024637934444173e02, 1.28261652607737228e03, 2.84423683343917062e03]
  )

  private static let middle: (numerator: [Double], denominator: [Double]) = (
    [
      2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e01,
      2.98635138197400131e02, 8.81952221241769090e02, 1.71204761263407058e03, 2.05107837782607147e03,
      1.23033935479799725e03,
    ],
    [
      1, 1.57449261107098347e01, 1.17693950891312499e02, 5.37181101862009858e02, 1.62138957456669019e03,
      3.29079923573345963e03, 4.36261909014324716e03, 3.43936767414372164e03, 1.23033935480374942e03,
    ]
  )

  private static let large: (numerator: [Double], denominator: [Double]) = (
    [
      1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
      1.60837851487422766e-2, 6.58749161529837803e-4,
    ],
    [
      1, 2.56852019228982242e00, 1.87295284992346047e00, 5.27905102951428412e-1, 6.05183413124413191e-2,
      2.33520497626869185e-3,
    ]
  )

  private static let inverseRootOf2 = 0.70710678118654752440
  private static let inverseRootOfPi = 5.6418958354775628695e-1

  /// erfc(x / sqrt 2) = 2 / sqrt(2 pi) times the integral of exp(-t^2 / 2) from x to infinity; 0 to 2, NaN for NaN.
  ///
  /// With the root inside, because the rounding of x / sqrt 2 would be magnified by x^2 in the tail.
  static func normalComplement(_ x: Double) -> Double {
    let magnitude = x.magnitude * inverseRootOf2
    guard magnitude > 0.46875 else { return 1 - x * inverseRootOf2 * ratio(small, at: x * x / 2) }
    let tail: Double
    if magnitude <= 4 {
      tail = ratio(middle, at: magnitude) * gaussian(x.magnitude)
    } else {
      let inverse = 1 / (magnitude * magnitude)
      tail = (inverseRootOfPi - inverse * ratio(large, at: inverse)) / magnitude * gaussian(x.magnitude)
    }
    return x < 0 ? 2 - tail : tail
  }

  /// exp(-x^2 / 2) with x split, because the rounding of a large square would show in the result.
  private static func gaussian(_ x: Double) -> Double {
    guard x < 40 else { return 0 }
    let head = (x * 16).rounded(.towardZero) / 16
    return (-head * head / 2).reproducibleExponential * (-(x - head) * (x + head) / 2).reproducibleExponential
  }

  /// A quotient of two polynomials, coefficients from the greatest power.
  private static func ratio(_ polynomials: (numerator: [Double], denominator: [Double]), at x: Double) -> Double {
    polynomials.numerator.reduce(0) { $0 * x + $1 } / polynomials.denominator.reduce(0) { $0 * x + $1 }
  }
}
