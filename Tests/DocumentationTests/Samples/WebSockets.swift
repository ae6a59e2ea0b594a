// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/WebSockets.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUTestKit
import NPUWebSocket

func sampleWebSockets1() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/WebSockets.md", line: 12)


let client = try WebSocketClient(
  "wss://0123456789abcdef.apig.cn-north-4.huaweicloudapis.com/v1/infers/468d146d", route: "/predict/ws",
  authentication: .appCode(Secret.environment("HUAWEICLOUD_APP_CODE") ?? ""))
for try await message in client.messages(for: #"{"prompt": "Hello"}"#) {
  print(message.receivedAt, message.text)
}
#sourceLocation()
}

func sampleWebSockets2() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/WebSockets.md", line: 56)


let client = try WebSocketClient("ws://127.0.0.1:8000", route: "/predict/ws")
let record = try await client.measure("What is an NPU?")
print(record.metrics.timeToFirstToken ?? .zero, record.outcome)
let report = try await client.load(
  .closedLoop(concurrency: 8), .requests(50), prompts: .fixed("What is an NPU?"))
try report.require("ttft:p99<500ms", "failure_rate<1%")
#sourceLocation()
}

func sampleWebSockets3() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/WebSockets.md", line: 77)


let transport = try WebSocketTransport()
let service = ServiceConfiguration(endpoint: try Endpoint(webSocket: "ws://127.0.0.1:8000"))
let chats = ChatWorkload(
  service: service, route: "/chat/ws", pattern: ChatRequest(model: "Qwen2-7B", messages: []),
  prompts: PromptList.fixed("What is an NPU?"))
let session = LoadSession(
  plan: try LoadPlan(arrival: .closedLoop(concurrency: 8), stop: .requests(50)), workload: MessageWorkload(chats),
  transport: transport)
let report = try await session.run().report
try report.require("ttft:p99<500ms", "failure_rate<1%")
#sourceLocation()
}
