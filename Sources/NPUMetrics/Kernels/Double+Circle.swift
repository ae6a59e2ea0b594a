/// Sine and cosine from basic operations only, so that generated audio is the same on every platform.
extension Double {
  /// The sine of a finite number of turns, a turn being 2 π, within two units in the last place of 1.
  ///
  /// Turns rather than radians: whole turns fall away without error.
  static func sine(turns: Double) -> Double {
    let (quarter, sine, cosine) = circle(turns)
    switch quarter {
    case 0: return sine
    case 1: return cosine
    case 2: return -sine
    default: return -cosine
    }
  }

  /// The cosine of a finite number of turns, within two units in the last place of 1.
  static func cosine(turns: Double) -> Double {
    let (quarter, sine, cosine) = circle(turns)
    switch quarter {
    case 0: return cosine
    case 1: return -sine
    case 2: return -cosine
    default: return sine
    }
  }

  /// The nearest quarter turn, 0 to 3, with sine and cosine of what is left: at most an eighth of a turn.
  private static func circle(_ turns: Double) -> (quarter: Int, sine: Double, cosine: Double) {
    let part = turns - turns.rounded()
    let quarter = (part * 4).rounded()
    let x = (part - quarter / 4) * 0x1.921fb54442d18p+2
    let square = x * x
    // x is at most 0.786: the first terms left out are below 2^-60.
    var sine = square * (1 / 355_687_428_096_000) - 1 / 1_307_674_368_000
    sine = sine * square + 1 / 6_227_020_800
    sine = sine * square - 1 / 39_916_800
    sine = sine * square + 1 / 362_880
    sine = sine * square - 1 / 5040
    sine = sine * square + 1 / 120
    sine = sine * square - 1 / 6
    var cosine = square * (-1 / 6_402_373_705_728_000) + 1 / 20_922_789_888_000
    cosine = cosine * square - 1 / 87_178_291_200
    cosine = cosine * square + 1 / 479_001_600
    cosine = cosine * square - 1 / 3_628_800
    cosine = cosine * square + 1 / 40_320
    cosine = cosine * square - 1 / 720
    cosine = cosine * square + 1 / 24
    cosine = cosine * square - 1 / 2
    return ((Int(quarter) + 4) % 4, x + x * (square * sine), 1 + square * cosine)
  }
}
