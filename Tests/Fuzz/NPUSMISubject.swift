import NPUMetrics

/// Outputs of npu-smi, changed and joined: through the parser, whose reports must hold what they promise.
struct NPUSMISubject: FuzzSubject {
  private static let pieces: [String] = [
    "|", "| ", " |", "+", "+===+", "+---+\n", "\n", "\r\n", "\t", " ", "/", " / ", ":", " : ", "NA", "-", "OK", "Alarm",
    "NPU", "NPU ID", "Chip", "Chip ID", "Name", "Health", "Bus-Id", "Power(W)", "Temp(C)", "Hugepages-Usage(page)",
    "AICore(%)", "NPU Util(%)", "Memory-Usage(MB)", "HBM-Usage(MB)", "Device", "Phy-ID", "Process id", "Process name",
    "Process memory(MB)", "Process id:", "No running processes found in NPU ", "No process in device.", "Chip Count",
    "Flash ID : 1", "Chip Name : mcu", "Total Count : 8", "NPU ID   Chip ID   Chip Logic ID   Chip Name\n",
    "NpuID(Idx)  Pwr(W)", "NPU0 NPU1 CPU Affinity\n", "X", "HCCS", "npu-smi version: ", "Usage: npu-smi", "ret is ",
    "dcmi module initialize failed. ret is -8005", "Failed to query \"", "0000:C1:00.0", "910B4-1", "0", "1", "8192",
    "65536", "999999999999999", "9999999999999999999999", "9223372036854775807", "-1", "0.0", "1e308", "\u{0}",
    "\u{FEFF}", "é", "昇腾", "\u{301}",
  ]

  private let seeds: [[UInt8]]

  init(seeds: [[UInt8]]) { self.seeds = seeds }

  func input(from mutator: inout FuzzMutator) -> [UInt8] {
    guard let seed = mutator.pick(seeds), !mutator.once(in: 4) else { return made(&mutator) }
    var bytes = Array(seed.prefix(12_000))
    if mutator.once(in: 8), let other = mutator.pick(seeds) { bytes += other.prefix(4000) }
    for _ in 0..<mutator.number(0...3) {
      let place = mutator.number(0...bytes.count)
      bytes.insert(contentsOf: Array((mutator.pick(Self.pieces) ?? "").utf8), at: place)
    }
    return mutator.once(in: 4) ? bytes : mutator.mutate(bytes)
  }

  private func made(_ mutator: inout FuzzMutator) -> [UInt8] {
    var bytes: [UInt8] = []
    let repeated = mutator.once(in: 10) ? mutator.pick(Self.pieces) : nil
    for _ in 0..<(mutator.once(in: 100) ? mutator.number(1000...20_000) : mutator.number(0...60)) {
      bytes += Array((repeated ?? mutator.pick(Self.pieces) ?? "").utf8)
      if mutator.once(in: 3) { bytes.append(0x20) }
    }
    return bytes
  }

  func execute(_ input: [UInt8]) -> Bool {
    do throws(NPUSMIError) {
      check(try ChipReport(parsing: input))
      return true
    } catch {
      precondition(error.text.utf8.count <= 16_384, "An error carries \(error.text.utf8.count) bytes.")
      precondition(!error.shortDescription.isEmpty && "\(error)".count > 0)
      return false
    }
  }

  private func check(_ report: ChipReport) {
    precondition(report.diagnostics.count <= 65, "There are \(report.diagnostics.count) diagnostics.")
    precondition(Set(report.cards.map(\.npuID)).count == report.cards.count || report.kind == .list, "A card is split.")
    for chip in report.chips {
      precondition(chip.npuID >= 0 && chip.chipID ?? 0 >= 0, "A number of a chip is below 0.")
      precondition(chip.powerWatts?.isFinite ?? true, "A power is not finite.")
      for memory in [chip.memory, chip.hbm].compactMap({ $0 }) {
        let (used, total) = (memory.usedBytes ?? 0, memory.totalBytes ?? .max)
        precondition((0...total).contains(used), "More memory is used than there is.")
      }
    }
    if report.kind == .info {
      let keys = report.chips.map { [$0.npuID, $0.chipID ?? -1] }
      precondition(Set(keys).count == keys.count, "A chip is there twice.")
    }
  }
}
