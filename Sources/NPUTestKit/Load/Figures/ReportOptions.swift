/// Why an option of a report could not be read.
public struct ReportOptionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was found and what is expected.
  public var message: String

  /// Creates an error.
  public init(message: String) { self.message = message }

  /// The message.
  public var description: String { message }
}

extension MetricDialect {
  /// Reads a list of dialects from a command line.
  ///
  /// - Parameter text: Short names separated by commas, or the word all.
  /// - Returns: The dialects in the order of the text.
  /// - Throws: ``ReportOptionError`` with the names that are known.
  public static func list(_ text: String) throws(ReportOptionError) -> [MetricDialect] {
    var dialects: [MetricDialect] = []
    for name in text.split(separator: ",").map({ $0.filter { !$0.isWhitespace } }) {
      if name == "all" { return all }
      guard let dialect = named(name) else {
        throw ReportOptionError(
          message: "No dialect is called \"\(name)\"; the names are all, \(all.map(\.name).joined(separator: ", ")).")
      }
      dialects.append(dialect)
    }
    return dialects
  }
}
