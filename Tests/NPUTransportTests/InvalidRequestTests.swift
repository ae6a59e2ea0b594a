import HTTPTypes
import NPUTransport
import TestSupport
import Testing

@Suite("A request that cannot be sent as it stands", .everyReader, .timeLimit(.minutes(30)))
struct InvalidRequestTests {
  struct Address: Sendable, CustomTestStringConvertible {
    var scheme: String? = "http"
    var authority: String? = "127.0.0.1:9"
    var path: String? = "/"
    let hint: String
    var testDescription: String { "\(scheme ?? "nil") \(authority ?? "nil") \(path ?? "nil")".debugDescription }
  }

  @Test(
    "is refused before anything is connected, with a message that says what is wrong",
    arguments: [
      Address(scheme: "ftp", hint: "ftp"), Address(scheme: "file", hint: "only http and https"),
      Address(scheme: nil, hint: "scheme"), Address(scheme: "HTTP ", hint: "scheme"),
      Address(authority: nil, hint: "host"), Address(authority: "", hint: "host"),
      Address(authority: "user:hidden@127.0.0.1", hint: "Authorization"),
      Address(authority: "127.0.0.1/hidden", hint: "host"), Address(authority: "127.0.0.1?hidden", hint: "host"),
      Address(authority: "127.0.0.1#hidden", hint: "host"), Address(authority: "127.0.0.1\\hidden", hint: "host"),
      Address(authority: "127.0.0.1\r\nX-Evil: 1", hint: "control characters"),
      Address(authority: "127.0.0.1:99999999", hint: ""), Address(authority: "127.0.0.1:x", hint: ""),
      Address(path: "no-slash", hint: "slash"), Address(path: "", hint: "slash"),
      Address(path: "/a b", hint: "percent"),
      Address(path: "/a\r\nX-Evil: 1", hint: "control characters"),
      Address(path: "/a\u{0}b", hint: "control characters"),
      Address(path: "/ü", hint: "non-ASCII"), Address(path: "/a\u{7F}b", hint: "control characters"),
    ])
  func refuses(address: Address) async throws {
    try await CurlTransport.with { transport in
      let head = HTTPRequest(
        method: .get, scheme: address.scheme, authority: address.authority, path: address.path)
      let observer = RecordingObserver()
      observer.start(TransferRequest(head: head), on: transport)
      let error = try #require(await observer.ended().error)
      #expect(error.kind == .invalidRequest, "\(error)")
      #expect(error.message.contains(address.hint), "\(error)")
      #expect(!"\(error)".contains("hidden"))
      #expect(error.description.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
      #expect(observer.log.names == ["started", "ended"])
    }
  }

  @Test("a body cannot go with a method whose answer has none")
  func refusesBodyOfHead() async throws {
    try await CurlTransport.with { transport in
      let error = await #expect(throws: TransportError.self) {
        _ = try await transport.response(to: .to("127.0.0.1:9", method: .head, body: .bytes([1])))
      }
      #expect(error?.kind == .invalidRequest)
    }
  }

  @Test("a user agent cannot smuggle in another field", arguments: ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\u{0}b"])
  func refusesInjectionByUserAgent(text: String) async throws {
    try await withAnswer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") { server, notes in
      try await CurlTransport.with(TransportConfiguration(userAgent: text)) { transport in
        let error = await #expect(throws: TransportError.self) {
          _ = try await transport.response(to: .to(server.authority))
        }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.message.contains("user agent") == true)
        #expect(notes.requests.isEmpty)
      }
    }
  }

  @Test("the transport goes on after it")
  func goesOn() async throws {
    try await withAnswer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") { server, _ in
      try await CurlTransport.with { transport in
        for _ in 0..<3 {
          await #expect(throws: TransportError.self) {
            _ = try await transport.response(to: .to(server.authority, scheme: "gopher"))
          }
          let response = try await transport.response(to: .to(server.authority))
          #expect(response.head.status == .ok)
        }
      }
    }
  }
}
