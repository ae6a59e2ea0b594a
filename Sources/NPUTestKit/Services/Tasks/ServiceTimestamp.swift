internal import NPUBase

/// A date and time as a service writes it: often local time without a zone, with or without a fraction of a second.
///
/// Two of them from one service can be subtracted; what instant one of them is on another machine's clock cannot be
/// known without a zone.
public struct ServiceTimestamp: Sendable, Hashable {
  /// The text as it came.
  public var text: String
  /// Time since the start of 1970 on the clock that the text was read from; of one with a zone, in UTC.
  public var sinceEpoch: Duration
  /// Whether the text names its zone.
  public var hasZone: Bool

  /// Reads a text in the form of ISO 8601: date, `T` or a space, time, and as needed a fraction and a zone.
  ///
  /// - Returns: `nil` for every other text, and for dates that do not exist.
  public init?(_ text: String) {
    var reader = Reader(text.utf8)
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
      let day = reader.number(2), reader.take("T") || reader.take("t") || reader.take(" "),
      let hour = reader.number(2), reader.take(":"), let minute = reader.number(2)
    else { return nil }
    var second = 0
    var nanoseconds: Int64 = 0
    if reader.take(":") {
      guard let value = reader.number(2) else { return nil }
      second = value
      if reader.take(".") || reader.take(",") {
        guard let fraction = reader.fraction() else { return nil }
        nanoseconds = fraction
      }
    }
    guard let zone = reader.zone(), reader.isAtEnd, year >= 1970,
      let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60, second <= 60
    else { return nil }
    let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - (zone.seconds ?? 0)
    self.text = text
    sinceEpoch = .seconds(seconds) + .nanoseconds(nanoseconds)
    hasZone = zone.seconds != nil
  }

  /// The time from this timestamp to another of the same service; `nil` if only one of them names its zone.
  public func duration(to other: ServiceTimestamp) -> Duration? {
    hasZone == other.hasZone ? other.sinceEpoch - sinceEpoch : nil
  }
}

extension ServiceTimestamp: Codable {
  /// Reads the text.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let value = ServiceTimestamp(text) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath, debugDescription: "\"\(Excerpt.of(text, limit: 60))\" is no date and time"))
    }
    self = value
  }

  /// Writes the text as it came.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// Takes a text apart from its front.
private struct Reader {
  private var rest: Substring.UTF8View

  init(_ text: String.UTF8View) { rest = text[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ letter: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: letter) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func digit() -> Int? {
    guard let byte = rest.first, (0x30...0x39).contains(byte) else { return nil }
    rest.removeFirst()
    return Int(byte) - 0x30
  }

  mutating func number(_ count: Int) -> Int? {
    var number = 0
    for _ in 0..<count {
      guard let digit = digit() else { return nil }
      number = number * 10 + digit
    }
    return number
  }

  /// Digits behind the point as nanoseconds; finer ones are dropped.
  mutating func fraction() -> Int64? {
    var nanoseconds: Int64 = 0
    var place: Int64 = 100_000_000
    var isEmpty = true
    while let digit = digit() {
      nanoseconds += Int64(digit) * place
      place /= 10
      isEmpty = false
    }
    return isEmpty ? nil : nanoseconds
  }

  /// The zone; its seconds are `nil` where none is written, and the whole is `nil` where it is broken.
  mutating func zone() -> (seconds: Int?, Void)? {
    if isAtEnd { return (nil, ()) }
    if take("Z") || take("z") { return (0, ()) }
    let sign = take("+") ? 1 : take("-") ? -1 : 0
    guard sign != 0, let hours = number(2), hours < 24 else { return nil }
    _ = take(":")
    let minutes = isAtEnd ? 0 : number(2)
    guard let minutes, minutes < 60 else { return nil }
    return (sign * (hours * 3600 + minutes * 60), ())
  }
}
