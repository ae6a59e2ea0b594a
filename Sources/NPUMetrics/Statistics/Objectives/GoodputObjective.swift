/// A limit that each single request must keep to count as good, such as "ttft:500".
///
/// The form is that of vLLM's `--goodput`: a metric, a colon and milliseconds. A unit of time may follow the number:
/// `e2el:1s` is `e2el:1000`. A request is good if it keeps every limit; one whose metric is undefined is not.
public struct GoodputObjective: Sendable, Hashable {
  /// The name of the metric, as written.
  public var metric: String
  /// The greatest value of a good request, in milliseconds.
  public var milliseconds: Double

  /// Creates an objective from its parts.
  public init(metric: String, milliseconds: Double) {
    self.metric = metric
    self.milliseconds = milliseconds
  }

  /// Reads an objective.
  ///
  /// - Parameter expression: The text, such as "tpot:50".
  /// - Throws: ``ObjectiveError`` that says what was found and what is expected.
  public init(_ expression: String) throws(ObjectiveError) {
    var parser = ObjectiveParser(expression)
    metric = try parser.metric()
    guard parser.take(":") else {
      throw parser.error(.missingComparison, expected: "a colon and milliseconds, such as ttft:500")
    }
    let start = parser
    let number = try parser.number()
    guard number >= 0 else { throw start.error(.invalidNumber, expected: "a number of 0 or more") }
    let beforeUnit = parser
    switch try parser.unit() {
    case .none: milliseconds = number
    case .time(let unit) where unit.nanoseconds < 1e6: milliseconds = number / (1e6 / unit.nanoseconds)
    case .time(let unit): milliseconds = number * (unit.nanoseconds / 1e6)
    case .percent: throw beforeUnit.error(.unknownUnit, expected: "a unit of time, or nothing for milliseconds")
    }
  }

  /// Reads the limits of one command line, such as "ttft:500 tpot:50" or one word for each.
  ///
  /// - Parameter arguments: Words with one objective each, or several parted by spaces.
  /// - Returns: The objectives in their order.
  /// - Throws: ``ObjectiveError`` for an objective that cannot be read and for a metric that occurs twice.
  public static func parse(_ arguments: [String]) throws(ObjectiveError) -> [GoodputObjective] {
    var objectives: [GoodputObjective] = []
    for word in arguments.flatMap({ $0.split(whereSeparator: \.isWhitespace) }) {
      let objective = try GoodputObjective(String(word))
      guard !objectives.contains(where: { $0.metric == objective.metric }) else {
        throw ObjectiveError(
          kind: .duplicateMetric, expression: String(word),
          message: "found a second limit of '\(objective.metric)', expected one for each metric.")
      }
      objectives.append(objective)
    }
    return objectives
  }

  /// Whether a request keeps the limit.
  ///
  /// - Parameter measured: The metric of the request in milliseconds, nil if undefined.
  /// - Returns: True if the value is at or below the limit; false if it is above, undefined or NaN.
  public func isMet(byMilliseconds measured: Double?) -> Bool {
    measured.map { $0 <= milliseconds } ?? false
  }
}

extension GoodputObjective: CustomStringConvertible {
  /// The expression in milliseconds; reading it gives the same objective.
  public var description: String { "\(metric):\(ObjectiveText.plain(milliseconds))" }
}

extension Sequence<GoodputObjective> {
  /// Whether a request is good: whether it keeps every limit.
  ///
  /// - Parameter lookup: A metric of the request in milliseconds by its name, nil if undefined.
  /// - Returns: True if every objective is met.
  public func areMet(by lookup: (_ metric: String) -> Double?) -> Bool {
    allSatisfy { $0.isMet(byMilliseconds: lookup($0.metric)) }
  }
}
