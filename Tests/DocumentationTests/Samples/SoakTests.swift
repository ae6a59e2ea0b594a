// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/SoakTests.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUTestKit

func sampleSoakTests1() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/SoakTests.md", line: 22)


let service = try Service("http://127.0.0.1:8000")
let mix = try ServiceMix([
  .init("chat", weight: 9, try await service.chat.workload(prompts: .fixed("Summarize AI."))),
  .init(
    "image", weight: 1,
    service.images.workload(ImageRequest(prompt: nil, steps: 20), prompts: .fixed("a lighthouse"))),
])
let load = try LoadPlan(
  arrival: .closedLoop(concurrency: 1), pause: .seconds(2), stop: .duration(.seconds(12 * 3600)))
let limits = SoakLimits(objectives: [try SoakObjective("failure_rate<1%"), try SoakObjective("chat.e2e:p99<5s")])
var soak = Soak(mix, try SoakPlan(load, limits: limits), over: service.transport)
soak.journal = SoakJournalOptions(path: "soak.jsonl", resumes: true)
try await soak.run().require()
#sourceLocation()
}

func sampleSoakTests2() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/SoakTests.md", line: 123)


let service = try Service("http://127.0.0.1:8000")
let images = service.images.workload(ImageRequest(prompt: nil, steps: 20), prompts: .fixed("memory test"))
try await LeakLoop(images, over: service.transport, generations: 100).run().require()
#sourceLocation()
}
