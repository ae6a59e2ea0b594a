/// Reads the parts of an objective from left to right.
struct ObjectiveParser {
  private let expression: String
  private var rest: Substring

  init(_ expression: String) {
    self.expression = expression
    rest = expression[...]
    skipSpaces()
  }

  /// Takes a character if it is next.
  mutating func take(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    skipSpaces()
    return true
  }

  /// Takes the name of a metric: a letter, then letters, digits, underscores, dots and hyphens.
  mutating func metric() throws(ObjectiveError) -> String {
    let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }
    guard let first = name.first, first.isLetter else {
      throw error(.missingMetric, expected: "the name of a metric, such as ttft")
    }
    consume(name)
    return String(name)
  }

  /// Takes a statistic.
  mutating func statistic() throws(ObjectiveError) -> SampleStatistic {
    let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }
    let statistic: SampleStatistic
    switch word {
    case "mean": statistic = .mean
    case "median": statistic = .median
    case "min": statistic = .minimum
    case "max": statistic = .maximum
    case "stddev": statistic = .standardDeviation
    default:
      guard word.first == "p", let percent = Self.plainNumber(word.dropFirst()) else {
        throw error(.unknownStatistic, expected: "p and a number such as p99, or mean, median, min, max or stddev")
      }
      guard percent <= 100 else {
        throw error(.percentileOutOfRange, expected: "a percentile from p0 to p100")
      }
      statistic = .percentile(percent)
    }
    consume(word)
    return statistic
  }

  /// Takes a comparison.
  mutating func comparison() throws(ObjectiveError) -> ServiceLevelObjective.Comparison {
    let sign = rest.prefix { "<>=".contains($0) }
    guard let comparison = ServiceLevelObjective.Comparison(rawValue: String(sign)) else {
      throw error(.missingComparison, expected: "one of <, <=, > or >=")
    }
    consume(sign)
    return comparison
  }

  /// Takes a finite decimal number, with an optional sign and exponent.
  mutating func number() throws(ObjectiveError) -> Double {
    var end = rest.startIndex
    func digits() {
      while end < rest.endIndex, rest[end].isASCII, rest[end].isNumber { end = rest.index(after: end) }
    }
    func skip(_ characters: String) {
      if end < rest.endIndex, characters.contains(rest[end]) { end = rest.index(after: end) }
    }
    skip("+-")
    digits()
    skip(".")
    digits()
    let mantissa = end
    skip("eE")
    if end != mantissa {
      skip("+-")
      let exponent = end
      digits()
      // Without digits the letter belongs to what follows, where it is refused as a unit.
      if end == exponent { end = mantissa }
    }
    let text = rest[..<end]
    guard let value = Double(text), value.isFinite else {
      throw error(.invalidNumber, expected: "a number, such as 500 or 0.5")
    }
    consume(text)
    return value
  }

  /// Takes the unit, which is the last part.
  mutating func unit() throws(ObjectiveError) -> ServiceLevelObjective.Unit {
    var word = rest
    while word.last?.isWhitespace == true { word.removeLast() }
    switch word {
    case "": return .none
    case "%": return .percent
    // The micro sign and the Greek letter look alike, and keyboards give both.
    case "\u{B5}s", "\u{3BC}s": return .time(.microseconds)
    default:
      guard let unit = TimeUnit(rawValue: String(word)) else {
        throw error(.unknownUnit, expected: "one of ns, us, µs, ms, s, min or %, or nothing")
      }
      return .time(unit)
    }
  }

  /// An error at the present place.
  func error(_ kind: ObjectiveError.Kind, expected: String) -> ObjectiveError {
    let found = rest.isEmpty ? "the end" : "'\(rest.prefix(40))'"
    let place = expression.distance(from: expression.startIndex, to: rest.startIndex) + 1
    return ObjectiveError(
      kind: kind, expression: expression, message: "found \(found) at character \(place), expected \(expected).")
  }

  /// Digits with at most one dot: no sign, no exponent, no word.
  private static func plainNumber(_ text: Substring) -> Double? {
    let isPlain = text.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard isPlain, text.first?.isNumber == true else { return nil }
    return Double(text)
  }

  private mutating func consume(_ part: Substring) {
    rest = rest[part.endIndex...]
    skipSpaces()
  }

  private mutating func skipSpaces() {
    rest = rest.drop { $0.isWhitespace }
  }
}
