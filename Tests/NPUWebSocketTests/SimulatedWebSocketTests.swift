import HTTPTypes
import NPULoad
import NPUModelArts
import NPUServices
import NPUSimulator
import NPUTransport
import NPUWebSocket
import Testing

@Suite("Messages of a simulated service", .timeLimit(.minutes(30)))
struct SimulatedWebSocketTests {
  private static let ask = #"{"prompt": "Hello", "max_tokens": 6, "ignore_eos": true}"#

  private static func behaviour(
    _ fault: Fault? = nil, _ change: (inout WebSocketBehaviour) -> Void = { _ in }
  ) -> Behaviour {
    Behaviour(fault: fault).with { behaviour in
      behaviour.script = .chinese
      change(&behaviour.webSocket)
    }
  }

  private static func messages(
    _ simulator: Simulator, _ authentication: Authentication = .none, sending text: String = ask
  ) async throws -> (texts: [String], close: WebSocketClose?, error: ServiceError?) {
    let client = try WebSocketClient(simulator.baseURL, route: "/predict/ws", authentication: authentication)
    var texts: [String] = []
    var messages = client.messages(for: text).makeAsyncIterator()
    do {
      while let message = try await messages.next() {
        texts.append(message.text)
        if message.text.contains(#""done": true"#) { break }
      }
      return (texts, messages.close, nil)
    } catch {
      return (texts, messages.close, error as? ServiceError)
    }
  }

  @Test(
    "are the same in however many frames they come, with pings between them or without",
    arguments: [nil, 1, 2, 3, 7, 100])
  func frames(size: Int?) async throws {
    try await withSimulator(behaviour: Self.behaviour()) { simulator in
      let whole = try await Self.messages(simulator)
      #expect(whole.texts.count == 7 && whole.error == nil)
      #expect(whole.texts.dropLast().allSatisfy { $0.hasPrefix(#"{"token": ""#) && !$0.contains("\u{FFFD}") })
      #expect(whole.texts.last == #"{"done": true, "finish_reason": "length"}"#)
      simulator.behaviour.webSocket.frameBytes = size
      simulator.behaviour.webSocket.pingEvery = size
      #expect(try await Self.messages(simulator).texts == whole.texts)
      simulator.behaviour.fault = Fault(.splitInsideUTF8)
      #expect(try await Self.messages(simulator).texts == whole.texts)
      #expect(simulator.requests.map(\.method) == ["GET", "MESSAGE", "GET", "MESSAGE", "GET", "MESSAGE"])
    }
  }

  @Test(
    "end with the close of the service, whose code says whether all is well", arguments: [0, 1000, 1001, 1011, 4001])
  func closes(code: Int) async throws {
    let behaviour = Self.behaviour { ($0.ending, $0.closeCode) = (.close, code) }
    try await withSimulator(behaviour: behaviour) { simulator in
      let (texts, close, error) = try await Self.messages(simulator)
      #expect(texts.count == 6)
      #expect(close?.code == (code == 0 ? nil : code) && close != nil)
      #expect((error == nil) == (code < 1001), "\(String(describing: error))")
    }
  }

  @Test(
    "that a fault breaks off are those before it",
    arguments: [Fault.truncate(afterTokens: 2), .reset(afterTokens: 2), .cutInsideEvent(afterTokens: 2)])
  func faults(fault: Fault) async throws {
    try await withSimulator(behaviour: Self.behaviour(fault)) { simulator in
      let (texts, close, error) = try await Self.messages(simulator)
      // A reset may overtake what was sent before it.
      #expect((fault.kind == .reset ? 0...2 : 2...2).contains(texts.count) && close == nil)
      #expect(error?.shortDescription == "connection_lost", "\(String(describing: error))")
    }
  }

  @Test("tell of a failed engine before the connection is closed for it")
  func failedEngine() async throws {
    try await withSimulator(behaviour: Self.behaviour(.errorEvent(afterTokens: 1))) { simulator in
      let (texts, close, error) = try await Self.messages(simulator)
      #expect(texts.count == 2 && texts.last?.contains("error") == true)
      #expect(close == WebSocketClose(code: 1011, reason: "engine failed"))
      #expect(error?.message.contains("engine failed") == true)
    }
  }

  @Test("refuse what is no JSON with code 1003")
  func noJSON() async throws {
    try await withSimulator(behaviour: Self.behaviour()) { simulator in
      let (texts, close, error) = try await Self.messages(simulator, sending: "no JSON")
      #expect(texts.isEmpty && close?.code == 1003 && error?.message.contains("JSON object expected") == true)
    }
  }

  @Test("come behind a handshake that the gateway has passed, signed or with a token that is fetched over HTTP")
  func gateway() async throws {
    let behaviour = Self.behaviour().with { behaviour in
      var gateway = GatewayBehaviour()
      gateway.accessKeys = ["AKAKAKAKAKAK": "secret-key-of-the-account"]
      gateway.appCodes = ["app-code-1"]
      gateway.users = [.init(domain: "account", name: "tester", password: "pass-word-1", project: "cn-north-4")]
      behaviour.gateway = gateway
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let user = try IAMUser(
        service: simulator.baseURL, domain: "account", name: "tester", password: "pass-word-1", project: "cn-north-4")
      let token = Authentication.token(user)
      let ways: [Authentication] = [
        .akSK(AccessKey("AKAKAKAKAKAK", "secret-key-of-the-account")),
        .akSK(AccessKey("AKAKAKAKAKAK", "secret-key-of-the-account"), dialect: .sdk), .appCode("app-code-1"), token,
      ]
      for way in ways {
        let (texts, _, error) = try await Self.messages(simulator, way)
        #expect(texts.count == 7 && error == nil, "\(way): \(String(describing: error))")
      }
      let refused = try await Self.messages(simulator, .akSK(AccessKey("AKAKAKAKAKAK", "wrong-secret-1")))
      #expect(refused.error?.status == 401 && refused.error?.code == "APIG.0301")
      // A token of yesterday: it is renewed, and the handshake sent once more.
      simulator.behaviour.gateway?.tokenEpoch = 1
      #expect(try await Self.messages(simulator, token).texts.count == 7)
      #expect(simulator.requests.count { $0.path == "/v3/auth/tokens" } == 2)
    }
  }

  @Test("are for those who ask for a WebSocket")
  func plainRequest() async throws {
    try await withSimulator(behaviour: Self.behaviour()) { simulator in
      let service = try Service(simulator.baseURL)
      let error = await #expect(throws: ServiceError.self) {
        try await service.response(to: try service.request(.get, "/predict/ws"))
      }
      #expect(error?.status == 426)
    }
  }
}
