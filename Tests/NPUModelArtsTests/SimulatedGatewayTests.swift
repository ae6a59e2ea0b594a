import HTTPTypes
import NPUBase
import NPULoad
import NPUModelArts
import NPUServices
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

/// The simulated gateway checks signatures and tokens by its own code, which the kit does not share.
@Suite("A request to a gateway")
struct SimulatedGatewayTests {
  private static let user = GatewayBehaviour.User(
    domain: "account", name: "tester", password: "pass-word-1", project: "cn-north-4")

  private static let behaviour = Behaviour(outputTokens: 3).with { behaviour in
    var gateway = GatewayBehaviour()
    gateway.accessKeys = ["AKAKAKAKAKAK": "secret-key-of-the-account"]
    gateway.appKeys = ["app-key-1": "secret-of-the-app"]
    gateway.appCodes = ["app-code-1"]
    gateway.users = [user]
    behaviour.gateway = gateway
  }

  private static let key = AccessKey("AKAKAKAKAKAK", "secret-key-of-the-account")

  private static func user(at simulator: Simulator, password: String = user.password) throws -> IAMUser {
    try IAMUser(
      service: simulator.baseURL, domain: user.domain, name: user.name, password: Secret(password),
      project: user.project)
  }

  /// Every way that there is, by its name.
  private static func authentication(_ way: String, _ simulator: Simulator) throws -> Authentication {
    switch way {
    case "ak-sk apig": .akSK(key)
    case "ak-sk sdk": .akSK(key, dialect: .sdk)
    case "app-signed": .appSigned(key: "app-key-1", secret: "secret-of-the-app")
    case "app-code": .appCode("app-code-1")
    case "app-key": .appKey(identifier: "app-key-1", key: "secret-of-the-app")
    case "app-basic": .appBasic(key: "app-key-1", secret: "secret-of-the-app")
    default: .token(try user(at: simulator))
    }
  }

  private static let ways = ["ak-sk apig", "ak-sk sdk", "app-signed", "app-code", "app-key", "app-basic", "token"]

