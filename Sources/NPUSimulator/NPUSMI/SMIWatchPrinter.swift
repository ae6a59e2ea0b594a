/// Prints the lines of `npu-smi info watch`.
struct SMIWatchPrinter {
  var layout: SMILayout
  /// The letters of the wanted columns, as `-s` takes them.
  var columns: String

  private static let headings: [(letter: Character, heading: String)] = [
    ("p", "Pwr(W)"), ("t", "Temp(C)"), ("a", "AI Core(%)"), ("i", "AI Cpu(%)"), ("c", "Ctrl Cpu(%)"),
    ("m", "Memory(%)"), ("b", "Memory BW(%)"), ("n", "NPU Util(%)"),
  ]

  private var wanted: [(letter: Character, heading: String)] {
    Self.headings.filter { columns.contains($0.letter) && ($0.letter != "n" || layout == .ascend950) }
  }

  /// The line of the headings.
  var heading: String {
    let ids = layout == .ascend950 ? ["NpuID(Idx)"] : ["NpuID(Idx)", "ChipId(Idx)"]
    return ids.map { $0.column(12) }.joined() + wanted.map { $0.heading.column(Self.width($0.letter)) }.joined() + "\n"
  }

  /// One line for each chip.
  func round(_ chips: [SMIChipState]) -> String {
    chips.map { chip in
      let ids = layout == .ascend950 ? ["\(chip.card)"] : ["\(chip.card)", "\(chip.chip)"]
      let values = wanted.map { column in
        let value: String =
          switch column.letter {
          case "p": chip.power.map(String.tenths) ?? "NA"
          case "t": "\(chip.temperature)"
          case "a", "n": "\(chip.rate)"
          case "m": chip.total > 0 ? "\(chip.used * 100 / chip.total)" : "0"
          case "b": "\(chip.rate / 3)"
          default: "0"
          }
        return value.column(Self.width(column.letter))
      }
      return ids.map { $0.column(12) }.joined() + values.joined() + "\n"
    }.joined()
  }

  /// The heading of the bandwidth fills the width of the older columns.
  private static func width(_ letter: Character) -> Int { "bn".contains(letter) ? 15 : 12 }
}
