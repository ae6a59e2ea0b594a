import Foundation
import HTTPTypes
import NPUBase
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("A secret of a service")
struct SecrecyTests {
  private static let key = "sk-0123456789"

  private static func configurations() throws -> [ServiceConfiguration] {
    let endpoint = try Endpoint("http://h")
    let name = try #require(HTTPField.Name("X-Apig-AppCode"))
    return [
      try ServiceConfiguration("http://h", apiKey: Secret(key)),
      ServiceConfiguration(endpoint: endpoint, authentication: .header(name, Secret(key))),
      ServiceConfiguration(endpoint: endpoint, headers: [.authorization: "Bearer \(key)", .cookie: key]),
    ]
  }

  private func shows(_ value: Any) -> Bool {
    var dumped = ""
    dump(value, to: &dumped)
    return (dumped + String(describing: value) + String(reflecting: value) + "\(value)").contains(Self.key)
  }

  @Test("shows in no description, dump or mirror of what holds it")
  func descriptions() throws {
    for service in try Self.configurations() {
      let transport = ScriptedTransport { _ in [.head(status: 401), .body("no")] }
      #expect(!shows(service))
      #expect(!shows(service.authentication))
      #expect(!shows(ChatClient(transport: transport, service: service).service))
      #expect(!shows([service]))
      let request = try ChatClient(transport: transport, service: service)
        .transferRequest(for: ChatRequest(model: "m", messages: []))
      #expect(!shows(request))
      #expect(request.description.contains("POST http://h/v1/chat/completions"))
    }
  }

