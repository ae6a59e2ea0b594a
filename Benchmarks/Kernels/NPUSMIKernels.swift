import Benchmark
import NPUMetrics

/// Reading what npu-smi prints.
func npuSMIKernels() {
  Benchmark("npu-smi info, 8 cards with 8 processes") { _, output in
    blackHole(try ChipReport(parsing: output))
  } setup: {
    MadeTable.eightCards()
  }
}

/// A table as a server with eight cards prints it.
enum MadeTable {
  static func eightCards() -> [UInt8] {
    let rule = "+===========================+===============+====================================================+\n"
    var text = """
      +------------------------------------------------------------------------------------------------+
      | npu-smi 25.2.0                   Version: 25.2.0                                               |
      +---------------------------+---------------+----------------------------------------------------+
      | NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
      | Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
      \(rule)
      """
    for card in 0..<8 {
      text += """
        | \(card)     910B3               | OK            | 10\(card).8       43                0    / 0             |
        | 0                         | 0000:C\(card):00.0  | 9\(card)          0    / 0          6047\(card)/ 65536         |
        \(rule)
        """
    }
    text += """
      +---------------------------+---------------+----------------------------------------------------+
      | NPU     Chip              | Process id    | Process name             | Process memory(MB)      |
      \(rule)
      """
    for card in 0..<8 {
      text += """
        | \(card)       0                 | 30519\(card)        | VLLMEngineCor            | 5731\(card)                   |
        \(rule)
        """
    }
    return Array(text.utf8)
  }
}