  @Test("passes in every way that there is: a document, a stream, a list and a form", arguments: ways)
  func passes(way: String) async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let service = try Service(simulator.baseURL, authentication: try Self.authentication(way, simulator))
      #expect(try await service.chat.complete("Hello 今天 😀").text?.isEmpty == false)
      var chunks = 0
      for try await _ in service.chat.stream(ChatRequest(model: "simulated-chat", messages: [.user("Hello")])) {
        chunks += 1
      }
      #expect(chunks > 3)
      #expect(try await service.health.models().value != nil)
      let sound = try TestAudio.silence(.milliseconds(100)).wav()
      let form = MultipartForm([.file("file", bytes: sound, fileName: "a.wav"), .field("model", "m")])
      let request = try service.request(.post, "/v1/audio/transcriptions?b=2&a=%E4%BA%BA&a=1", body: .form(form))
      #expect(try await service.response(to: request).head.status == .ok)
      // One token for all of them.
      let tokens = simulator.requests.filter { $0.path == "/v3/auth/tokens" }
      #expect(tokens.count == (way == "token" ? 1 : 0))
    }
  }

  @Test("bears the signature of a file that is sent as it is read", arguments: SigningDialect.allCases)
  func file(dialect: SigningDialect) async throws {
    let body = Array(#"{"model":"simulated-chat","messages":[{"role":"user","content":"Hello"}]}"#.utf8)
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      try await TemporaryFile.with(body) { path in
        let service = try Service(simulator.baseURL, authentication: .akSK(Self.key, dialect: dialect))
        let request = try service.request(
          .post, "/v1/chat/completions", body: .file(path: path), contentType: "application/json")
        #expect(try await service.response(to: request).head.status == .ok)
      }
    }
  }

  @Test("that was changed on its way is refused", arguments: [0, 1, 2, 3])
  func tampered(place: Int) async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let service = try Service(simulator.baseURL, authentication: .akSK(Self.key))
      let body = Array(#"{"model":"simulated-chat","messages":[{"role":"user","content":"Hello"}]}"#.utf8)
      let prepared = try service.request(
        .post, "/v1/chat/completions?a=1", body: .bytes(body), contentType: "application/json")
      let authenticator = try #require(prepared.authenticator)
      var request = try #require(try authenticator.complete(prepared, at: .now))
      request.authenticator = nil
      #expect(try await service.transport.response(to: request).head.status == .ok)
      switch place {
      case 0: request.body = .bytes(body + [0x20])
      case 1: request.head.path = "/v1/chat/completions?a=2"
      case 2: request.head.headerFields[.contentType] = "application/json; charset=utf-8"
      default: request.head.method = .put
      }
      let error = await #expect(throws: ServiceError.self) { try await service.response(to: request) }
      #expect(error?.status == 401 && error?.code == "APIG.0301")
      #expect(error?.message.contains("not accepted") == true)
    }
  }

  @Test("is signed anew after its body was changed, and as often as it is sent")
  func changedBody() async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let service = try Service(simulator.baseURL, authentication: .akSK(Self.key))
      var request = try service.request(
        .post, "/v1/chat/completions", json: ChatRequest(model: "none", messages: [.user("Hello")]))
      #expect(request.bodyDigest != nil)
      request.body = .bytes(
        Array(#"{"model":"simulated-chat","messages":[{"role":"user","content":"Hello"}]}"#.utf8))
      for _ in 0..<2 { #expect(try await service.response(to: request).head.status == .ok) }
    }
  }

  @Test("is refused by a clock that differs by more than a quarter of an hour", arguments: [-901, 901, -890, 890])
  func skew(offset: Int) async throws {
    let behaviour = Self.behaviour.with { $0.gateway?.clockOffset = offset }
    try await withSimulator(behaviour: behaviour) { simulator in
      for app in [false, true] {
        let authentication =
          app ? Authentication.appSigned(key: "app-key-1", secret: "secret-of-the-app") : .akSK(Self.key)
        let service = try Service(simulator.baseURL, authentication: authentication, model: "simulated-chat")
        if abs(offset) < 900 {
          #expect(try await service.chat.complete("Hello").text?.isEmpty == false)
        } else {
          let error = await #expect(throws: ServiceError.self) { try await service.chat.complete("Hello") }
          #expect(error?.code == (app ? "APIG.0303" : "APIG.0301"))
          #expect(error?.message.contains("signature expired") == true)
          #expect(error?.message.contains("set the clock") == true)
        }
      }
    }
  }

  @Test("with wrong credentials is refused, and no error shows them", arguments: ways)
  func refusals(way: String) async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let authentication: Authentication =
        switch way {
        case "ak-sk apig": .akSK(AccessKey("AKAKAKAKAKAK", "wrong-secret-1"))
        case "ak-sk sdk": .akSK(AccessKey("wrong-secret-1", "wrong-secret-1"), dialect: .sdk)
        case "app-signed": .appSigned(key: "app-key-1", secret: "wrong-secret-1")
        case "app-code": .appCode("wrong-secret-1")
        case "app-key": .appKey(identifier: "app-key-1", key: "wrong-secret-1")
        case "app-basic": .appBasic(key: "app-key-1", secret: "wrong-secret-1")
        default: .token("wrong-secret-1")
        }
      let service = try Service(simulator.baseURL, authentication: authentication, model: "simulated-chat")
      let error = await #expect(throws: ServiceError.self) { try await service.chat.complete("Hello") }
      #expect(error?.status == 401 && error?.code?.hasPrefix("APIG.03") == true)
      #expect(!"\(String(describing: error))".contains("wrong-secret"))
      #expect(!"\(service.configuration)\(String(reflecting: service.configuration))".contains("wrong-secret"))
    }
  }
}

@Suite("A token of the identity service")
struct TokenTests {
  private static let user = GatewayBehaviour.User(
    domain: "account", name: "tester", password: "pass-word-1", project: "cn-north-4")

