/// Reads the lines of `info watch`.
struct WatchReader {
  private let columns: NamedColumns
  /// One block for each line.
  private(set) var rounds: [ChipValueBlock] = []

  private var isEnded = false

  init(_ columns: NamedColumns, log: inout DiagnosticLog) {
    self.columns = columns
    for start in stride(from: 0, to: columns.words.count, by: columns.names.count) {
      take(columns.words[start..<start + columns.names.count].joined(separator: " "), log: &log)
    }
  }

  /// Takes a line below the headings; a line that does not begin with a number ends the rows.
  mutating func take(_ line: String, log: inout DiagnosticLog) {
    guard !isEnded else { return }
    if line.hasPrefix("NpuID(Idx)") {
      guard NamedColumns(watch: line)?.names == columns.names else {
        log.note(.furtherOutput, line)
        return isEnded = true
      }
      return
    }
    guard line.utf8.first?.isDecimalDigit == true else { return isEnded = true }
    let cells = line.split(whereSeparator: \.isWhitespace)
    guard cells.count == columns.names.count else { return log.note(.unreadableRow, line) }
    var block = ChipValueBlock(npuID: nil, chipID: nil)
    for (name, cell) in zip(columns.names, cells) {
      let value = ChipValue(key: name, text: String(cell))
      guard value.isNumberOrMissing else { return log.note(.unreadableRow, line) }
      switch name {
      case "NpuID(Idx)": block.npuID = value.text.decimalCount
      case "ChipId(Idx)": block.chipID = value.text.decimalCount
      default: block.values.append(value)
      }
    }
    guard block.npuID != nil else { return log.note(.unreadableRow, line) }
    rounds.append(block)
  }

  /// Each chip with the values of its last line.
  func cards(log: inout DiagnosticLog) -> [ChipCard] {
    var last: [ChipStatus] = []
    // Of the last lines alone, so that what cannot be is named once for each chip.
    for block in lastRounds {
      guard let npuID = block.npuID else { continue }
      var chip = ChipStatus(npuID: npuID, chipID: block.chipID)
      chip.powerWatts = PlausibleValue.power(block.number("Pwr(W)"), of: "Pwr(W)", log: &log)
      chip.temperatureCelsius = block.number("Temp(C)")
      chip.aiCorePercent = PlausibleValue.percent(block.number("AI Core(%)"), of: "AI Core(%)", log: &log)
      chip.utilizationPercent = PlausibleValue.percent(block.number("NPU Util(%)"), of: "NPU Util(%)", log: &log)
      last.append(chip)
    }
    var cards: [ChipCard] = []
    var cardPlaces: [Int: Int] = [:]
    for chip in last { cards.add(chip, places: &cardPlaces) }
    return cards
  }

  /// The last line of each chip, in the order of their first.
  private var lastRounds: [ChipValueBlock] {
    var last: [ChipValueBlock] = []
    var places: [[Int?]: Int] = [:]
    for block in rounds {
      let key = [block.npuID, block.chipID]
      if let place = places[key] {
        last[place] = block
      } else {
        places[key] = last.count
        last.append(block)
      }
    }
    return last
  }
}
