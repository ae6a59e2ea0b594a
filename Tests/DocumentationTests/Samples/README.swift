// Made by Scripts/samples.sh from README.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUSimulator
import NPUTestKit
import Testing

@Suite(.disabled("compiled, not run")) struct README1 {
#sourceLocation(file: "README.md", line: 40)



@Test func chatIsFastEnough() async throws {
  guard let service = try Service.fromEnvironment("NPUTESTKIT_CHAT_URL") else {
    try Test.cancel("Set NPUTESTKIT_CHAT_URL to the address of a chat service.")
  }

  let response = try await service.chat.complete("Say hello.")
  #expect(response.text?.isEmpty == false)

  let record = try await service.chat.measure("Count to ten.")
  #expect(try #require(record.metrics.timeToFirstToken) < .milliseconds(500))

  let report = try await service.chat.load(
    .closedLoop(concurrency: 8), .requests(50), prompts: .fixed("Why is the sky blue?"))
  try report.require("ttft:p99<500ms", "failure_rate<1%")
}
#sourceLocation()
}

func sampleREADME2() async throws {
#sourceLocation(file: "README.md", line: 198)
let service = try Service("http://127.0.0.1:8000", apiKey: .environment("OPENAI_API_KEY"))
let report = try await service.chat.load(
  .closedLoop(concurrency: 2), .requests(10), prompts: .fixed("Why is the sky blue?"))
print(ReportText(report).console)
#sourceLocation()
}

func sampleREADME3() async throws {
#sourceLocation(file: "README.md", line: 211)
let service = try Service("http://127.0.0.1:8000")
let report = try await service.load(
  .closedLoop(concurrency: 4), .duration(.seconds(60)),
  operation: { _ in
    let response = try await service.chat.complete("What is an NPU?")
    _ = try await service.chat.complete("Say it in one word: \(response.text ?? "")")
  })
try report.require("e2e:p95<10s")
#sourceLocation()
}

@Suite(.disabled("compiled, not run")) struct README4 {
#sourceLocation(file: "README.md", line: 226)




@Test func simulatorKeepsItsPace() async throws {
  let simulator = try await Simulator.start(
    behaviour: Behaviour(
      timeToFirstToken: .milliseconds(50), interTokenLatency: .milliseconds(5), outputTokens: 20))
  let record = try await Service(simulator.baseURL).chat.measure("Count to ten.")
  #expect(try #require(record.metrics.timeToFirstToken) >= .milliseconds(50))
  try await simulator.shutDown()
}
#sourceLocation()
}
