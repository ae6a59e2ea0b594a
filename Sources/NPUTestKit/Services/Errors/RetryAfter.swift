import HTTPTypes
internal import NPUBase

/// The wait that a server asks for before the next attempt.
enum RetryAfter {
  /// The wait in a response head, from seconds, milliseconds, or a date against the head's own date; `nil` without one.
  static func duration(in fields: HTTPFields) -> Duration? {
    if let name = HTTPField.Name("retry-after-ms"), let text = fields[name], let value = Double(text),
      let wait = duration(milliseconds: value)
    {
      return wait
    }
    guard let text = fields[.retryAfter] else { return nil }
    if let seconds = Double(text) { return duration(milliseconds: seconds * 1000) }
    // Against the server's own date: the clocks of the two machines need not agree.
    guard let until = secondsSinceEpoch(text), let date = fields[.date], let now = secondsSinceEpoch(date) else {
      return nil
    }
    return .seconds(max(0, until - now))
  }

  /// Waits beyond a year are taken for nonsense.
  private static func duration(milliseconds: Double) -> Duration? {
    guard milliseconds >= 0, milliseconds <= 366 * 86_400_000 else { return nil }
    return .milliseconds(Int64(milliseconds.rounded()))
  }

  /// An HTTP date in its one current form, such as "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
  static func secondsSinceEpoch(_ text: String) -> Int? {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
      let month = months.firstIndex(of: String(parts[2])), (1970...9999).contains(year),
      let date = CivilDate(year: year, month: month + 1, day: day)
    else { return nil }
    let clock = parts[4].split(separator: ":").compactMap { Int($0) }
    guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2]) else {
      return nil
    }
    return date.daysSince1970 * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
  }
}
