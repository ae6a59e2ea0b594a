/// One card (one NPU ID) and its chips, in the order in which they were printed.
public struct ChipCard: Sendable, Hashable, Codable {
  /// The card's number.
  public var npuID: Int
  /// The chips that the output describes; empty in a list of cards.
  public var chips: [ChipStatus]
  /// How many chips the card has, where the output states it.
  public var chipCount: Int?
  /// The product, as the list of cards names it.
  public var productName: String?
  /// The serial number.
  public var serialNumber: String?

  /// Creates a card.
  public init(
    npuID: Int, chips: [ChipStatus] = [], chipCount: Int? = nil, productName: String? = nil, serialNumber: String? = nil
  ) {
    self.npuID = npuID
    self.chips = chips
    self.chipCount = chipCount
    self.productName = productName
    self.serialNumber = serialNumber
  }
}

extension [ChipCard] {
  /// Adds a chip to its card, which need not be the last; `places` remembers where each card is.
  mutating func add(_ chip: ChipStatus, places: inout [Int: Int]) {
    if let last, last.npuID == chip.npuID {
      self[count - 1].chips.append(chip)
    } else if let place = places[chip.npuID] {
      self[place].chips.append(chip)
    } else {
      places[chip.npuID] = count
      append(ChipCard(npuID: chip.npuID, chips: [chip]))
    }
  }
}
