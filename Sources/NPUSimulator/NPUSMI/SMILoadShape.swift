/// How busy the chips are over time, as a fraction of what they can do.
public enum SMILoadShape: Sendable, Hashable {
  /// Always the same.
  case constant(Double)
  /// Up and down between 0 and 1 with a period in seconds.
  case sine(period: Double)
  /// Half a period busy, half a period idle.
  case square(period: Double)
  /// From 0 to 1 in that time in seconds, and 1 from then on.
  case ramp(seconds: Double)

  /// Reads `0.8`, `sine:60`, `square:60` or `ramp:600`.
  public init?(_ text: String) {
    if let fraction = Double(text), (0...1).contains(fraction) {
      self = .constant(fraction)
      return
    }
    let parts = text.split(separator: ":")
    guard parts.count == 2, let seconds = Double(parts[1]), (0.001...1e9).contains(seconds) else { return nil }
    switch parts[0] {
    case "sine": self = .sine(period: seconds)
    case "square": self = .square(period: seconds)
    case "ramp": self = .ramp(seconds: seconds)
    default: return nil
    }
  }

  /// The fraction at a time since the start in seconds.
  func fraction(at seconds: Double) -> Double {
    switch self {
    case .constant(let fraction): return fraction
    case .ramp(let length): return min(1, max(0, seconds / length))
    case .square(let period): return Self.phase(seconds, period) < 0.5 ? 1 : 0
    case .sine(let period):
      // A parabola on each half, within 6 % of the sine: no library of mathematics is needed for a made-up load.
      let phase = Self.phase(seconds, period)
      let half = phase < 0.5 ? phase * 2 : phase * 2 - 1
      let bow = 4 * half * (1 - half)
      return (phase < 0.5 ? 1 + bow : 1 - bow) / 2
    }
  }

  private static func phase(_ seconds: Double, _ period: Double) -> Double {
    let turns = seconds / period
    return turns - turns.rounded(.down)
  }
}
