import Foundation
import HTTPTypes
import NPUBase
import NPULoad
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("The texts of a record")
struct RecordSecrecyTests {
  private static let key = "sk-very-secret"
  private static let long = String(repeating: "x", count: 1 << 17)
  /// In JSON, so that it arrives as what it stands for.
  private static let steering = #"\u001b]52;c;YQ==\u0007\u202e"#

  private static func chat() throws -> PreparedRequest {
    PreparedRequest(
      request: try ChatClient.transferRequest(
        for: ChatRequest(model: "m", messages: [.user("a")]), to: .local, ChatClient.defaultRoute, requestID: "sent"),
      requestID: "sent", expectation: StreamRecorder.Expectation(keepsText: true))
  }

  /// A stream whose every word is a text of the server's choice.
  private static func stream(_ word: String, reason: String) -> String {
    #"data: {"id":"\#(word)","choices":[{"index":0,"delta":{"content":"\#(word)"},"finish_reason":"\#(reason)"}]}"#
      + "\n\ndata: [DONE]\n\n"
  }

  private static func head(_ word: String) -> HTTPResponse {
    HTTPResponse(
      status: .ok,
      headerFields: [.contentType: "text/\(word); charset=\(word)", .contentEncoding: word])
  }

  /// What comes of a word in every place of a response where a server can put one.
  private static func records(_ word: String, inHead: String) async throws -> [RequestRecord] {
    let (request, head) = (try chat(), head(inHead))
    let plain = HTTPResponse(status: .ok, headerFields: [.contentType: "text/event-stream"])
    let error = #"{"error":{"message":"\#(word)","type":"\#(word)"}}"#
    var records: [RequestRecord] = []
    for steps: [ScriptedTransport.Step] in [
      [.head(head), .body(stream(word, reason: word))],
      [.head(head), .body(stream(word, reason: "safety \(word)"))],
      [.head(head), .body(stream(word, reason: "error \(word)"))],
      [.head(plain), .body("data: \(error)\n\n")], [.head(plain), .body("data: \(word)\n\n")],
      [.head(plain), .body(word)], [.head(head), .body("<title>\(word)</title>")],
      [.head(HTTPResponse(status: .init(code: 503, reasonPhrase: inHead)))],
      [.head(HTTPResponse(status: .unauthorized, headerFields: head.headerFields)), .body(error)],
      [.head(HTTPResponse(status: .found, headerFields: [.location: "http://h/\(inHead)"]))],
    ] {
      records.append(await request.record(over: ScriptedTransport { _ in steps }))
    }
    records.append(await request.record(over: BreakingTransport("encoding \(inHead)")))
    records.append(
      await request.record(over: BreakingTransport("encoding \(inHead)", head: plain, body: ChatEvents.role)))
    return records
  }

  @Test("hold no secret of the request, wherever the server puts it")
  func secrets() async throws {
    let records = try await Self.records(Self.key, inHead: Self.key)
    for record in records {
      let texts = texts(of: record)
      #expect(!texts.contains { $0.contains(Self.key) }, "\(texts)")
      #expect(texts.contains { $0.contains("<secret>") }, "\(texts)")
    }
    #expect(records[0].form.unknownFinishReason == "<secret>")
    #expect(records[1].form.cutReason == "safety <secret>")
    #expect(records.map(\.finishReason).prefix(2) == ["<secret>", "safety <secret>"])
    #expect(records[0].text == "<secret>")
  }

  @Test("are short but for the generated one, and steer no terminal")
  func limits() async throws {
    let wordings = [(Self.long, Self.long), (Self.steering, "a\u{9B}b")]
    for (word, inHead) in wordings {
      for var record in try await Self.records(word, inHead: inHead) {
        record.text = nil
        let texts = texts(of: record)
        #expect(texts.allSatisfy { $0.utf8.count < 10_000 }, "\(texts.map(\.utf8.count))")
        #expect(!texts.contains { $0.unicodeScalars.contains(where: \.properties.isSteering) }, "\(texts)")
      }
    }
  }

