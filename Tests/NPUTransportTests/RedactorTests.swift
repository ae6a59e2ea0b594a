import HTTPTypes
import NPUTransport
import TestSupport
import Testing

@Suite("A redactor")
struct RedactorTests {
  private static let key = "sk-abc/def+0123456789"

  private func request() throws -> TransferRequest {
    var request = TransferRequest.to("h")
    request.head.headerFields[.authorization] = "Bearer \(Self.key)"
    request.head.headerFields[try #require(HTTPField.Name("X-Tenant"))] = "tenant-\"77\""
    request.head.headerFields[.accept] = "application/json"
    request.head.headerFields[.userAgent] = "the agent"
    return request
  }

  @Test(
    "takes what a request bears out of a text, however a server writes it",
    arguments: [
      ("no key \(key) here", "no key <secret> here"), ("Bearer \(key)", "<secret>"),
      (#"{"k":"sk-abc\/def+0123456789"}"#, #"{"k":"<secret>"}"#), ("?k=sk-abc%2Fdef%2B0123456789&", "?k=<secret>&"),
      (#""tenant-\"77\"""#, #""<secret>""#), (#"tenant-"77""#, "<secret>"), ("cut: sk-abc/de…", "cut: <secret>…"),
      ("application/json, the agent", "application/json, the agent"), ("", ""),
    ])
  func texts(text: String, clean: String) throws {
    let redactor = Redactor(try request(), over: ScriptedTransport { _ in [] })
    #expect(redactor.clean(text) == clean)
    #expect(redactor.clean(Array(text.utf8)).count <= max(text.utf8.count, clean.utf8.count))
  }

  @Test("knows the password of a proxy, wherever it was given")
  func proxies() throws {
    for proxy in [
      ProxyConfiguration(address: "http://p:3128", user: "me", password: "pass-word-1"),
      ProxyConfiguration(address: "http://me:pass-word-1@p:3128"),
    ] {
      let transport = try CurlTransport(configuration: TransportConfiguration(proxy: proxy))
      defer { transport.shutDown() }
      let redactor = Redactor(TransferRequest.to("h"), over: transport)
      #expect(redactor.clean("refused: pass-word-1, Basic bWU6cGFzcy13b3JkLTE=") == "refused: <secret>, Basic <secret>")
    }
  }

  @Test("leaves a text alone where nothing is secret")
  func idle() {
    let redactor = Redactor(TransferRequest.to("h"), over: ScriptedTransport { _ in [] })
    #expect(redactor.isIdle)
    #expect(redactor.clean("anything…") == "anything…")
  }
}

@Suite("The bodies of all responses together")
struct BodyBudgetTests {
  @Test("have a limit, which is given back when a response has ended")
  func budget() async throws {
    let transport = ScriptedTransport { _ in
      [.head(status: 200), .body([UInt8](repeating: 1, count: 600)), .body([UInt8](repeating: 1, count: 600))]
    }
    let budget = BodyBudget(limit: 1000)
    let error = await #expect(throws: TransportError.self) {
      try await transport.response(to: .to("h"), budget: budget)
    }
    #expect(error?.kind == .bodyTooLarge)
    #expect(error?.message.contains("1000 bytes") == true)
    #expect(budget.used == 0)
    let whole = try await transport.response(to: .to("h"), budget: BodyBudget(limit: 1200))
    #expect(whole.body.count == 1200)
  }
}
