/// Reads the rows of `-m`.
struct MappingReader {
  private let columns: NamedColumns
  /// The cards with their chips.
  private(set) var cards: [ChipCard] = []
  /// The rows of controllers.
  private(set) var controllers: [ChipValueBlock] = []

  private var places: [Int: Int] = [:]
  private var isEnded = false

  init(_ columns: NamedColumns) { self.columns = columns }

  /// Takes a line below the headings; a line that does not begin with a number ends the rows.
  mutating func take(_ line: String, log: inout DiagnosticLog) {
    guard !isEnded else { return }
    guard line.utf8.first?.isDecimalDigit == true else { return isEnded = true }
    let cells = line.split(maxSplits: columns.names.count - 1, whereSeparator: \.isWhitespace)
    guard cells.count == columns.names.count, let npuID = cells[0].decimalCount else {
      return log.note(.unreadableRow, line)
    }
    var chip = ChipStatus(npuID: npuID, chipID: nil)
    for (name, cell) in zip(columns.names, cells) {
      // The last cell is the rest of the line, with the blanks in front of it.
      let value = ChipValue(key: name, text: String(cell.drop { $0.isWhitespace }))
      let count = value.text.decimalCount
      if count == nil, !value.isMissing, name.hasSuffix("ID") { return log.note(.unreadableRow, line) }
      switch name {
      case "NPU ID": continue
      case "Slot ID": chip.slotID = count
      case "Chip ID": chip.chipID = count
      case "Chip Logic ID": chip.logicID = count
      case "Chip Phy-ID": chip.physicalID = count
      case "Chip Name": chip.name = value.isMissing ? nil : value.text
      default: chip.otherColumns.append(value)
      }
    }
    if let name = chip.name, KeyValueBlocks.isController(name) {
      controllers.append(ChipValueBlock(npuID: npuID, chipID: chip.chipID, controller: name))
    } else {
      cards.add(chip, places: &places)
    }
  }
}
