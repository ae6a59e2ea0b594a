/// Decibels of power and amplitude.
enum Decibels {
  /// ln 10 / 10: the natural logarithm of the ratio of powers that is one decibel.
  static let nepersOfPower = 10.0.reproducibleLogarithm / 10

  /// 10 log10 of a power of 0 or more; minus infinity for 0.
  static func of(power: Double) -> Double {
    guard power < .infinity else { return power }
    return power.logarithmOrNegativeInfinity / nepersOfPower
  }

  /// 20 log10 of an amplitude of 0 or more; minus infinity for 0.
  static func of(amplitude: Double) -> Double {
    2 * of(power: amplitude)
  }

  /// The power of a level.
  static func power(_ decibels: Double) -> Double {
    (decibels * nepersOfPower).reproducibleExponential
  }
}