  @Test("fit a line of a journal, however much text is generated")
  func journal() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("journal")
    let longest = 4 << 20
    let text = String(repeating: "a", count: longest + 1000)
    var record = try await Self.chat().record(
      over: ScriptedTransport { _ in [.head(status: 200), .body(Self.stream(text, reason: "stop"))] })
    #expect(record.outcome.isSuccess, "\(record.outcome)")
    #expect(record.text == text.prefix(longest) + "…")
    // Each of these is six bytes in JSON.
    record.text = String(repeating: "\u{1}", count: longest)
    let writer = try JournalWriter(path: path, header: JournalHeader(beginning: RunDescription()))
    try writer.append(record)
    try writer.close(complete: true)
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    #expect(try #require(size) > 6 * longest)
    #expect(try #require(size) < JournalReader.defaultLineLimit / 2)
  }

  @Test("of a task hold no secret, are short, and name the task")
  func tasks() async throws {
    for reason in [Self.key, Self.long] {
      let service = ScriptedTaskService(statuses: [.json(#"{"status":"failed","error":"the key \#(reason) is bad"}"#)])
      let record = try await task(service.transport)
      let texts = texts(of: record)
      #expect(record.outcome.kind.rawValue == "task_failed")
      #expect(record.outcome.message?.hasPrefix("task t1: the key ") == true)
      #expect(!texts.contains { $0.contains(Self.key) }, "\(texts)")
      #expect(texts.allSatisfy { $0.utf8.count < 10_000 })
    }
  }

  @Test("of a task do not repeat a secret that the service made the task's name, and long names are refused")
  func taskNames() async throws {
    for name in ["task-\(Self.key)", Self.long] {
      let transport = ScriptedTransport { request in
        let body =
          request.head.method == .post
          ? #"{"task_id":"\#(name)"}"# : #"{"task_id":"\#(name)","status":"failed","error":"no"}"#
        return [.head(status: 200, contentType: "application/json"), .body(body)]
      }
      let record = try await task(transport)
      let texts = texts(of: record)
      #expect(!texts.contains { $0.contains(Self.key) }, "\(texts)")
      #expect(texts.allSatisfy { $0.utf8.count < 10_000 })
      let isRefused = name == Self.long
      #expect(record.outcome.kind.rawValue == (isRefused ? "malformed_payload" : "task_failed"))
      #expect(record.requestID == (isRefused ? nil : "task-<secret>"))
    }
  }

  private func task(_ transport: ScriptedTransport) async throws -> RequestRecord {
    let service = try ServiceConfiguration.local
    let workload = TaskWorkload(
      client: { TaskClient(transport: $0, service: service) }, pattern: TaskRequest(prompt: ""),
      prompts: .fixed("a lake"))
    let request = try #require(await workload.prepare(0))
    return await request.record(over: transport)
  }

  @Test("of an operation hold no secret of any request that it sent")
  func operations() async throws {
    struct Refused: Error, CustomStringConvertible { var description: String }
    for fails in [true, false] {
      let request = PreparedRequest(
        operation: ServiceOperation { transport in
          var head = HTTPRequest(method: .get, scheme: "http", authority: "h", path: "/?token=token-0123456")
          head.headerFields[.authorization] = "Bearer \(Self.key)"
          head.headerFields[.cookie] = "a=1; sid=cookie-0123456"
          let response = try await transport.response(to: TransferRequest(head: head))
          let text = String(decoding: response.body, as: UTF8.self)
          if fails { throw Refused(description: text) }
          return OperationResult(requestID: text, outcome: Outcome(.emptyResponse, message: text), text: text)
        })
      let echo = "\(Self.key), cookie-0123456, token-0123456"
      let record = await request.record(over: ScriptedTransport { _ in [.head(status: 200), .body(echo)] })
      let texts = texts(of: record).filter { $0.contains(",") }
      #expect(texts.count == (fails ? 1 : 3))
      #expect(texts.allSatisfy { $0.contains("<secret>, <secret>, <secret>") }, "\(texts)")
    }
  }

  @Test("of a run that the service chose the model of name it clean; it is asked for by its own name")
  func model() async throws {
    let folder = try TemporaryFolder()
    let name = "\u{1B}[2J\(Self.key)" + String(repeating: "m", count: 2000)
    let list = try JSONCoding.encode(JSONValue.object(["data": .array([.object(["id": .string(name)])])]))
    let transport = ScriptedTransport { request in
      switch request.head.path {
      case "/health": [.head(HTTPResponse(status: .ok))]
      case "/v1/models": [.head(status: 200, contentType: "application/json"), .body(list)]
      default: [.head(status: 200), .body(ChatEvents.hello + ChatEvents.done)]
      }
    }
    let chat = ChatClient(transport: transport, service: try .local)
    let journal = folder.file("journal")
    let report = try await chat.load(
      .closedLoop(concurrency: 1), .requests(1), prompts: .fixed("a"), journal: journal)
    #expect(report.requests.completed == 1)
    let shown = try #require(report.run.model)
    #expect(shown.hasPrefix(" [2J<secret>mmm") && shown.count <= 401)
    #expect(try JournalReader(path: journal).header.run.model == shown)
    let asked = try #require(transport.requests.last.map { Array($0.text.utf8) })
    #expect(try JSONCoding.decode(JSONValue.self, from: asked)["model"]?.string == name)
  }
}

extension Unicode.Scalar.Properties {
  /// A character that steers a terminal or turns the direction of a text.
  fileprivate var isSteering: Bool {
    [.control, .format, .lineSeparator, .paragraphSeparator].contains(generalCategory)
  }
}
