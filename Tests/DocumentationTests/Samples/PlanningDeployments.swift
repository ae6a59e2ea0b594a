// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/PlanningDeployments.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUTestKit

func samplePlanningDeployments1() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/PlanningDeployments.md", line: 167)
let plan = try DeploymentPlan.suggest(model: "/data/models/Qwen2-72B-Instruct", precision: .int8)
let perChip = Int((plan.hbmGB ?? 0) / Double(plan.npus)) << 30
try await EnvironmentChecks(devices: Array(0..<plan.npus), freeMemoryBytes: perChip).run().require()
if let launch = plan.launch {
  let service = ServiceProcess(launch, log: "service.log")
  try await service.start()
  print("ready after", try await service.waitUntilReady())
  try await service.stop()
}
#sourceLocation()
}
