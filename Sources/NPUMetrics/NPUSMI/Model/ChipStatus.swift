/// One chip of a card with what the tool says about it; nil is what it does not say, or says `NA` or `-` for.
///
/// A failed query inside the tool is usually printed as 0 or `OK`, so these two are weaker evidence than other values.
public struct ChipStatus: Sendable, Hashable, Codable {
  /// The card's number, as `-i` of the tool takes it.
  ///
  /// Numbers have gaps and are not counted from 0 on every host.
  public var npuID: Int
  /// The chip's number in its card, as `-c` takes it; nil on the 950 family, which has one chip a card.
  public var chipID: Int?
  /// The chip's number as this system or container counts, which ACL and `ASCEND_RT_VISIBLE_DEVICES` use.
  public var logicID: Int?
  /// The chip's number on the whole host: N of `/dev/davinciN`.
  public var physicalID: Int?
  /// The slot of the card, in the mapping of the 950 family.
  public var slotID: Int?
  /// The model as printed, such as `910B3`; may be all digits.
  public var name: String?
  /// The PCIe address, such as `0000:C1:00.0`.
  ///
  /// The two chips of a 310P Duo card share one, so it is no key.
  public var busID: String?
  /// The health.
  public var health: ChipHealth?
  /// The power in watts.
  ///
  /// On A3 cards the first chip shows the whole card's and the second none; on the 310 it is the rated power.
  public var powerWatts: Double?
  /// The temperature in degrees Celsius.
  public var temperatureCelsius: Double?
  /// The use of the AI cores in percent; reads 0 while a profiler runs and on hosts of virtual devices.
  public var aiCorePercent: Double?
  /// The use of the whole chip in percent, which newer tools print instead of or beside that of the AI cores.
  public var utilizationPercent: Double?
  /// The DDR memory, with `0 / 0` on chips that only have HBM.
  public var memory: ChipMemory?
  /// The HBM.
  public var hbm: ChipMemory?
  /// The hugepages.
  public var hugepages: ChipHugepages?
  /// Columns of the table whose headings are not known, as raw text.
  public var otherColumns: [ChipValue]

  /// Creates a chip of which nothing is known but its number.
  public init(npuID: Int, chipID: Int?) {
    self.npuID = npuID
    self.chipID = chipID
    otherColumns = []
  }
}
