// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/NPUTelemetry.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUTestKit

func sampleNPUTelemetry1() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/NPUTelemetry.md", line: 12)
func printChips(_ output: String) throws {
  for chip in try ChipReport(parsing: output).chips {
    print(chip.npuID, chip.hbm?.usedMegabytes as Any, chip.powerWatts as Any)
  }
}
#sourceLocation()
}
