// Made by Scripts/samples.sh from the doc comments in Sources/NPUTestKit: change those, then run `make samples`.
// swift-format-ignore-file

import Foundation
import NPUTestKit
import NPUWebSocket
import Testing

func commentImageComparison1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Accuracy/Images/ImageComparison.swift", line: 6)
let (gpu, npu) = (try Service("http://gpu:8000"), try Service("http://npu:8000"))
let pattern = ImageRequest(prompt: nil, steps: 30)
let comparison = try await ImageComparison.run(
  ImageCase.cases(seeds: 13), baseline: ComparedSide(images: gpu.images, pattern: pattern),
  candidate: ComparedSide(images: npu.images, pattern: pattern))
print(comparison.verdict, comparison.reason)
#sourceLocation()
}

func commentLanguageModelComparison1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Accuracy/LanguageModel/LanguageModelComparison.swift", line: 6)
let comparison = try LanguageModelComparison(
  baseline: ComparedService(name: "GPU", recorded: Recording(folder: "gpu").cases),
  candidate: ComparedService(name: "NPU", recorded: Recording(folder: "npu").cases), tolerance: 0.01)
print(comparison.verdict, comparison.reason)
#sourceLocation()
}

func commentChatClientQuality1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Accuracy/Quality/ChatClient+Quality.swift", line: 8)
let report = try await service.chat.load(
  .closedLoop(concurrency: 8), .requests(200), prompts: .fixed("Why is the sky blue?"), quality: QualityOptions())
try report.require("wrong_rate<1%")
#sourceLocation()
}

func commentMindIEClientQuality1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Accuracy/Quality/MindIEClient+Quality.swift", line: 8)
let report = try await service.mindIE(.tgi).load(
  .closedLoop(concurrency: 8), .requests(200), prompts: .fixed("The sky is blue because"),
  quality: QualityOptions())
try report.require("wrong_rate<1%")
#sourceLocation()
}

func commentBatch1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Batch/Run/Batch.swift", line: 9)
let service = try Service("http://127.0.0.1:8000")
let batch = Batch(
  LinesInput("requests.jsonl"), ServiceWork(.chat, of: service), to: .folder("results"),
  plan: BatchPlan(concurrency: 16, resumes: true))
let report = try await batch.run()
print(report.completed, report.failed)
#sourceLocation()
}

@Suite(.disabled("compiled, not run")) struct Check1 {
#sourceLocation(file: "Sources/NPUTestKit/Conformance/Suite/Check.swift", line: 18)
@Test(arguments: CheckSuite.llm.checks)
func conformance(_ check: Check<LLMCheckContext>) async throws {
  let context = try await LLMCheckContext(Service("http://127.0.0.1:8000"))
  try await check.run(in: context).require()
}
#sourceLocation()
}

func commentCheckSuite1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Conformance/Suite/CheckSuite.swift", line: 7)
let context = try await LLMCheckContext(Service("http://127.0.0.1:8000"))
let report = await CheckSuite.llm.run(in: context)
try report.require()
#sourceLocation()
}

func commentEnvironmentChecks1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Deployment/Environment/EnvironmentChecks.swift", line: 8)
let report = await EnvironmentChecks(devices: [0, 1, 2, 3], freeMemoryBytes: 30 << 30).run()
for finding in report.findings { print(finding) }
try report.require()
#sourceLocation()
}

func commentFreeMemoryWait1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Deployment/Environment/FreeMemoryWait.swift", line: 11)
let memory = FreeMemoryWait()
let baseline = try await memory.baseline()
// … the service runs and is killed …
print("free again after", try await memory.waitForFreeHBM(baseline, within: .seconds(120)))
#sourceLocation()
}

func commentLaunchDescription1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Deployment/Launch/LaunchDescription.swift", line: 7)
let service = LaunchDescription.vLLM(model: "/data/models/Qwen2-7B-Chat", tensorParallelSize: 4)
print(service.commandLine)
#sourceLocation()
}

func commentDeploymentPlan1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Deployment/Planning/DeploymentPlan.swift", line: 4)
let plan = try DeploymentPlan.suggest(model: "Qwen2-72B", precision: .int8)
print(plan.npus, plan.tensorParallelSize, plan.source)
print(plan.launch?.commandLine ?? "")
#sourceLocation()
}

