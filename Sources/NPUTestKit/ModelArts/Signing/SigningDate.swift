internal import NPUBase

/// An instant of the calendar in whole seconds, as `X-Sdk-Date` says it: `20240115T083000Z`.
public struct SigningDate: Sendable, Hashable, Comparable {
  /// Seconds since 1970-01-01, UTC.
  public var secondsSince1970: Int64

  /// Creates a date from seconds since 1970-01-01, UTC; what lies outside the years 0 to 9999 is held at their limits.
  public init(secondsSince1970 seconds: Int64) {
    secondsSince1970 = min(max(seconds, -62_167_219_200), 253_402_300_799)
  }

  /// Reads a date.
  ///
  /// - Parameter text: The date in UTC, such as `20240115T083000Z`.
  /// - Throws: ``ModelArtsError`` of kind `invalidDate`.
  public init(_ text: String) throws(ModelArtsError) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      let digits = bytes[range]
      guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      return digits.reduce(0) { 10 * $0 + Int($1 - 0x30) }
    }
    guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z"),
      let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
      let hour = number(9..<11), let minute = number(11..<13), let second = number(13..<15),
      let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60, second < 60
    else {
      throw ModelArtsError(
        kind: .invalidDate,
        message: "\"\(Excerpt.of(text, limit: 40))\" is not a date of a signature; write UTC as 20240115T083000Z")
    }
    secondsSince1970 = Int64(date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second)
  }

  /// The present date by the clock of this machine.
  public static var now: SigningDate { SigningDate(secondsSince1970: WallClock.secondsSince1970) }

  /// How far from its own clock a gateway accepts a date, either way.
  ///
  /// Beyond it the gateway refuses the request with `APIG.0303` or `APIG.0301` and speaks of an expired signature.
  public static let tolerance = Duration.seconds(15 * 60)

  /// Whether the left date is earlier.
  public static func < (left: SigningDate, right: SigningDate) -> Bool {
    left.secondsSince1970 < right.secondsSince1970
  }
}

extension SigningDate: CustomStringConvertible {
  /// The date in UTC, such as `20240115T083000Z`.
  public var description: String {
    let (days, rest) = secondsSince1970.flooredDivision(by: 86_400)
    let date = CivilDate(daysSince1970: Int(days))
    func text(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let (hour, minute, second) = (Int(rest) / 3600, Int(rest) / 60 % 60, Int(rest) % 60)
    return text(date.year, 4) + text(date.month, 2) + text(date.day, 2) + "T" + text(hour, 2) + text(minute, 2)
      + text(second, 2) + "Z"
  }
}

extension Int64 {
  /// Quotient and remainder, of which the latter is never negative.
  fileprivate func flooredDivision(by divisor: Int64) -> (Int64, Int64) {
    let rest = (self % divisor + divisor) % divisor
    return ((self - rest) / divisor, rest)
  }
}
