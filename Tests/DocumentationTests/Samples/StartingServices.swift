// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/StartingServices.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUSimulator
import NPUTestKit

func sampleStartingServices1() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/StartingServices.md", line: 26)
var vLLM = LaunchDescription.vLLM(
  model: "/data/models/Qwen2-7B-Chat", servedModelName: "Qwen2-7B-Chat", tensorParallelSize: 4, maxModelLength: 4096,
  devices: [0, 1, 2, 3])
vLLM.environment["VLLM_LOGGING_LEVEL"] = "INFO"
print(vLLM.commandLine)

var configuration = MindIEConfiguration(modelName: "qwen", modelPath: "/data/models/Qwen2-7B-Chat", devices: [0, 1])
configuration.maxSequenceLength = 4096
let mindIE = LaunchDescription.mindIE(configuration)

let own = LaunchDescription(
  name: "own server", program: "./serve", arguments: ["--port", "9000"], workingFolder: "/opt/own",
  readiness: ReadinessProbe(url: "http://127.0.0.1:9000/ready", timeout: .seconds(120)),
  baseURL: "http://127.0.0.1:9000")
print(mindIE, own)
#sourceLocation()
}

func sampleStartingServices2() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/StartingServices.md", line: 64)
let service = ServiceProcess(.vLLM(model: "/data/models/Qwen2-7B-Chat"), log: "vllm.log")
try await service.start()
print("ready after", try await service.waitUntilReady())

await service.kill()
if case .ended(let end) = service.state { print("it \(end)") }
print("left behind:", try await service.killGroup())

try await service.restart()
_ = try await service.waitUntilReady()
try await service.suspend()
try await service.resume()
try await service.stop(within: .seconds(60))
#sourceLocation()
}

func sampleStartingServices3() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/StartingServices.md", line: 93)
let remote = ServiceProcess(
  .vLLM(model: "/data/models/Qwen2-7B-Chat", host: "npu-1"), on: .ssh("root@npu-1"), log: "npu-1.log")
try await remote.start()
#sourceLocation()
}

func sampleStartingServices4() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/StartingServices.md", line: 114)
let report = await EnvironmentChecks(devices: [0, 1, 2, 3], freeMemoryBytes: 30 << 30).run()
for finding in report.findings { print(finding) }
try report.require()

let memory = FreeMemoryWait()
let baseline = try await memory.baseline()
let service = ServiceProcess(.vLLM(model: "/data/models/Qwen2-7B-Chat"))
try await service.start()
await service.kill()
try await service.killGroup()
print("memory was free again after", try await memory.waitForFreeHBM(baseline, within: .seconds(120)))
#sourceLocation()
}

func sampleStartingServices5() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/StartingServices.md", line: 148)


let proxy = try await FaultProxy.start(to: "127.0.0.1:8000", seed: 1)
let client = try Service(proxy.baseURL)

proxy.set([FaultProxy.Rule(.latency(.milliseconds(200), jitter: .milliseconds(50)))])
print(try await client.health.check())

proxy.set([FaultProxy.Rule(.cut)])
proxy.clear()

proxy.set([
  FaultProxy.Rule(.reset(afterBytes: 4096), path: "/v1/chat", share: 0.1),
  FaultProxy.Rule(.bandwidth(bytesPerSecond: 20_000), direction: .responses),
])
print(proxy.figures.affected(by: .reset), proxy.figures.responseBytes)
try await proxy.shutDown()
#sourceLocation()
}
