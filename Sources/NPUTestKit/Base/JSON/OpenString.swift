/// A word from a set that grows: the known ones have names, an unknown one is kept as it came.
///
/// Servers add finish reasons and roles with every release. A value that is not a text, such as a number, is read as
/// its text.
public protocol OpenString: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral,
  CustomStringConvertible
where RawValue == String {
  /// Wraps any word.
  init(rawValue: String)
}

extension OpenString {
  /// Wraps a word written in source.
  public init(stringLiteral value: String) { self.init(rawValue: value) }

  /// Reads any word.
  public init(from decoder: any Decoder) throws {
    self.init(rawValue: try FlexibleText(from: decoder).text)
  }

  /// Writes the word.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  /// The word.
  public var description: String { rawValue }
}
