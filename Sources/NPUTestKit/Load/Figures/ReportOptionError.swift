/// Why an option of a report could not be read.
public struct ReportOptionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was found and what is expected.
  public var message: String

  /// Creates an error.
  public init(message: String) { self.message = message }

  /// The message.
  public var description: String { message }
}
