import HTTPTypes
import NPUBase
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("A health client")
struct HealthClientTests {
  private func client(_ transport: ScriptedTransport) throws -> HealthClient {
    HealthClient(transport: transport, service: try .local)
  }

  @Test(
    "tells the states of a service apart",
    arguments: [
      (200, "", HealthReport.State.healthy), (200, #"{"status":"ok"}"#, .healthy),
      (200, #"{"status":"healthy"}"#, .healthy),
      (200, #"{"message":"Service is alive but busy"}"#, .busy),
      (503, #"{"message":"Service is alive but busy. Consider less"}"#, .busy), (503, "", .unavailable),
      (503, #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#, .unavailable),
      (503, #"{"error":"The model is currently scaling. Please try again later."}"#, .scaling),
      (503, #"{"error":"The service has been stopped.","error_type":"Service Unavailable"}"#, .stopping),
      (500, #"{"message":"Service is abnormal"}"#, .abnormal), (200, #"{"status":"error"}"#, .abnormal),
      (502, "<html><title>502 Bad Gateway</title></html>", .unavailable),
      (401, #"{"error":"Unauthorized"}"#, .unauthorized),
      (404, #"{"detail":"Not Found"}"#, .notSupported), (405, "", .notSupported), (429, "", .abnormal),
    ])
  func states(status: Int, body: String, state: HealthReport.State) async throws {
    let report = try await client(answering(status: status, pieces: [body])).check()
    #expect(report.state == state)
    #expect(report.status == status)
    #expect(report.isServing == (state == .healthy || state == .busy))
  }

  @Test(
    "chooses the first model that is listed, takes a name at its word, and warns of one that is not listed",
    arguments: [
      (nil, #"{"data":[{"id":"a"},{"id":"b"}]}"#, "a", nil), ("b", #"{"data":[{"id":"a"},{"id":"b"}]}"#, "b", nil),
      ("c", #"{"data":[{"id":"a"},{"id":"b"}]}"#, "c", "a, b"), (nil, #"{"data":[]}"#, nil, nil),
    ] as [(String?, String, String?, String?)])
  func model(name: String?, list: String, chosen: String?, warned: String?) async throws {
    let choice = try await client(answering(pieces: [list])).chooseModel(name)
    #expect(choice.name == chosen)
    #expect(choice.warning?.contains("it lists \(warned ?? "-").") == (warned == nil ? nil : true))
  }

  @Test("lists in its warning no secret, no steering character and no megabyte")
  func hostileNames() async throws {
    let steering = "\u{1B}]52;c;YQ==\u{7}\u{202E}"
    let ids = [steering, "sk-very-secret", String(repeating: "m", count: 1 << 20)]
    let models = JSONValue.array(ids.map { .object(["id": .string($0)]) })
    let list = String(decoding: try JSONCoding.encode(JSONValue.object(["data": models])), as: UTF8.self)
    let choice = try await client(answering(pieces: [list])).chooseModel("x\u{1B}[2J")
    #expect(choice.listed.count == 3)
    let warning = try #require(choice.warning)
    #expect(warning.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E }, "\(warning)")
    #expect(warning.contains("<secret>") && !warning.contains("sk-very-secret"), "\(warning)")
    #expect(warning.utf8.count < 2000)
  }

  @Test("keeps what a service says of itself to a readable length")
  func longWords() async throws {
    let word = String(repeating: "w\u{1B}", count: 1 << 20)
    for (status, body) in [(200, #"{"status":"\#(word.replacing("\u{1B}", with: #"\u001b"#))"}"#), (500, word)] {
      let report = try await client(answering(status: status, pieces: [body])).check()
      #expect(report.message.utf8.count < 2000)
      #expect(!report.message.unicodeScalars.contains("\u{1B}"))
    }
  }

  @Test(
    "says why the list of models could not be read, and what the requests then name",
    arguments: [
      (nil, 500, "out of memory", ["cannot be read", "the requests name no model", "http_500", "out of memory"]),
      ("m", 500, "out of memory", ["the requests name \"m\", which is not checked", "out of memory"]),
      ("m", 200, "not a list", ["the requests name \"m\"", "not a list"]),
      (nil, 200, "", ["the requests name no model"]),
      (nil, 404, "Not Found", ["the requests name no model", "no such route, status 404", "Not Found"]),
      ("m", 404, "Not Found", nil),
    ] as [(String?, Int, String, [String]?)])
  func noList(name: String?, status: Int, body: String, says: [String]?) async throws {
    let choice = try await client(
      ScriptedTransport { request in
        guard request.head.path == "/v1/models" else { return [.head(HTTPResponse(status: .ok))] }
        return [.head(HTTPResponse(status: .init(code: status))), .body(Array(body.utf8))]
      }
    ).chooseModel(name)
    #expect(choice.name == name)
    #expect((choice.warning == nil) == (says == nil), "\(choice.warning ?? "")")
    for words in says ?? [] { #expect(choice.warning?.contains(words) == true, "\(choice.warning ?? "")") }
  }

  @Test("says what to check where nobody answers or the key is refused")
  func noModel() async throws {
    let nobody = try client(ScriptedTransport { _ in [.fail(.connectionRefused)] })
    let error = await #expect(throws: ServiceError.self) { try await nobody.chooseModel(nil) }
    #expect(error?.message.contains("Check the address") == true)
    let guarded = try client(answering(status: 401, pieces: [#"{"error":"Unauthorized"}"#]))
    let refusal = await #expect(throws: ServiceError.self) { try await guarded.chooseModel(nil) }
    // Probes are often open to all, and the list of models is the first to ask for the key.
    let openProbe = try client(
      ScriptedTransport { request in
        let isList = request.head.path == "/v1/models"
        return [.head(HTTPResponse(status: isList ? .unauthorized : .ok)), .body(Array(#"{"error":"no key"}"#.utf8))]
      })
    for name in [nil, "m"] as [String?] {
      let closedList = await #expect(throws: ServiceError.self) { try await openProbe.chooseModel(name) }
      #expect(closedList?.status == 401)
      #expect(closedList?.message.contains("Check the API key") == true)
    }
    #expect(refusal?.message.contains("Check the API key") == true)
    #expect(refusal?.shortDescription == "http_401")
  }

  @Test("asks the route of the probe")
  func routes() async throws {
    let transport = answering(pieces: [""])
    let health = try client(transport)
    for probe in [
      HealthProbe.health, .ping, .ready, .live, .timed(within: .seconds(3)), HealthProbe(route: "/healthz"),
    ] {
      _ = try await health.check(probe)
    }
    #expect(
      transport.requests.map(\.head.path) == [
        "/health", "/ping", "/v2/health/ready", "/v2/health/live", "/health/timed-3", "/healthz",
      ])
    #expect(transport.requests.allSatisfy { $0.head.method == .get && $0.head.headerFields[.contentType] == nil })
  }

  @Test(
    "takes a service that nobody reaches for a state and a request that cannot be sent for an error",
    arguments: [
      (TransportError.Kind.connectionRefused, true), (.connectTimeout, true), (.tls, true), (.shutDown, false),
      (.invalidRequest, false),
    ])
  func unreachable(kind: TransportError.Kind, isState: Bool) async throws {
    let health = try client(ScriptedTransport { _ in [.fail(kind)] })
    if isState {
      let report = try await health.check()
      #expect(report.state == .unreachable)
      #expect(report.message.contains(kind.rawValue))
    } else {
      let error = await #expect(throws: ServiceError.self) { try await health.check() }
      #expect(error?.shortDescription == kind.rawValue)
    }
  }

  @Test("lists the models of vLLM, with adapters")
  func vllmModels() async throws {
    let body =
      #"{"object":"list","data":[{"id":"q","object":"model","created":1764924127,"owned_by":"vllm","root":"/data/q","#
      + #""parent":null,"max_model_len":4096,"permission":[]},{"id":"lora","parent":"q","max_model_len":null}]}"#
    let list = try await client(answering(pieces: [body])).models().value
    let models = try #require(list?.models)
    #expect(models.map(\.id) == ["q", "lora"])
    #expect(models.map(\.parent) == [nil, "q"])
    #expect(models.map(\.maxModelLength) == [4096, nil])
    #expect(models.map(\.created) == [1_764_924_127, nil])
  }

  @Test(
    "lists the models of MindIE and llama-server",
    arguments: [
      (
        #"{"data":[{"id":"m","object":"model","owned_by":"MindIE Server","parent":"null","root":"r"}],"object":"list"}"#,
        nil
      ),
      (
        #"{"models":[{"name":"m"}],"object":"list","data":[{"id":"m","owned_by":"llamacpp","meta":{"n_ctx":2048}}]}"#,
        2048
      ),
    ] as [(String, Int?)])
  func otherModels(body: String, length: Int?) async throws {
    let list = try await client(answering(pieces: [body])).models()
    let model = try #require(list.value?.models.first)
    #expect(model.id == "m")
    #expect(model.parent == nil)
    #expect(model.created == nil)
    #expect(model.maxModelLength == length)
  }

  @Test("tells version and load")
  func versionAndLoad() async throws {
    #expect(try await client(answering(pieces: [#"{"version":"0.32.0"}"#])).version() == .available("0.32.0"))
    #expect(try await client(answering(pieces: [#"{"server_load":7}"#])).load() == .available(7))
  }

  @Test(
    "tells a missing route from a failure",
    arguments: [
      (404, #"{"detail":"Not Found"}"#), (405, ""), (501, #"{"error":{"message":"Not Found"}}"#),
      (404, "<title>Not Found"),
    ])
  func missing(status: Int, body: String) async throws {
    let health = try client(answering(status: status, pieces: [body]))
    guard case .notSupported(status, _) = try await health.version() else {
      Issue.record("\(status) was not taken for a missing route")
      return
    }
    #expect(try await health.models().value == nil)
  }

  @Test(
    "throws where the route is there and fails",
    arguments: [
      (500, "Internal Server Error", "http_500"), (401, #"{"error":"Unauthorized"}"#, "http_401"),
      (
        404, #"{"error":{"message":"The model `x` does not exist.","type":"NotFoundError","param":"model"}}"#,
        "http_404"
      ),
      (200, "{}", "malformed_payload"), (200, "<html><title>Login</title>", "malformed_payload"),
    ])
  func failing(status: Int, body: String, group: String) async throws {
    let health = try client(answering(status: status, pieces: [body]))
    let error = await #expect(throws: ServiceError.self) { try await health.models() }
    #expect(error?.shortDescription == group)
  }
}
