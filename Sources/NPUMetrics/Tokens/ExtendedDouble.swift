/// A number as the unevaluated sum of two doubles: some 106 bits.
///
/// What is left of 1 after the likeliest tokens may be 10^-10 or less: the difference of two doubles near 1 would keep
/// five digits of it. Source: Dekker, "A floating-point technique for extending the available precision", Numerische
/// Mathematik 18 (1971); Hida, Li and Bailey, "Algorithms for Quad-Double Precision Floating Point Arithmetic" (2001).
struct ExtendedDouble {
  private(set) var high: Double
  private(set) var low: Double

  init(_ value: Double) {
    high = value
    low = 0
  }

  /// The sum of two numbers of which the first has the greater magnitude, without error.
  private init(greater: Double, lesser: Double) {
    high = greater + lesser
    low = lesser - (high - greater)
  }

  static func + (left: ExtendedDouble, right: ExtendedDouble) -> ExtendedDouble {
    let sum = left.high + right.high
    let taken = sum - left.high
    let error = (left.high - (sum - taken)) + (right.high - taken)
    return ExtendedDouble(greater: sum, lesser: error + (left.low + right.low))
  }

  static func - (left: ExtendedDouble, right: ExtendedDouble) -> ExtendedDouble {
    var negated = right
    negated.high = -right.high
    negated.low = -right.low
    return left + negated
  }

  static func * (left: ExtendedDouble, right: ExtendedDouble) -> ExtendedDouble {
    let product = left.high * right.high
    let error = (-product).addingProduct(left.high, right.high)
    return ExtendedDouble(greater: product, lesser: error + (left.high * right.low + left.low * right.high))
  }

  static func / (left: ExtendedDouble, right: Double) -> ExtendedDouble {
    let quotient = left.high / right
    let remainder = left.high.addingProduct(-quotient, right) + left.low
    return ExtendedDouble(greater: quotient, lesser: remainder / right)
  }

  /// The nearest double.
  var value: Double { high + low }

  /// The exponential function of a double of 1 or less; 0 below the range of the type.
  ///
  /// x = k ln 2 + r with ln 2 in three parts, e^r by its series, then a scaling by 2^k.
  static func exponential(_ x: Double) -> ExtendedDouble {
    guard x > -740 else { return ExtendedDouble(x.reproducibleExponential) }
    let k = (x / 0x1.62e42fefap-1).rounded()
    // The first part has zeros at its end, so that this product is exact.
    var r = ExtendedDouble(x) - ExtendedDouble(k * 0x1.62e42fefap-1)
    r = r - ExtendedDouble(k) * ExtendedDouble(0x1.cf79abc9e3b3ap-40)
    r = r - ExtendedDouble(k * -0x1.ff0342542fc33p-94)
    // The magnitude of r is at most 0.347: the first term left out is below 2^-110.
    let one = ExtendedDouble(1)
    var series = one
    for term in (1...25).reversed() { series = one + series * r / Double(term) }
    let scale = Double(sign: .plus, exponent: Int(k), significand: 1)
    series.high *= scale
    series.low *= scale
    return series
  }
}
