/// Which chip of a host a value belongs to.
public struct ChipIdentity: Sendable, Hashable, Comparable, Codable {
  /// The number of the card, as npu-smi's `-i` takes it.
  public var npuID: Int
  /// The number of the chip in its card; `nil` where a card has one chip and no number is printed.
  public var chipID: Int?

  /// Creates an identity.
  public init(npuID: Int, chipID: Int? = nil) {
    self.npuID = npuID
    self.chipID = chipID
  }

  /// By card, then by chip.
  public static func < (left: ChipIdentity, right: ChipIdentity) -> Bool {
    (left.npuID, left.chipID ?? -1) < (right.npuID, right.chipID ?? -1)
  }

  private enum CodingKeys: String, CodingKey {
    case npuID = "npu_id"
    case chipID = "chip_id"
  }
}

extension ChipIdentity: CustomStringConvertible {
  /// The card and, after a slash, the chip: `3/0`.
  public var description: String { chipID.map { "\(npuID)/\($0)" } ?? "\(npuID)" }
}