  @Test("shows in no error, though the server repeats it")
  func echoes() async throws {
    for service in try Self.configurations() {
      let echo = "the key \(Self.key) of 'Bearer \(Self.key)' is wrong"
      for steps: [ScriptedTransport.Step] in [
        [.head(status: 401, contentType: "application/json"), .body(#"{"error":{"message":"\#(echo)"}}"#)],
        [.head(status: 200, contentType: "text/html"), .body("<title>\(echo)</title>")],
        [.head(status: 200, contentType: "text/event-stream"), .body("data: {\"error\":\"\(echo)\"}\n\n")],
        [.head(status: 200, contentType: "application/json"), .body(#"{"detail":"\#(echo)"}"#)],
      ] {
        let transport = ScriptedTransport { _ in steps }
        let chat = ChatClient(transport: transport, service: service)
        func check(_ name: String, _ work: () async throws -> Any) async {
          do {
            let value = try await work()
            #expect(!shows(value), "\(name)")
          } catch {
            #expect(!shows(error), "\(name): \(error)")
          }
        }
        await check("chat") { try await chat.complete(ChatRequest(model: "m", messages: [])) }
        await check("stream") {
          let (_, error) = await chat.collect()
          throw try #require(error)
        }
        await check("image") {
          try await ImageClient(transport: transport, service: service).generate(ImageRequest(prompt: "a"))
        }
        await check("speech") {
          try await SpeechClient(transport: transport, service: service).generate(SpeechRequest(text: "a"))
        }
        await check("task") { try await TaskClient(transport: transport, service: service).status(of: "t") }
        await check("result") { try await TaskClient(transport: transport, service: service).download("t") }
        await check("models") { try await HealthClient(transport: transport, service: service).models() }
        await check("health") { try await HealthClient(transport: transport, service: service).check() }
        await check("model") { try await HealthClient(transport: transport, service: service).chooseModel(nil) }
        await check("tokens") { try await TokenizerClient(transport: transport, service: service).tokenize("a") }
      }
    }
  }

  @Test("shows in no error of a transport that repeats words of the server, nor in what lies below the error")
  func brokenExchanges() async throws {
    let message = "the body cannot be decoded from its Content-Encoding \"\(Self.key)\""
    let stream = HTTPResponse(status: .ok, headerFields: [.contentType: "text/event-stream"])
    for service in try Self.configurations() {
      for transport in [
        BreakingTransport(message), BreakingTransport(message, head: HTTPResponse(status: .ok)),
        BreakingTransport(message, head: stream, body: ChatEvents.role),
      ] {
        let chat = ChatClient(transport: transport, service: service)
        func check(_ name: String, _ work: () async throws -> Any) async {
          let error = await #expect(throws: ServiceError.self, "\(name)") { _ = try await work() }
          #expect(error?.message.contains("Content-Encoding \"<secret>\"") == true, "\(name)")
          #expect(!shows(error as Any), "\(name): \(String(describing: error))")
        }
        await check("chat") { try await chat.complete(ChatRequest(model: "m", messages: [])) }
        await check("stream") {
          let (_, error) = await chat.collect()
          throw try #require(error)
        }
        await check("image") {
          try await ImageClient(transport: transport, service: service).generate(ImageRequest(prompt: "a"))
        }
        await check("speech") {
          try await SpeechClient(transport: transport, service: service).generate(SpeechRequest(text: "a"))
        }
        await check("task") { try await TaskClient(transport: transport, service: service).status(of: "t") }
        await check("models") { try await HealthClient(transport: transport, service: service).models() }
        await check("model") { try await HealthClient(transport: transport, service: service).chooseModel(nil) }
        let report = try await HealthClient(transport: transport, service: service).check()
        #expect(report.state == .unreachable)
        #expect(!shows(report), "\(report)")
      }
    }
  }

  @Test("shows in no address that the service gave, where an error names it")
  func addresses() async throws {
    for service in try Self.configurations() {
      let client = TaskClient(
        transport: ScriptedTransport { _ in [.head(status: 500), .body("no")] }, service: service)
      let unknown = await #expect(throws: ServiceError.self) { try await client.status(of: "task-\(Self.key)") }
      #expect(!shows(unknown as Any), "\(String(describing: unknown))")
      let fetched = await #expect(throws: ServiceError.self) { try await client.result(at: "/out/\(Self.key).png") }
      #expect(!shows(fetched as Any), "\(String(describing: fetched))")
      let nowhere = await #expect(throws: ServiceError.self) { try await client.result(at: "no address \(Self.key)") }
      #expect(!shows(nowhere as Any), "\(String(describing: nowhere))")
    }
  }

  @Test("shows in no error of a good response whose head repeats it")
  func heads() async throws {
    let image = #"{"data":[{"b64_json":"\#(Base64.encode(try ImageFixtures.png()))"}]}"#
    for service in try Self.configurations() {
      for (list, wanted) in [(#"{"data":[{"url":"/a.png"}]}"#, 1), (image, 2)] {
        let transport = ScriptedTransport { request in
          let fields: HTTPFields = [.contentType: "text/\(Self.key)", .named("X-Request-Id"): Self.key]
          let body = request.head.method == .post ? list : image
          return [.head(HTTPResponse(status: .ok, headerFields: fields)), .body(body)]
        }
        let images = ImageClient(transport: transport, service: service)
        var request = ImageRequest(prompt: "a")
        request.count = wanted
        let error = await #expect(throws: ServiceError.self) { try await images.generate(request) }
        #expect(error?.kind == (wanted == 1 ? .wrongContentType : .unexpectedContent))
        #expect(!shows(error as Any), "\(String(describing: error))")
        let tasks = TaskClient(transport: transport, service: service)
        let result = await #expect(throws: ServiceError.self) { try await tasks.download("t1") }
        #expect(result?.kind == .wrongContentType)
        #expect(!shows(result as Any), "\(String(describing: result))")
      }
    }
  }

  @Test("shows in nothing that a task service says of a task")
  func tasks() async throws {
    for service in try Self.configurations() {
      let transport = ScriptedTransport { request in
        let body =
          request.head.method == .post
          ? #"{"task_id":"t1","message":"taken for \#(Self.key)","owner":{"key":["\#(Self.key)"]}}"#
          : #"{"task_id":"t1","status":"failed","error":"the key \#(Self.key) is out of funds","by":"\#(Self.key)"}"#
        return [.head(status: 200, contentType: "application/json"), .body(body)]
      }
      let client = TaskClient(transport: transport, service: service)
      let ticket = try await client.submit(TaskRequest(prompt: "a"))
      #expect(ticket.message == "taken for <secret>")
      #expect(!shows(ticket), "\(ticket)")
      let end = try await client.finish(ticket)
      #expect(end.outcome == .failed(reason: "the key <secret> is out of funds"))
      #expect(!shows(end), "\(end)")
      let error = await #expect(throws: ServiceError.self) {
        try await client.results(of: end, to: TaskRequest(prompt: "a"))
      }
      #expect(!shows(error as Any))
    }
  }

  @Test("shows in no error")
  func errors() async throws {
    for service in try Self.configurations() {
      for steps: [ScriptedTransport.Step] in [
        [.head(status: 401, contentType: "application/json"), .body(#"{"error":"Unauthorized"}"#)], [.fail(.tls)],
        [.head(status: 200), .body("data: {")],
      ] {
        let chat = ChatClient(transport: ScriptedTransport { _ in steps }, service: service)
        let request = ChatRequest(model: "m", messages: [])
        let error = await #expect(throws: ServiceError.self) { try await chat.complete(request) }
        #expect(!shows(error as Any))
        let (_, streamed) = await chat.collect()
        #expect(streamed is ServiceError)
        #expect(!shows(streamed as Any))
      }
    }
  }

  @Test("is refused without being shown where no header can hold it", arguments: ["\n", "\r\nX-Other: 1", "\0"])
  func badValue(end: String) throws {
    let service = try ServiceConfiguration("http://h", apiKey: Secret(Self.key + end))
    let chat = ChatClient(transport: ScriptedTransport { _ in [] }, service: service)
    let error = #expect(throws: ServiceError.self) {
      try chat.transferRequest(for: ChatRequest(model: nil, messages: []))
    }
    #expect(error?.kind == .invalidRequest)
    #expect(!shows(error as Any))
  }

  @Test("is read from a configuration and written as a mark")
  func coding() throws {
    let secret = try JSONDecoder().decode([Secret].self, from: Data(#"["sk-0123456789"]"#.utf8))
    #expect(secret.first?.reveal() == Self.key)
    #expect(!String(decoding: try JSONEncoder().encode(secret), as: UTF8.self).contains(Self.key))
  }

  @Test("reaches the request it belongs to")
  func sent() throws {
    let fields = try Self.configurations().map { service in
      try ChatClient(transport: ScriptedTransport { _ in [] }, service: service)
        .transferRequest(for: ChatRequest(model: nil, messages: [])).head.headerFields
    }
    #expect(fields[0][.authorization] == "Bearer sk-0123456789")
    #expect(fields[1][try #require(HTTPField.Name("x-apig-appcode"))] == Self.key)
    #expect(fields[2][.authorization] == "Bearer sk-0123456789")
  }
}
