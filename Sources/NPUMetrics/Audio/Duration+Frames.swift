extension Duration {
  /// The time that a number of frames takes, to the attosecond.
  static func frames(_ count: Int, rate: Int) -> Duration {
    let (seconds, rest) = count.quotientAndRemainder(dividingBy: rate)
    let attoseconds = Int128(rest) * 1_000_000_000_000_000_000 / Int128(rate)
    return Duration(secondsComponent: Int64(seconds), attosecondsComponent: Int64(attoseconds))
  }

  /// The number of frames nearest to a time of 0 or more; nil if it is negative or out of the range of the type.
  func frames(rate: Int) -> Int? {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return nil }
    let whole = Int128(seconds) * Int128(rate)
    // Halves go up.
    let part = (Int128(attoseconds) * Int128(rate) * 2 + 1_000_000_000_000_000_000) / 2_000_000_000_000_000_000
    return Int(exactly: whole + part)
  }
}
