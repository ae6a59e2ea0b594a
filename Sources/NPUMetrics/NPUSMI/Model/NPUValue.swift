/// A named value as the tool printed it.
public struct NPUValue: Sendable, Hashable, Codable {
  /// The name: the key of a line or the heading of a column, such as `HBM Usage Rate(%)`.
  public var key: String
  /// The text of the value without the blanks around it.
  public var text: String

  /// Creates a value.
  public init(key: String, text: String) {
    self.key = key
    self.text = text
  }

  /// Whether the text says that there is no value: `NA`, `-` or nothing.
  public var isMissing: Bool { text.isEmpty || text == "NA" || text == "-" }

  /// The text as a decimal number; nil where it is missing or anything else, units and comments included.
  public var number: Double? { text.decimalNumber }
}