  private static let behaviour = Behaviour(outputTokens: 3).with { behaviour in
    var gateway = GatewayBehaviour()
    gateway.users = [user]
    behaviour.gateway = gateway
  }

  private static func service(_ simulator: Simulator, password: String = user.password) throws -> Service {
    let user = try IAMUser(
      service: simulator.baseURL, domain: user.domain, name: user.name, password: Secret(password),
      project: user.project)
    return try Service(simulator.baseURL, authentication: .token(user), model: "simulated-chat")
  }

  private static func exchanges(_ simulator: Simulator) -> Int {
    simulator.requests.count { $0.path == "/v3/auth/tokens" }
  }

  @Test("that the gateway will not have any more is renewed, and the request is sent once more")
  func renewal() async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let service = try Self.service(simulator)
      _ = try await service.chat.complete("Hello")
      simulator.behaviour.gateway?.tokenEpoch = 1
      let request = try service.chat.transferRequest(
        for: ChatRequest(model: "simulated-chat", messages: [.user("Hello")]))
      let response = try await service.transport.response(to: request)
      #expect(response.head.status == .ok && response.metrics.wasResent)
      #expect(!response.body.isEmpty)
      let again = try await service.transport.response(to: request)
      #expect(again.head.status == .ok && !again.metrics.wasResent)
      #expect(Self.exchanges(simulator) == 2)
    }
  }

  @Test("is renewed once for all requests that were refused together")
  func together() async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let service = try Self.service(simulator)
      try await withThrowingTaskGroup { group in
        for _ in 0..<20 { group.addTask { _ = try await service.chat.complete("Hello") } }
        try await group.waitForAll()
      }
      #expect(Self.exchanges(simulator) == 1)
      simulator.behaviour.gateway?.tokenEpoch = 1
      try await withThrowingTaskGroup { group in
        for _ in 0..<20 { group.addTask { _ = try await service.chat.complete("Hello") } }
        try await group.waitForAll()
      }
      #expect(Self.exchanges(simulator) == 2)
    }
  }

  @Test("that is not given is an error of its own, and asked for once: accounts lock after some")
  func wrongPassword() async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let service = try Self.service(simulator, password: "wrong-pass-word")
      for _ in 0..<3 {
        let error = await #expect(throws: ServiceError.self) { try await service.chat.complete("Hello") }
        #expect(error?.shortDescription == "authentication", "\(String(describing: error))")
        #expect(error?.message.contains("status 401") == true)
        #expect(error.map { "\($0)".contains("wrong-pass-word") } == false)
      }
      #expect(Self.exchanges(simulator) == 1)
      #expect(simulator.requests.count == 1)
    }
  }

  /// A service whose tokens last an hour, of which the nth is named so, in the time of a scripted transport.
  private static func scripted(
    _ answer: @escaping @Sendable (String?) -> [ScriptedTransport.Step]
  ) throws -> (Service, ScriptedTransport) {
    let counter = Counter()
    let name = try #require(HTTPField.Name("X-Subject-Token"))
    let field = try #require(HTTPField.Name("X-Auth-Token"))
    let transport = ScriptedTransport { request in
      guard request.head.path == "/v3/auth/tokens" else { return answer(request.head.headerFields[field]) }
      let head = HTTPResponse(status: .created, headerFields: [name: "token-number-\(counter.next())"])
      return [
        .head(head),
        .body(#"{"token":{"issued_at":"2024-01-15T08:00:00.0Z","expires_at":"2024-01-15T09:00:00.0Z"}}"#),
      ]
    }
    let user = try IAMUser(
      service: "https://iam.example.com", domain: "d", name: "n", password: "pass-word-1", project: "p")
    let configuration = ServiceConfiguration(
      endpoint: try Endpoint("https://h"), authentication: .token(user))
    return (Service(configuration, model: "m", transport: transport), transport)
  }

  private static func echo(_ token: String?) -> [ScriptedTransport.Step] {
    [.head(status: 200, contentType: "text/plain"), .body(token ?? "none")]
  }

  private static func token(_ service: Service, _ transport: ScriptedTransport) async throws -> String {
    let response = try await transport.response(to: try service.request(.get, "/x"))
    return String(decoding: response.body, as: UTF8.self)
  }

  @Test("is fetched again in the background before it expires, and waited for after that")
  func lifetime() async throws {
    let (service, transport) = try Self.scripted(Self.echo)
    #expect(try await Self.token(service, transport) == "token-number-0")
    try await transport.wait(until: transport.now.advanced(by: .seconds(3000)))
    #expect(try await Self.token(service, transport) == "token-number-0")
    // A tenth of an hour before its end another one is fetched; the request goes out with the old one.
    try await transport.wait(until: transport.now.advanced(by: .seconds(300)))
    #expect(try await Self.token(service, transport) == "token-number-0")
    let authenticator = try #require(service.configuration.authentication.authenticator)
    try await authenticator.renew(replacing: nil, over: transport)
    #expect(try await Self.token(service, transport) == "token-number-1")
    try await transport.wait(until: transport.now.advanced(by: .seconds(3601)))
    #expect(try await Self.token(service, transport) == "token-number-2")
  }

  @Test("that is refused twice is told as what it is, with the words of the gateway")
  func refusedTwice() async throws {
    let body = #"{"error_code":"APIG.0307","error_msg":"The token must be updated."}"#
    let (service, transport) = try Self.scripted { _ in
      [.head(status: 401, contentType: "application/json"), .body(body)]
    }
    let response = try await transport.response(to: try service.request(.get, "/x"))
    #expect(response.head.status.code == 401 && response.metrics.wasResent)
    #expect(String(decoding: response.body, as: UTF8.self) == body)
    #expect(transport.requests.map(\.head.path) == ["/v3/auth/tokens", "/x", "/v3/auth/tokens", "/x"])
    let error = await #expect(throws: ServiceError.self) {
      try await service.response(to: try service.request(.get, "/x"))
    }
    #expect(error?.message.contains("must be renewed") == true)
  }

  @Test(
    "is not to blame for every status of 401",
    arguments: ["", "{}", #"{"error_code":"APIG.0301","error_msg":"x"}"#, String(repeating: "x", count: 200_000)])
  func otherRefusals(body: String) async throws {
    let (service, transport) = try Self.scripted { _ in [.head(status: 401), .body(body), .body(body)] }
    let response = try await transport.response(to: try service.request(.get, "/x"))
    #expect(response.head.status.code == 401 && !response.metrics.wasResent)
    #expect(response.body == Array((body + body).utf8))
    #expect(transport.requests.count == 2)
  }

  @Test("is a secret of whatever the service repeats, before and after it is renewed")
  func secrecy() async throws {
    let (service, transport) = try Self.scripted { token in
      [.head(status: 403, contentType: "text/plain"), .body("token \(token ?? "") of pass-word-1 is not good")]
    }
    let error = await #expect(throws: ServiceError.self) {
      try await service.response(to: try service.request(.get, "/x"))
    }
    #expect(error?.message == "token <secret> of <secret> is not good")
    let record = try await service.chat.measure("Hello")
    #expect(record.outcome.message?.contains("token-number") == false)
    withExtendedLifetime(transport) {}
  }

  @Test("that a cancelled request waited for does not hold it up")
  func cancellation() async throws {
    let transport = ScriptedTransport { _ in [.hang] }
    let user = try IAMUser(
      service: "https://iam.example.com", domain: "d", name: "n", password: "pass-word-1", project: "p")
    let configuration = ServiceConfiguration(endpoint: try Endpoint("https://h"), authentication: .token(user))
    let service = Service(configuration, model: "m", transport: transport)
    let request = try service.request(.get, "/x")
    let ended = OneShot<TransferEnd>()
    let handle = transport.start(request, observer: EndObserver { ended.give($0) })
    handle.cancel()
    #expect(await ended.wait().error?.kind == .cancelled)
  }
}