func commentServiceProcess1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Deployment/Process/ServiceProcess.swift", line: 14)
let service = ServiceProcess(.vLLM(model: "/data/models/Qwen2-7B-Chat"), log: "vllm.log")
try await service.start()
print("ready after", try await service.waitUntilReady())
await service.kill()
print("left behind:", try await service.killGroup())
try await service.restart()
try await service.stop(within: .seconds(30))
#sourceLocation()
}

func commentLoadGenerator1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Load/Generator/LoadGenerator.swift", line: 13)
let generator = LoadGenerator(plan: plan, workload: workload, transport: transport)
let end = try await generator.run { records in
  for record in records { print(record.index, record.outcome) }
}
#sourceLocation()
}

func commentLoadSession1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Load/Generator/LoadSession.swift", line: 8)
var session = LoadSession(plan: plan, workload: workload, transport: transport)
try session.writeJournal(to: "run.jsonl")
let result = try await session.run()
print(ReportText(result.report).console)
#sourceLocation()
}

func commentChatClientLoad1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Load/Service/ChatClient+Load.swift", line: 7)
let record = try await service.chat.measure("Count to ten.")
print(record.metrics.timeToFirstToken ?? .zero, record.outcome)
#sourceLocation()
}

func commentChatClientLoad2(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Load/Service/ChatClient+Load.swift", line: 39)
let report = try await service.chat.load(
  .closedLoop(concurrency: 8), .requests(50), prompts: .fixed("Why is the sky blue?"))
try report.require("ttft:p99<500ms", "failure_rate<1%")
#sourceLocation()
}

func commentCompletionClientLoad1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Load/Service/CompletionClient+Load.swift", line: 7)
let record = try await service.completions.measure("One, two, three,")
print(record.metrics.timeToFirstToken ?? .zero, record.outcome)
#sourceLocation()
}

func commentCompletionClientLoad2(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Load/Service/CompletionClient+Load.swift", line: 39)
let report = try await service.completions.load(
  .closedLoop(concurrency: 8), .requests(50), prompts: .fixed("The sky is blue because"))
try report.require("ttft:p99<500ms", "failure_rate<1%")
#sourceLocation()
}

func commentMindIEClientLoad1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Load/Service/MindIEClient+Load.swift", line: 7)
let record = try await service.mindIE(.tgi).measure("The meaning of life is")
print(record.metrics.timeToFirstToken ?? .zero, record.outcome)
#sourceLocation()
}

func commentMindIEClientLoad2(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Load/Service/MindIEClient+Load.swift", line: 36)
let report = try await service.mindIE(.triton).load(
  .closedLoop(concurrency: 8), .requests(50), prompts: .fixed("The sky is blue because"))
try report.require("ttft:p99<500ms", "failure_rate<1%")
#sourceLocation()
}

func commentPredictionClientLoad1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Load/Service/PredictionClient+Load.swift", line: 7)
let record = try await service.predictions.measure("The meaning of life is")
print(record.metrics.timeToFirstToken ?? .zero, record.outcome)
#sourceLocation()
}

func commentPredictionClientLoad2(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Load/Service/PredictionClient+Load.swift", line: 40)
let report = try await service.predictions.load(
  .closedLoop(concurrency: 8), .requests(50), prompts: .fixed("The sky is blue because"))
try report.require("ttft:p99<500ms", "failure_rate<1%")
#sourceLocation()
}

func commentServiceLoad1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Load/Service/ServiceLoad.swift", line: 29)
let report = try await service.load(.closedLoop(concurrency: 8), .requests(100), request: { index in
  try service.request(.post, "/rerank", json: ["query": "ascend \(index)"])
})
#sourceLocation()
}

func commentServiceLoad2(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Load/Service/ServiceLoad.swift", line: 77)
let report = try await service.load(.closedLoop(concurrency: 4), .duration(.seconds(60)), operation: { _ in
  let first = try await service.chat.complete("What is an NPU?")
  _ = try await service.chat.complete("Say it in one word: \(first.text ?? "")")
})
#sourceLocation()
}

func commentServiceOperation1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Load/Workloads/ServiceOperation.swift", line: 11)
let configuration = try ServiceConfiguration("http://127.0.0.1:8001")
let clip = TranscriptionRequest(audio: .file(path: "meeting.wav"))
let operation = ServiceOperation { transport in
  let client = TranscriptionClient(transport: transport, service: configuration)
  let response = try await client.transcribe(clip)
  return OperationResult(
    instants: response.instants, transfer: response.metrics, measures: [.audioSeconds: 61.5])
}
let request = PreparedRequest(operation: operation)
#sourceLocation()
}

