import Testing

@testable import NPUSimulator

@Suite("The parts of a fault proxy") struct ProxyPartsTests {
  @Test(
    "The path of a request is found, whole and byte by byte",
    arguments: [
      ("GET /health HTTP/1.1\r\nHost: x\r\n\r\n", "/health"), ("POST /v1/chat?x=1 HTTP/1.0\r\n", "/v1/chat?x=1"),
      ("DELETE / HTTP/1.1\n", "/"), ("GET /a", nil), ("GETTER /a HTTP/1.1\r\n", nil), ("ping\n", nil), ("", nil),
      ("GET /a b HTTP/1.1\r\n", nil), ("GET /a HTTP/2\r\n", nil), ("\u{16}\u{3}\u{1}", nil),
    ] as [(String, String?)])
  func path(text: String, path: String?) {
    var whole = RequestLineReader()
    whole.take(text.utf8)
    var split = RequestLineReader()
    for byte in text.utf8 { split.take([byte]) }
    #expect(whole.path == path)
    #expect(split.path == path)
  }

  @Test("Only what may be the beginning of a request is held back")
  func undecided() {
    var reader = RequestLineReader()
    reader.take("POST /v1".utf8)
    #expect(reader.isUndecided)
    reader.take(" HTTP/1.1\r\nGET /not/a/request HTTP/1.1\r\n".utf8)
    #expect(!reader.isUndecided && reader.path == "/v1")
    var other = RequestLineReader()
    other.take("P".utf8)
    #expect(other.isUndecided)
    other.take("ING".utf8)
    #expect(!other.isUndecided)
    var endless = RequestLineReader()
    endless.take(("GET /" + String(repeating: "a", count: 10_000)).utf8)
    #expect(!endless.isUndecided && endless.path == nil)
  }

  @Test("The next request of a connection is found once the service has spoken, and a body goes on")
  func next() {
    var reader = RequestLineReader()
    reader.take("POST /first HTTP/1.1\r\n\r\n".utf8)
    reader.take("GET /within/the/body HTTP/1.1\r\n".utf8)
    #expect(reader.path == "/first")
    reader.serviceSpoke()
    reader.take("{\"a\":1}".utf8)
    #expect(reader.path == "/first" && !reader.isUndecided)
    reader.serviceSpoke()
    reader.take("GET /second HTTP/1.1\r\n\r\n".utf8)
    #expect(reader.path == "/second")
  }

  @Test(
    "Addresses are read",
    arguments: [
      ("127.0.0.1:8000", .tcp(host: "127.0.0.1", port: 8000)), ("[::1]:80", .tcp(host: "::1", port: 80)),
      ("http://host", .tcp(host: "host", port: 80)), ("HTTPS://host/path", .tcp(host: "host", port: 443)),
      ("http://host:8000/v1", .tcp(host: "host", port: 8000)), ("unix:/run/s", .unixSocket(path: "/run/s")),
    ] as [(String, ProxyTarget)])
  func address(text: String, target: ProxyTarget) throws {
    #expect(try ProxyTarget(text) == target)
  }

  @Test(
    "What is no address is refused with what is expected",
    arguments: ["", "host", ":8000", "host:", "host:0", "host:65536", "host:x", "::1:80", "[::1", "unix:run", "a@b:1"])
  func noAddress(text: String) {
    let error = #expect(throws: FaultProxyError.self) { try ProxyTarget(text) }
    #expect(error?.message.contains("such as 127.0.0.1:8000") == true)
  }

  @Test(
    "A share of the connections is met in any stretch of them", arguments: [0.0, 0.05, 0.25, 0.5, 1], [0, 7, 1 << 60])
  func share(_ share: Double, seed: UInt64) {
    let draws = (0..<1000).map { ConnectionDraw.value(of: $0, seed: seed) }
    for start in stride(from: 0, to: 900, by: 37) {
      let met = draws[start..<start + 100].count { FaultProxy.Rule(.cut, share: share).applies(draw: $0, path: nil) }
      #expect(abs(Double(met) - share * 100) <= 2)
    }
  }
}
