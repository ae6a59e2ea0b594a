extension Duration {
  /// The duration in whole nanoseconds, held at the limits of `Int64` (292 years).
  package var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
    guard overflow || carry else { return sum }
    return seconds < 0 ? .min : .max
  }

  /// The duration in milliseconds, for arithmetic and for JSON keys that end in `_ms`.
  package var milliseconds: Double { Double(wholeNanoseconds) / 1e6 }

  /// The duration in seconds.
  package var seconds: Double { Double(wholeNanoseconds) / 1e9 }

  /// The duration that a recorded number of milliseconds stands for, rounded to nanoseconds and held at their limits.
  package static func recorded(milliseconds: Double) -> Duration { clamped(seconds: milliseconds / 1e3) }

  /// A duration from seconds, rounded to nanoseconds; what does not fit becomes the limit, NaN becomes zero.
  package static func clamped(seconds: Double) -> Duration {
    let nanoseconds = (seconds * 1e9).rounded()
    if nanoseconds.isNaN { return .zero }
    // 2^63 itself is the first Double that does not fit.
    guard nanoseconds < 0x1p63 else { return .nanoseconds(Int64.max) }
    guard nanoseconds > -0x1p63 else { return .nanoseconds(Int64.min) }
    return .nanoseconds(Int64(nanoseconds))
  }
}
