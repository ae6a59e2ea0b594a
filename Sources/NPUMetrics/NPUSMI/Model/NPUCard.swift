/// One card (one NPU ID) and its chips, in the order in which they were printed.
public struct NPUCard: Sendable, Hashable, Codable {
  /// The card's number.
  public var npuID: Int
  /// The chips that the output describes; empty in a list of cards.
  public var chips: [NPUChip]
  /// How many chips the card has, where the output states it.
  public var chipCount: Int?
  /// The product, as the list of cards names it.
  public var productName: String?
  /// The serial number.
  public var serialNumber: String?

  /// Creates a card.
  public init(
    npuID: Int, chips: [NPUChip] = [], chipCount: Int? = nil, productName: String? = nil, serialNumber: String? = nil
  ) {
    self.npuID = npuID
    self.chips = chips
    self.chipCount = chipCount
    self.productName = productName
    self.serialNumber = serialNumber
  }
}
