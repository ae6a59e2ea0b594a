/// Prints the outputs that are about all cards: `-l`, `-m` and `-t topo`.
struct SMIListPrinter {
  var layout: SMILayout
  var chips: [SMIChipState]

  private var cards: [Int] { Set(chips.map(\.card)).sorted() }

  /// The cards.
  var list: String {
    var text = pair(layout == .device ? "Card Count" : "Total Count", "\(cards.count)") + "\n"
    for card in cards {
      text += pair("NPU ID", "\(card)")
      if layout == .ascend950 {
        text += pair("Product Name", "Simulated") + pair("Serial Number", "SIM\(card)")
      } else {
        text += pair("Chip Count", "\(layout.chipsPerCard)")
      }
      text += "\n"
    }
    return text
  }

  /// The numbers of all chips, and the controllers of the boards.
  var mapping: String {
    let headings =
      switch layout {
      case .ascend950: ["NPU ID", "Slot ID", "Chip ID", "Chip Phy-ID", "Chip Name"]
      case .physicalID: ["NPU ID", "Chip ID", "Chip Logic ID", "Chip Phy-ID", "Chip Name"]
      default: ["NPU ID", "Chip ID", "Chip Logic ID", "Chip Name"]
      }
    var rows = [headings]
    for chip in chips {
      let (card, number, index) = ("\(chip.card)", "\(chip.chip)", "\(chip.index)")
      switch layout {
      case .ascend950: rows.append([card, "\(chip.card + 1)", "0", index, layout.chipName])
      case .physicalID: rows.append([card, number, index, index, layout.chipName])
      default: rows.append([card, number, index, "Ascend \(layout.chipName)"])
      }
      guard layout != .ascend950, layout != .device, chip.chip == layout.chipsPerCard - 1 else { continue }
      rows.append(
        [card, "\(layout.chipsPerCard)"] + Array(repeating: "-", count: headings.count - 3) + ["Mcu"])
    }
    return rows.map { "\t" + $0.dropLast().map { $0.column(30) + " " }.joined() + ($0.last ?? "") + "\n" }.joined()
  }

  /// The ways between the devices: within a card the short one.
  var topology: String {
    let label = layout == .physicalID ? "Phy-ID" : "NPU"
    let near = layout == .physicalID ? "SIO" : layout.hasHBM ? "HCCS" : "PXB"
    var text = "\t   " + chips.map { "\(label)\($0.index)".column(11) }.joined() + "CPU Affinity\n"
    for chip in chips {
      let links = chips.map { other in
        let isNear = layout != .physicalID && layout.hasHBM || other.card == chip.card
        return (other.index == chip.index ? "X" : isNear ? near : layout.hasHBM ? "HCCS" : "SYS").column(11)
      }
      let first = chip.index * 24
      text += "\(label)\(chip.index)".column(11) + links.joined() + "\(first)-\(first + 23)\n"
    }
    return text + "\nLegend:\n\n  X    = Self\n"
  }

  private func pair(_ key: String, _ value: String) -> String { "\t" + key.column(30) + " : " + value + "\n" }
}