func commentModelArtsClient1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/ModelArts/Deployment/ModelArtsClient.swift", line: 9)
let key = AccessKey("AK", "SK", project: "0123456789abcdef0123456789abcdef")
let api = try Service("https://modelarts.cn-north-4.myhuaweicloud.com", authentication: .akSK(key))
let client = ModelArtsClient(api, project: "0123456789abcdef0123456789abcdef")
for service in try await client.services() { print(service.name, service.status) }
#sourceLocation()
}

func commentRealTimeService1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/ModelArts/Deployment/RealTimeService.swift", line: 4)
var described = RealTimeService(
  name: "qwen2-7b", image: "swr.cn-north-4.myhuaweicloud.com/org/vllm-ascend:0.18.0", flavor: "modelarts.npu.d910b.1")
described.instances = 1...4
described.channel = .vpc("vpc-id", subnet: "subnet-id")
described.access = .apiKey
print(described.problems)
#sourceLocation()
}

func commentModelConfiguration1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/ModelArts/Package/ModelConfiguration.swift", line: 6)
var configuration = ModelConfiguration(algorithm: "image_classification", type: .pyTorch)
configuration.runtime = "pytorch_1.11.0-cann_6.3.0-py_3.7-euler_2.8.3-aarch64"
configuration.apis = [.init()]
try configuration.write(to: "package/model/config.json")
#sourceLocation()
}

func commentRequestSigner1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/ModelArts/Signing/RequestSigner.swift", line: 18)
let signer = RequestSigner(key: AccessKey("AK", "SK"), date: try SigningDate("20240115T083000Z"))
let request = try SignableRequest(method: "GET", address: "https://example.com/v1/models?limit=2")
let signature = try signer.sign(request)
print(signature.authorization)
#sourceLocation()
}

func commentFaultDrill1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Reliability/Drills/Run/FaultDrill.swift", line: 9)
var drill = FaultDrill(try Service("http://127.0.0.1:8000"))
drill.limits.recovery = .seconds(600)
let report = await drill.run([.disconnects, .outOfMemoryTokens, .corruptedJSON])
try report.require()
#sourceLocation()
}

func commentFaultScenario1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Reliability/Drills/Scenarios/FaultScenario.swift", line: 7)
let flood = FaultScenario(
  "flood", "The list of models is asked for again and again", expectation: "Others are answered meanwhile.",
  demands: [.sparesNeighbours]
) { stage in
  try await stage.beside {
    for _ in 0..<1000 { _ = try await stage.service.health.models() }
  }
}
print(await FaultDrill(service).run([flood]).passes)
#sourceLocation()
}

func commentStreamHistory1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Reliability/History/StreamHistory.swift", line: 9)
var history = StreamHistory(expected: ["a": "a-0 a-1 a-2", "b": "b-0 b-1 b-2"])
history.add("a", received: "a-0 a-2", isWhole: true)
print(history.findings.lost)  // 1
#sourceLocation()
}

func commentLeakLoop1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Reliability/Leaks/LeakLoop.swift", line: 14)
var loop = LeakLoop(workload, over: transport, generations: 100)
loop.warmUp = 10
try await loop.run().require()
#sourceLocation()
}

func commentServiceMix1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Reliability/Soak/ServiceMix.swift", line: 12)
let chats = try await service.chat.workload(prompts: .fixed("Why is the sky blue?"))
let mix = try ServiceMix([.init("chat", weight: 3, chats), .init("other", weight: 1, workload)], seed: 7)
print(mix.part(of: 0).name)
#sourceLocation()
}

func commentSoak1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Reliability/Soak/Soak.swift", line: 10)
let chats = try await service.chat.workload(prompts: .fixed("Summarize AI."))
let load = try LoadPlan(
  arrival: .closedLoop(concurrency: 1), pause: .seconds(2), stop: .duration(.seconds(24 * 3600)))
var soak = Soak(try ServiceMix([.init("chat", chats)]), try SoakPlan(load), over: service.transport)
soak.journal = SoakJournalOptions(path: "soak.jsonl", resumes: true)
try await soak.run { event in if case .failed(let record) = event { print(record.outcome) } }.require()
#sourceLocation()
}

func commentStateProbeChips1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Reliability/State/StateProbe+Chips.swift", line: 7)
var probe = StateProbe()
probe.aiCore = StateProbe.aiCoreUse(by: ["ssh", "root@npu-1", "npu-smi"])
#sourceLocation()
}

