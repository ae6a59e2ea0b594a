/// A named value as the tool printed it.
public struct ChipValue: Sendable, Hashable, Codable {
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

/// Named values that belong to one chip, one board controller or one card, in the order in which they were printed.
public struct ChipValueBlock: Sendable, Hashable, Codable {
  /// The number of the card; nil in answers about one chip, which do not repeat it.
  public var npuID: Int?
  /// The number of the chip in its card; nil for a card's or a controller's values and where it is not repeated.
  public var chipID: Int?
  /// The name of the controller that the values belong to (`MCU`, `mcu`); nil for a chip's and a card's own values.
  public var controller: String?
  /// The values.
  public var values: [ChipValue]

  /// Creates a block.
  public init(npuID: Int?, chipID: Int?, controller: String? = nil, values: [ChipValue] = []) {
    self.npuID = npuID
    self.chipID = chipID
    self.controller = controller
    self.values = values
  }

  /// The text of the first value with that key; nil if there is none or it is missing (`NA`, `-`).
  public subscript(key: String) -> String? {
    values.first { $0.key == key }.flatMap { $0.isMissing ? nil : $0.text }
  }

  /// The number of the first value with that key; nil if there is none, it is missing or it is no number.
  public func number(_ key: String) -> Double? {
    values.first { $0.key == key }?.number
  }
}
