// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/QualityUnderLoad.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUTestKit

func sampleQualityUnderLoad1() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/QualityUnderLoad.md", line: 16)


let service = try Service("http://127.0.0.1:8000")
let report = try await service.chat.load(
  .closedLoop(concurrency: 8), .requests(200), prompts: .fixed("Why is the sky blue?"),
  sampling: SamplingParameters(temperature: 0, maxTokens: 128), quality: QualityOptions())
try report.require("wrong_rate<1%")
#sourceLocation()
}