func commentStateProbe1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Reliability/State/StateProbe.swift", line: 55)
let reading = try await service.state()
print(reading.state, reading.reason)
#sourceLocation()
}

func commentStateWatch1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Reliability/State/StateWatch.swift", line: 9)
let watch = service.watchState(every: .seconds(5))
let report = try await service.chat.load(.closedLoop(concurrency: 8), .requests(500), prompts: .fixed("Why?"))
for change in await watch.stop() { print(change.instant, change.reading.state, change.reading.reason) }
#sourceLocation()
}

func commentLoadReportRequire1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Reporting/Console/LoadReport+Require.swift", line: 29)
try report.require("ttft:p99<500ms", "failure_rate<1%")
#sourceLocation()
}

func commentChatAccumulator1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/Chat/ChatAccumulator.swift", line: 4)
var accumulator = ChatAccumulator()
let request = ChatRequest(model: "Qwen2-7B-Chat", messages: [.user("Hello")])
for try await chunk in service.chat.stream(request) { accumulator.add(chunk.value) }
print(accumulator.response.text ?? "")
#sourceLocation()
}

func commentChatClient1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/Chat/ChatClient.swift", line: 7)
let chat = ChatClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8000"))
let request = ChatRequest(model: "Qwen2-7B-Chat", messages: [.user("Hello")])
let response = try await chat.complete(request)
for try await chunk in chat.stream(request) { print(chunk.text ?? "", chunk.receivedAt) }
#sourceLocation()
}

func commentChatRequest1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/Chat/ChatRequest.swift", line: 8)
var request = ChatRequest(model: "Qwen2-7B-Chat", messages: [.user("Hello")])
request.temperature = 0
request.ignoreEOS = true
#sourceLocation()
}

func commentCompletionClient1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/Completions/CompletionClient.swift", line: 7)
let completions = CompletionClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8000"))
let request = CompletionRequest(model: "Qwen2-7B", prompt: "The meaning of life is")
let response = try await completions.complete(request)
#sourceLocation()
}

func commentHealthClient1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/Health/HealthClient.swift", line: 8)
let health = HealthClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8000"))
if try await health.check().isServing { print(try await health.models().value?.models.map(\.id) ?? []) }
#sourceLocation()
}

func commentImageClient1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/Images/ImageClient.swift", line: 8)
let images = ImageClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8000"))
var request = ImageRequest(prompt: "a white cat", width: 512, height: 512, steps: 30, seed: 42)
let image = try await images.generate(request).images[0]
print(image.bytes.count, try image.decoded().pixels.width)
#sourceLocation()
}

func commentImageRequest1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/Images/ImageRequest.swift", line: 6)
var request = ImageRequest(prompt: "a red rose on a white background")
(request.width, request.height, request.steps, request.seed) = (512, 512, 30, 42)
#sourceLocation()
}

func commentMindIEClient1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/MindIE/MindIEClient.swift", line: 8)
let response = try await service.mindIE(.tgi).generate("The meaning of life is")
print(response.text ?? "", response.finishReason?.rawValue ?? "")
#sourceLocation()
}

func commentPredictionClient1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/Predictions/PredictionClient.swift", line: 8)
let response = try await service.predictions.predict("The meaning of life is")
print(response.text ?? "")
#sourceLocation()
}

func commentService1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/Service/Service.swift", line: 8)
let service = try Service("http://127.0.0.1:8000", apiKey: .environment("OPENAI_API_KEY"))
let response = try await service.chat.complete("Say hello.")
print(response.text ?? "")
#sourceLocation()
}

@Suite(.disabled("compiled, not run")) struct Service2 {
#sourceLocation(file: "Sources/NPUTestKit/Services/Service/Service.swift", line: 73)
@Test(.enabled(if: ProcessInfo.processInfo.environment["NPUTESTKIT_CHAT_URL"] != nil))
func hello() async throws {
  let service = try #require(try Service.fromEnvironment("NPUTESTKIT_CHAT_URL"))
}
#sourceLocation()
}

func commentSpeechClient1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/Speech/SpeechClient.swift", line: 8)
let speech = SpeechClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8002"))
let response = try await speech.generate(SpeechRequest(text: "今天天气真不错。", format: .wav))
print(response.duration ?? .zero, response.timeToFirstAudio ?? .zero)
#sourceLocation()
}

