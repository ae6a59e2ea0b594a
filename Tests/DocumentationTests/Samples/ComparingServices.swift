// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/ComparingServices.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUTestKit
import Testing

@Suite(.disabled("compiled, not run")) struct ComparingServices1 {
#sourceLocation(file: "Documentation/NPUTestKit.docc/ComparingServices.md", line: 121)



@Test func npuIsAsGood() async throws {
  let transport = try CurlTransport()
  defer { transport.shutDown() }
  let cases = try CaseFile.cases("cases.jsonl")
  let runner = CaseRunner(
    transport: transport, service: try ServiceConfiguration("http://npu:8000"),
    pattern: CasePattern(model: "Qwen2-7B", sampling: SamplingParameters(temperature: 0, maxTokens: 256)))
  var asked: [RecordedCase] = []
  try await runner.run(cases, passes: CaseRunner.Pass.plan(repeats: 1, concurrency: 1), in: runner.manifest()) {
    asked.append($0)
  }
  let recording = try Recording(folder: "gpu")
  try recording.requireComparable(with: runner.manifest())
  let expectations = Dictionary(uniqueKeysWithValues: cases.map { ($0.id, $0.expectation) })
  let comparison = try LanguageModelComparison(
    baseline: ComparedService(name: "GPU", recorded: recording.cases) { recorded, text in
      expectations[recorded.id]?.isMet(by: text)
    },
    candidate: ComparedService(name: "NPU", recorded: asked) { recorded, text in
      expectations[recorded.id]?.isMet(by: text)
    }, tolerance: 0.02)
  #expect(comparison.verdict == .same, "\(comparison.reason)")
}
#sourceLocation()
}
