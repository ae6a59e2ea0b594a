// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/MindIE.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUSimulator
import NPUTestKit

func sampleMindIE1() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/MindIE.md", line: 12)
let service = try Service("http://127.0.0.1:1025")
let response = try await service.mindIE(.tgi).generate("The meaning of life is")
print(response.text ?? "", response.finishReason?.rawValue ?? "", response.usage?.completionTokens ?? 0)
let report = try await service.mindIE(.triton).load(
  .closedLoop(concurrency: 8), .requests(50), prompts: .fixed("The sky is blue because"))
try report.require("ttft:p99<500ms", "failure_rate<1%")
#sourceLocation()
}

func sampleMindIE2() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/MindIE.md", line: 81)
let management = try Service("http://127.0.0.2:1026")
print(try await management.health.check(.ready).state, try await management.health.check(.timed(within: .seconds(5))).state)
let info = try await management.mindIEManagement.info().value
let figures = try await management.mindIEManagement.figures().value
print(info?.maxConcurrentRequests ?? 0, figures?.timeToFirstToken ?? .zero, figures?.waitingRequests ?? 0)
#sourceLocation()
}

func sampleMindIE3() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/MindIE.md", line: 115)


let behaviour = Behaviour(outputTokens: 32).with {
  $0.wireProtocol = .mindie
  $0.mindie.state = .busy
  $0.mindie.fullText = true
}
try await withSimulator(behaviour: behaviour) { simulator in
  let record = try await Service(simulator.baseURL).mindIE(.vllm).measure("The meaning of life is")
  print(record.outcome, record.timeline.tokenEventCount)
}
#sourceLocation()
}