func commentTaskClient1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/Tasks/TaskClient.swift", line: 7)
let tasks = TaskClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8088"))
let ticket = try await tasks.submit(TaskRequest(prompt: "a lake", resolution: "1024x1024", steps: 50))
for try await update in tasks.follow(ticket) { print(update.phase, update.progress ?? 0) }
let image = try await tasks.download(ticket.id)
#sourceLocation()
}

func commentTokenizerClient1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/Tokenizer/TokenizerClient.swift", line: 8)
let tokenizer = TokenizerClient(transport: transport, service: service.configuration, wireProtocol: .vllm)
let count = try await tokenizer.tokenize("Hello").value?.count
#sourceLocation()
}

func commentTranscriptionClient1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Services/Transcription/TranscriptionClient.swift", line: 8)
let client = TranscriptionClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8001"))
let response = try await client.transcribe(TranscriptionRequest(audio: .file(path: "meeting.wav"), language: "zh"))
print(response.transcription.text)
#sourceLocation()
}

func commentObjectStore1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Storage/Store/ObjectStore.swift", line: 9)
let store = try ObjectStore(
  ObjectStoreConfiguration(
    "https://obs.cn-north-4.myhuaweicloud.com", region: "cn-north-4", accessKey: "AK", secretKey: "SK"))
for object in try await store.objects(at: ObjectAddress("s3://bucket/in/")) { print(object.key, object.size) }
try await store.download(ObjectAddress("s3://bucket/in/1.wav"), to: "1.wav")
#sourceLocation()
}

func commentChipRecorder1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Telemetry/Recorders/ChipRecorder.swift", line: 8)
let chips = ChipRecorder(source: ChipCommandSource(), plan: SamplingPlan())
await chips.waitForFirst()
let result = try await session.run()
let telemetry = await chips.stop()
#sourceLocation()
}

func commentTelemetrySampler1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Telemetry/Sampling/TelemetrySampler.swift", line: 11)
for await sample in NPUSampler(command: ["ssh", "host", "npu-smi"]) {
  for chip in sample.reading?.chips ?? [] { print(sample.start, chip.npuID, chip.hbm?.usedMegabytes as Any) }
}
#sourceLocation()
}

func commentScriptedTransport1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Transport/Scripted/ScriptedTransport.swift", line: 13)
let transport = ScriptedTransport { request in
  [.head(status: 200), .wait(.milliseconds(200)), .body("data: [DONE]\n\n")]
}
#sourceLocation()
}

func commentServerSentEventParser1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Transport/Streaming/ServerSentEventParser.swift", line: 10)
var parser = ServerSentEventParser()
let bytes = Array("data: hello\n\n".utf8)
try parser.feed(bytes.span) { data, type, lastEventID in print(data.count) }
let tail = parser.finish()
#sourceLocation()
}

func commentServerSentEvents1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/Transport/Streaming/ServerSentEvents.swift", line: 6)
let response = try await transport.stream(request)
for try await event in response.body.serverSentEvents {
  print(event.receivedAt, event.data)
}
#sourceLocation()
}

func commentWebSocketClientLoad1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/WebSocket/Client/WebSocketClient+Load.swift", line: 9)
let client = try WebSocketClient("ws://127.0.0.1:8000", route: "/predict/ws")
let record = try await client.measure("The meaning of life is")
print(record.metrics.timeToFirstToken ?? .zero, record.outcome)
#sourceLocation()
}

func commentWebSocketClientLoad2(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/WebSocket/Client/WebSocketClient+Load.swift", line: 40)
let client = try WebSocketClient("ws://127.0.0.1:8000", route: "/predict/ws")
let report = try await client.load(
  .closedLoop(concurrency: 8), .requests(50), prompts: .fixed("The sky is blue because"))
try report.require("ttft:p99<500ms", "failure_rate<1%")
#sourceLocation()
}

func commentWebSocketClient1(
  transport: any Transport, service: Service, plan: LoadPlan, workload: any Workload, session: LoadSession, header: JournalHeader, report: LoadReport, request: TransferRequest
) async throws {
#sourceLocation(file: "Sources/NPUTestKit/WebSocket/Client/WebSocketClient.swift", line: 8)
let client = try WebSocketClient("wss://0123.apig.cn-north-4.huaweicloudapis.com/v1/infers/468d", route: "/ws")
for try await message in client.messages(for: #"{"prompt":"Hello"}"#) { print(message.text) }
#sourceLocation()
}
