/// Logarithm and exponential from basic operations only.
///
/// The C library's functions differ in the last bit between platforms, and one bit decides whether a draw is
/// accepted: the whole sequence after it would differ. Additions, multiplications and divisions are rounded in one
/// way everywhere.
extension Double {
  /// ln 2 in two parts, the first with zeros at its end so that multiples up to 2^11 of it are exact.
  private static let logarithmOf2High = 0x1.62e42fefap-1
  private static let logarithmOf2Low = 0x1.cf79abc9e3b3ap-40

  /// The series of artanh(s) / s - 1 in powers of s squared, greatest power first.
  private static let artanhCoefficients: [Double] = [
    1.0 / 23, 1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3,
  ]

  /// The natural logarithm of a finite number above 0, within two units in the last place.
  ///
  /// x = 2^k m with m near 1, ln m = 2 artanh((m - 1) / (m + 1)) by its series.
  var reproducibleLogarithm: Double {
    var exponent = Double(self.exponent)
    var fraction = significand
    if fraction > 0x1.6a09e667f3bcdp+0 {
      fraction /= 2
      exponent += 1
    }
    let s = (fraction - 1) / (fraction + 1)
    let z = s * s
    // z is at most 0.0295: the first term left out is below 2^-60.
    var series = 0.0
    for coefficient in Self.artanhCoefficients { series = (series + coefficient) * z }
    return exponent * Self.logarithmOf2High + (2 * s + (2 * s * series + exponent * Self.logarithmOf2Low))
  }

  /// The exponential function, within two units in the last place; 0 below the range of the type.
  ///
  /// x = k ln 2 + r, e^r by its series, then a scaling by 2^k.
  var reproducibleExponential: Double {
    guard self > -746 else { return 0 }
    guard self < 710 else { return .infinity }
    let k = (self / Self.logarithmOf2High).rounded()
    let r = (self - k * Self.logarithmOf2High) - k * Self.logarithmOf2Low
    // The magnitude of r is at most 0.347: the first term left out is below 2^-60.
    var series = 1.0
    for term in (1...15).reversed() { series = 1 + series * r / Double(term) }
    // Two steps, because 2^k alone may be outside the range where the product is inside.
    let half = Int(k) / 2
    return series * Double(sign: .plus, exponent: half, significand: 1)
      * Double(sign: .plus, exponent: Int(k) - half, significand: 1)
  }

  /// The natural logarithm of a number of 0 or more.
  var logarithmOrNegativeInfinity: Double { self > 0 ? reproducibleLogarithm : -.infinity }
}
