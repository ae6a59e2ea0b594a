package import NPUTelemetry

/// Tables of npu-smi for tests.
package enum ChipTable {
  /// The table of one 910B chip.
  package static func text(
    hbmUsed: Int, power: Double = 90, aiCore: Int = 50, temperature: Int = 40, health: String = "OK"
  )
    -> String
  {
    let tenths = Int((power * 10).rounded())
    return table([
      row(
        npu: 2, health: health, power: "\(tenths / 10).\(tenths % 10)", temperature: temperature, aiCore: aiCore,
        used: hbmUsed, total: 32768)
    ])
  }

  /// The table of several 910B cards that idle, with their HBM in megabytes.
  package static func text(hbm chips: [(used: Int, total: Int)], health: String = "OK") -> String {
    table(
      chips.enumerated().map { index, chip in
        row(npu: index, health: health, power: "90.0", temperature: 40, aiCore: 0, used: chip.used, total: chip.total)
      })
  }

  private static let rule =
    "+===========================+===============+====================================================+"

  private static func table(_ rows: [String]) -> String {
    """
    +------------------------------------------------------------------------------------------------+
    | npu-smi 24.1.rc2                 Version: 24.1.rc2                                             |
    +---------------------------+---------------+----------------------------------------------------+
    | NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
    | Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
    \(rule)
    \(rows.map { "\($0)\n\(rule)" }.joined(separator: "\n"))

    """
  }

  private static func row(
    npu: Int, health: String, power: String, temperature: Int, aiCore: Int, used: Int, total: Int
  ) -> String {
    """
    | \(npu)     910B4               | \(health) | \(power)        \(temperature)                0    / 0             |
    | 0                         | 0000:81:00.0  | \(aiCore)           0    / 0          \(used) / \(total)         |
    """
  }

  package static func output(hbmUsed: Int, power: Double = 90) -> CommandEnd {
    CommandEnd(.exited(status: 0), output: Array(text(hbmUsed: hbmUsed, power: power).utf8))
  }
}
