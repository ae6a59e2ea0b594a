/// Everything that one response of a `/metrics` endpoint holds.
public struct MetricScrape: Sendable, Hashable {
  /// A line that could not be read.
  public struct Complaint: Sendable, Hashable, CustomStringConvertible {
    /// Its number, from 1.
    public var line: Int
    /// What was found and what was expected.
    public var message: String

    /// Number and message.
    public var description: String { "line \(line): \(message)" }
  }

  /// The samples in the order of their lines.
  public internal(set) var samples: [MetricSample] = []
  /// The kinds that TYPE lines gave, by family.
  public internal(set) var kinds: [String: MetricKind] = [:]
  /// The texts of HELP lines, by family.
  public internal(set) var helps: [String: String] = [:]
  /// The first lines that could not be read.
  public internal(set) var complaints: [Complaint] = []
  /// How many lines could not be read; only the first of them are listed.
  public internal(set) var badLineCount = 0
  /// Whether the limit on samples was reached and the rest left out.
  public internal(set) var isCut = false

  /// Creates an empty scrape.
  public init() {}

  /// Reads a whole response.
  ///
  /// - Parameters:
  ///   - bytes: The body.
  ///   - limits: How much is read.
  public init(parsing bytes: Span<UInt8>, limits: MetricTextParser.Limits = .init()) {
    var parser = MetricTextParser(limits: limits)
    parser.feed(bytes)
    self = parser.finish()
  }

  /// Reads a whole response from text.
  public init(parsing text: String, limits: MetricTextParser.Limits = .init()) {
    let bytes = Array(text.utf8)
    self.init(parsing: bytes.span, limits: limits)
  }

  /// The samples of one name.
  public func samples(named name: String) -> [MetricSample] { samples.filter { $0.name == name } }
}
