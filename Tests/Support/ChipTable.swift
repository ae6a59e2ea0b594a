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
    let rule = "+---------------------------+---------------+----------------------------------------------------+"
    return """
      +------------------------------------------------------------------------------------------------+
      | npu-smi 24.1.rc2                 Version: 24.1.rc2                                             |
      \(rule)
      | NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
      | Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
      +===========================+===============+====================================================+
      | 2     910B4               | \(health) | \(tenths / 10).\(tenths % 10)        \(temperature)                0    / 0             |
      | 0                         | 0000:81:00.0  | \(aiCore)           0    / 0          \(hbmUsed) / 32768         |
      +===========================+===============+====================================================+

      """
  }

  package static func output(hbmUsed: Int, power: Double = 90) -> CommandEnd {
    CommandEnd(.exited(status: 0), output: Array(text(hbmUsed: hbmUsed, power: power).utf8))
  }
}
