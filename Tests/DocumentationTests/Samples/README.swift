// Made by Scripts/samples.sh from README.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUTestKit

func sampleREADME1() async throws {
#sourceLocation(file: "README.md", line: 44)


let transport = try CurlTransport()
let chat = ChatClient(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8000"))
let request = ChatRequest(model: "my-model", messages: [.user("Count to ten.")])

let start = transport.now
for try await chunk in chat.stream(request) {
  print(start.duration(to: chunk.receivedAt), chunk.text ?? "")
}
#sourceLocation()
}
