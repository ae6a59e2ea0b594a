/// The time of day as Python's `isoformat` writes it: without a zone.
enum LocalTime {
  /// - Parameters:
  ///   - nanoseconds: Since 1970.
  ///   - fraction: Whether microseconds are written.
  /// - Returns: A text such as 2026-11-21T05:37:23.
  static func text(_ nanoseconds: Int64, fraction: Bool) -> String {
    let seconds = nanoseconds / 1_000_000_000
    let (year, month, day) = HTTPDate.civil(Int(seconds / 86_400))
    let rest = Int(seconds % 86_400)
    var text = "\(year)-\(two(month))-\(two(day))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
    if fraction {
      let micros = String(nanoseconds % 1_000_000_000 / 1000)
      text += "." + String(repeating: "0", count: 6 - micros.count) + micros
    }
    return text
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
