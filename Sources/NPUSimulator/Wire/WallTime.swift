#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The time since 1970 by the machine's clock.
enum WallTime {
  /// In nanoseconds.
  static var nanoseconds: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// In whole seconds.
  static var seconds: Int { Int(nanoseconds / 1_000_000_000) }
}

/// Calendar time as the `Date` header writes it (RFC 9110, section 5.6.7).
enum HTTPDate {
  /// The header value of an instant.
  ///
  /// - Parameter seconds: Seconds since 1970, from 0 on.
  /// - Returns: Weekday, date and time of day in GMT.
  static func text(_ seconds: Int) -> String {
    let days = seconds / 86_400
    let rest = seconds % 86_400
    let (year, month, day) = civil(days)
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][days % 7]
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let clock = "\(padded(rest / 3600)):\(padded(rest / 60 % 60)):\(padded(rest % 60))"
    return "\(weekday), \(padded(day)) \(names[month - 1]) \(year) \(clock) GMT"
  }

  private static func padded(_ value: Int) -> String {
    value < 10 ? "0\(value)" : "\(value)"
  }

  /// Year, month and day of a day counted from 1970, by counting 400-year eras that begin in March (Hinnant 2013).
  static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

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
