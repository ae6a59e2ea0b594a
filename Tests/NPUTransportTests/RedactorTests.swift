import HTTPTypes
import NPUTransport
import Synchronization
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

  @Test("knows what has become known since it was made")
  func later() {
    let tokens = Mutex<[String]>([])
    let redactor = Redactor(["password-1"], later: { tokens.withLock(\.self) })
    #expect(redactor.clean("token-2 password-1") == "token-2 <secret>")
    tokens.withLock { $0 = ["token-2", "token-3"] }
    #expect(redactor.clean("token-2 password-1") == "<secret> <secret>")
    #expect(redactor.joined(with: Redactor(["other-4"])).clean("token-3 other-4") == "<secret> <secret>")
    #expect(!redactor.isIdle && redactor.margin > 10_000)
  }

  @Test(
    "takes what a request bears out of a text, however a server writes it",
    arguments: [
      ("no key \(key) here", "no key <secret> here"), ("Bearer \(key)", "<secret>"),
      (#"{"k":"sk-abc\/def+0123456789"}"#, #"{"k":"<secret>"}"#), ("?k=sk-abc%2Fdef%2B0123456789&", "?k=<secret>&"),
      (#""tenant-\"77\"""#, #""<secret>""#), (#"tenant-"77""#, "<secret>"), ("cut: sk-abc/de…", "cut: <secret>…"),
      ("application/json, the agent", "application/json, the agent"), ("", ""),
      (#"{"k":"sk-abc\u002fdef\u002B0123456789"}"#, #"{"k":"<secret>"}"#),
      ("?k=sk-abc%2fdef%2b0123456789", "?k=<secret>"),
      (#"\u0073k-abc/def%2B012345678\u0039!"#, "<secret>!"),
      ("<b>sk-abc&#x2F;def&#43;0123456789</b>", "<b><secret></b>"),
      ("tenant-&quot;77&#34; and tenant-%2277%22", "<secret> and <secret>"),
      (#"cut: sk-abc\/de… and sk-abc%2Fd… and sk-abc\u00…"#, "cut: <secret>… and <secret>… and <secret>…"),
      ("Bearer sk-abc/def+012345678", "Bearer sk-abc/def+012345678"), (#"50 % of \u and \"#, #"50 % of \u and \"#),
      ("Bearer Bearer \(key)\(key)", "Bearer <secret><secret>"), ("sk-abc/sk-abc/def+0123456789", "sk-abc/<secret>"),
    ])
  func texts(text: String, clean: String) throws {
    let redactor = Redactor(try request(), over: ScriptedTransport { _ in [] })
    #expect(redactor.clean(text) == clean)
    // Bytes may be cut anywhere: an ellipsis means nothing in them.
    if !text.contains("…") { #expect(String(decoding: redactor.clean(Array(text.utf8)), as: UTF8.self) == clean) }
  }

  @Test(
    "knows the parts of a value that has some",
    arguments: [
      (HTTPField.Name.cookie, "a=1; sid=cookie-secret; theme=\"dark-secret\"", ["cookie-secret", "dark-secret"]),
      (
        .authorization, "Basic dXNlci1zZWNyZXQ6cGFzcy1zZWNyZXQ=",
        ["user-secret", "pass-secret", "user-secret:pass-secret"]
      ),
      (.authorization, "basic c2tfc2VjcmV0Og==", ["sk_secret", "c2tfc2VjcmV0Og=="]),
      (
        .authorization, "SDK-HMAC-SHA256 Access=access-secret, SignedHeaders=host, Signature=0123abcd",
        ["access-secret", "0123abcd"]
      ), (.authorization, "Digest username=\"user-secret\", nc=1", ["user-secret"]),
      (.named("X-Auth"), "Bearer other-secret", ["other-secret"]),
      (.named("X-Keys"), "first=first-secret, second=second-secret", ["first-secret", "second-secret"]),
    ])
  func parts(name: HTTPField.Name, value: String, secrets: [String]) {
    let redactor = Redactor(TransferRequest.to("h", fields: [name: value]), over: ScriptedTransport { _ in [] })
    for secret in secrets + [value] {
      #expect(redactor.clean("no '\(secret)' here") == "no '<secret>' here", "\(secret)")
    }
    #expect(redactor.clean("host, theme and a=1") == "host, theme and a=1")
  }

  @Test("knows the values of a query, as they stand in the address and as they are meant")
  func query() {
    let request = TransferRequest.to("h", path: "/metrics?token=query%2Fsecret&n=1&plain-secret#fragment")
    let redactor = Redactor(request, over: ScriptedTransport { _ in [] })
    for text in ["query/secret", "query%2Fsecret", "query%2fsecret", "plain-secret"] {
      #expect(redactor.clean("GET /metrics?\(text)&n=1") == "GET /metrics?<secret>&n=1")
    }
    #expect(redactor.clean("/metrics token") == "/metrics token")
  }

  @Test("leaves no part of a secret at the cut of a beginning or an end, wherever the cut falls")
  func cuts() throws {
    let redactor = Redactor(["sk-0123456789", "789-next-secret"])
    let forms = ["sk-0123456789", #"\u0073k-0123456789"#, "sk%2d0123456789", "sk-0123456789-next-secret"]
    for form in forms {
      let text = "before " + form + " behind"
      let bytes = Array(text.utf8)
      let secret = 7..<(7 + form.utf8.count)
      for limit in 0...bytes.count {
        let head = String(decoding: redactor.cleanHead(bytes, limit: limit), as: UTF8.self)
        let tail = String(decoding: redactor.cleanTail(bytes, limit: limit), as: UTF8.self)
        let start = bytes.count - limit
        #expect(
          head
            == (limit <= secret.lowerBound
              ? String(text.prefix(limit))
              : limit < secret.upperBound
                ? "before " : "before <secret>" + " behind".prefix(limit - secret.upperBound)),
          "\(form), \(limit)")
        #expect(
          tail
            == (start >= secret.upperBound
              ? String(text.suffix(limit))
              : start > secret.lowerBound
                ? " behind" : "before ".suffix(secret.lowerBound - start) + "<secret> behind"),
          "\(form), \(limit)")
      }
      #expect(redactor.margin >= form.utf8.count - 1)
    }
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
    let bytes = Array("anything".utf8)
    #expect(redactor.clean(bytes) == bytes)
    #expect(redactor.cleanHead(bytes, limit: 3) == Array("any".utf8))
    #expect(redactor.cleanTail(bytes, limit: 5) == Array("thing".utf8))
    #expect(redactor.margin == 0)
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
