internal import NPUBase

/// Text that must not be shown: a key, a password, a token.
///
/// Descriptions, dumps and mirrors show only that there is one; ``reveal()`` is the one way to the text.
public struct Secret: Sendable, Hashable {
  private let text: String

  /// Keeps a text secret.
  public init(_ text: String) { self.text = text }

  /// The text itself, for the one place that sends it.
  public func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// A fixed mark that gives nothing away, not even the length.
  public var description: String { "<secret>" }
  /// The same mark as the description.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: ExpressibleByStringLiteral {
  /// Keeps a literal secret; meant for tests.
  public init(stringLiteral text: String) { self.init(text) }
}

extension Secret: Codable {
  /// Reads the text, as from a configuration file.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the same mark as the description: configurations are encoded into reports and journals.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Secret {
  /// The value of an environment variable.
  ///
  /// - Parameter name: The variable, such as `OPENAI_API_KEY`.
  /// - Returns: The secret, or `nil` if the variable is missing or empty.
  public static func environment(_ name: String) -> Secret? { EnvironmentVariable.value(name).map { Secret($0) } }
}
