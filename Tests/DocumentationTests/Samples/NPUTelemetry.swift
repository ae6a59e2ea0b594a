// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/NPUTelemetry.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUTestKit

func sampleNPUTelemetry1() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/NPUTelemetry.md", line: 12)
let report = try ChipReport(parsing: output)
for chip in report.chips {
  print(chip.npuID, chip.hbm?.usedMegabytes as Any, chip.powerWatts as Any)
}
#sourceLocation()
}
