/// What the formula of Stirling leaves out: ln Gamma(x + 1) - (x + 1/2) ln x + x - ln sqrt(2 pi).
enum StirlingError {
  /// The error at x, above 0.
  static func of(_ x: Double) -> Double {
    // From one x to the next the error falls by an amount with a series of its own; 15 and up the asymptotic series
    // of Abramowitz and Stegun 6.1.41 has full precision.
    var sum = 0.0
    var x = x
    while x < 15 {
      sum += drop(x)
      x += 1
    }
    let square = x * x
    let series = 691.0 / 360360 / square
    return sum
      + (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188 - series) / square) / square) / square)
        / square)
      / x
  }

  /// (x + 1/2) ln((x + 1) / x) - 1 = artanh(u) / u - 1 with u = 1 / (2 x + 1).
  private static func drop(_ x: Double) -> Double {
    let u = 1 / (2 * x + 1)
    guard u <= 0.5 else { return (x + 0.5) * ((x + 1) / x).reproducibleLogarithm - 1 }
    let square = u * u
    var power = square
    var sum = 0.0
    for divisor in stride(from: 3.0, through: 99, by: 2) {
      let next = sum + power / divisor
      if next == sum { break }
      sum = next
      power *= square
    }
    return sum
  }
}
