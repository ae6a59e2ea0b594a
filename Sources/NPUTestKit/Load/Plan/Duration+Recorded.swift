extension Duration {
  /// The duration that a recorded number of milliseconds stands for, rounded to nanoseconds and held at their limits.
  static func recorded(milliseconds: Double) -> Duration { clamped(seconds: milliseconds / 1e3) }

  /// A duration from seconds, rounded to nanoseconds; what does not fit becomes the limit, NaN becomes zero.
  static func clamped(seconds: Double) -> Duration {
    let nanoseconds = (seconds * 1e9).rounded()
    if nanoseconds.isNaN { return .zero }
    // 2^63 itself is the first Double that does not fit.
    guard nanoseconds < 0x1p63 else { return .nanoseconds(Int64.max) }
    guard nanoseconds > -0x1p63 else { return .nanoseconds(Int64.min) }
    return .nanoseconds(Int64(nanoseconds))
  }
}
