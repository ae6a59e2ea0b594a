/// What a measurement says about one metric.
public enum MetricReading: Sendable, Hashable {
  /// A time in milliseconds, from that many samples if the number is known.
  case time(milliseconds: Double, samples: Int? = nil)
  /// A share, 1 for 100 %.
  case ratio(Double)
  /// A plain number such as a rate per second or a count, from that many samples if it is a statistic of them.
  case number(Double, samples: Int? = nil)
  /// The metric exists but has no value here, and why.
  case undefined(reason: String)
}

extension MetricReading {
  /// The number, nil if undefined or NaN.
  public var value: Double? {
    switch self {
    case .time(let value, _), .ratio(let value), .number(let value, _): value.isNaN ? nil : value
    case .undefined: nil
    }
  }

  /// The number of samples behind it, where it is a statistic of them.
  var samples: Int? {
    switch self {
    case .time(_, let samples), .number(_, let samples): samples
    case .ratio, .undefined: nil
    }
  }

  /// The number with its unit, for people.
  public var text: String {
    switch self {
    case .time(let value, _): "\(ObjectiveText.rounded(value)) ms"
    case .ratio(let value): "\(ObjectiveText.rounded(value * 100)) %"
    case .number(let value, _): ObjectiveText.rounded(value)
    case .undefined(let reason): "undefined (\(reason))"
    }
  }

  /// The same kind of reading with its exact digits, where rounded ones would contradict a verdict.
  var exactText: String {
    switch self {
    case .time(let value, _): "\(value) ms"
    case .ratio(let value): "\(value * 100) %"
    case .number(let value, _): "\(value)"
    case .undefined: text
    }
  }
}

/// How objectives write numbers.
enum ObjectiveText {
  /// A number without a needless fraction.
  static func plain(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A number rounded to six significant digits.
  static func rounded(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return plain(value) }
    var factor = 1.0
    while value.magnitude * factor < 1e5, factor < 1e12 { factor *= 10 }
    return plain((value * factor).rounded() / factor)
  }
}
