/// Everything that one response of a `/metrics` endpoint holds.
package struct MetricScrape: Sendable, Hashable {
  /// A line that could not be read.
  package struct Complaint: Sendable, Hashable, CustomStringConvertible {
    /// Its number, from 1.
    package var line: Int
    /// What was found and what was expected.
    package var message: String

    /// Number and message.
    package var description: String { "line \(line): \(message)" }
  }

  /// The samples in the order of their lines.
  package internal(set) var samples: [MetricSample] = []
  /// The kinds that TYPE lines gave, by family.
  package internal(set) var kinds: [String: MetricKind] = [:]
  /// The texts of HELP lines, by family.
  package internal(set) var helps: [String: String] = [:]
  /// The first lines that could not be read.
  package internal(set) var complaints: [Complaint] = []
  /// How many lines could not be read; only the first of them are listed.
  package internal(set) var badLineCount = 0
  /// Whether the limit on samples was reached and the rest left out.
  package internal(set) var isCut = false

  /// Creates an empty scrape.
  package init() {}

  /// Reads a whole response.
  ///
  /// - Parameters:
  ///   - bytes: The body.
  ///   - limits: How much is read.
  package init(parsing bytes: Span<UInt8>, limits: MetricTextParser.Limits = .init()) {
    var parser = MetricTextParser(limits: limits)
    parser.feed(bytes)
    self = parser.finish()
  }

  /// Reads a whole response from text.
  package init(parsing text: String, limits: MetricTextParser.Limits = .init()) {
    let bytes = Array(text.utf8)
    self.init(parsing: bytes.span, limits: limits)
  }

  /// The samples of one name.
  package func samples(named name: String) -> [MetricSample] { samples.filter { $0.name == name } }
}
