// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/ModelArts.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUSimulator
import NPUTestKit

func sampleModelArts1() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/ModelArts.md", line: 12)
let key = AccessKey(Secret.environment("HUAWEICLOUD_SDK_AK") ?? "", Secret.environment("HUAWEICLOUD_SDK_SK") ?? "")
let service = try Service(
  "https://0123456789abcdef.apig.cn-north-4.huaweicloudapis.com/v1/infers/468d146d-278a-4ca2-8830-0b6fb37d3b72",
  authentication: .akSK(key))
let response = try await service.chat.complete("Say hello.")
print(response.text ?? "")
#sourceLocation()
}

func sampleModelArts2() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/ModelArts.md", line: 92)
let service = try Service("http://127.0.0.1:8080")
let response = try await service.predictions.predict("The meaning of life is")
print(response.text ?? "", response.extras)
let record = try await service.predictions.measure("The meaning of life is")
print(record.metrics.timeToFirstToken ?? .zero, record.outcome)
let report = try await service.predictions.load(
  .closedLoop(concurrency: 8), .requests(50), prompts: .fixed("The sky is blue because"))
try report.require("ttft:p99<500ms", "failure_rate<1%")
#sourceLocation()
}

func sampleModelArts3() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/ModelArts.md", line: 139)
let report = try ModelPackage.validate("package")
for finding in report.findings { print(finding) }
try report.require()
#sourceLocation()
}

func sampleModelArts4() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/ModelArts.md", line: 151)
var configuration = ModelConfiguration(algorithm: "image_classification", type: .pyTorch)
configuration.runtime = "pytorch_1.11.0-cann_6.3.0-py_3.7-euler_2.8.3-aarch64"
configuration.apis = [.init(requestType: "multipart/form-data")]
configuration.dependencies = [.init("numpy", .atLeast, "1.15.0")]
try configuration.write(to: "package/model/config.json")
#sourceLocation()
}

func sampleModelArts5() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/ModelArts.md", line: 168)
let project = "0123456789abcdef0123456789abcdef"
let owner = AccessKey(
  Secret.environment("HUAWEICLOUD_SDK_AK") ?? "", Secret.environment("HUAWEICLOUD_SDK_SK") ?? "", project: project)
let api = try Service("https://modelarts.cn-north-4.myhuaweicloud.com", authentication: .akSK(owner))
let client = ModelArtsClient(api, project: project)
var qwen = RealTimeService(
  name: "qwen2-7b", image: "swr.cn-north-4.myhuaweicloud.com/tests/vllm-ascend:0.18.0",
  flavor: "modelarts.bm.npu.arm.1snt9b")
qwen.instances = 1...4
qwen.framework = .vLLM
qwen.port = 8000
qwen.access = .apiKey
qwen.unit.restart = .pod
qwen.unit.readiness = .init(.http(path: "/health"))
let deployed = try await client.deploy(qwen)
print(deployed.url ?? "", deployed.status)
try await client.delete([deployed.id])
#sourceLocation()
}

func sampleModelArts6() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/ModelArts.md", line: 225)


var behaviour = Behaviour()
var gateway = GatewayBehaviour()
gateway.accessKeys = ["AK": "secret"]
behaviour.gateway = gateway
let simulator = try await Simulator.start(behaviour: behaviour)
let service = try Service(simulator.baseURL, authentication: .akSK(AccessKey("AK", "secret")))
print(try await service.chat.complete("Say hello.").text ?? "")
try await simulator.shutDown()
#sourceLocation()
}
