import HTTPTypes
import NPUTransport
import Testing

@testable import NPUServices

@Suite("An endpoint")
struct EndpointTests {
  @Test(
    "takes base addresses apart",
    arguments: [
      ("http://127.0.0.1:8000", "127.0.0.1:8000", "/health"),
      ("https://npu-1.example", "npu-1.example", "/health"),
      ("HTTP://host:1025/", "host:1025", "/health"),
      ("http://[::1]:8000", "[::1]:8000", "/health"),
      ("http://gateway/v1/infers/abc/", "gateway", "/v1/infers/abc/health"),
      ("http://host/v1", "host", "/health"),
      ("http://host/openai/v1", "host", "/openai/health"),
      ("https://gw/embeddings", "gw", "/embeddings/health"),
    ])
  func parses(text: String, authority: String, health: String) throws {
    let endpoint = try Endpoint(text)
    #expect(endpoint.authority == authority)
    #expect(endpoint.path(for: "/health") == health)
  }

  @Test(
    "does not repeat the version",
    arguments: [
      ("http://h/v1", "/v1/models", "/v1/models"), ("http://h/v1/", "v1/models", "/v1/models"),
      ("http://h", "/v1/models", "/v1/models"), ("http://h/api/v1", "/v1/models", "/api/v1/models"),
      ("http://h/v1", "/v2/health/ready", "/v2/health/ready"), ("http://h/v10", "/v1/models", "/v10/v1/models"),
    ])
  func joinsVersion(base: String, route: String, path: String) throws {
    #expect(try Endpoint(base).path(for: route) == path)
  }

  @Test(
    "says what is wrong with a value",
    arguments: [
      ("", "empty"), ("localhost:8000", "write http://localhost:8000"), ("ftp://h", "only http and https"),
      ("http://", "no host"), ("http://:80", "no host"), ("http://h:", "port is \"\""), ("http://h:0", "1 to 65535"),
      ("http://h:65536", "1 to 65535"), ("http://h:8a", "port is \"8a\""), ("http://h:+80", "port is \"+80\""),
      ("http://::1:80", "brackets"), ("http://[::1", "bracket"), ("http://[nope]", "not an IPv6"),
      ("http://[::1]8", "instead of a port"), ("http://h /", "space"), ("http://h\n", "control character"),
      ("http://h/?a=b", "query"), ("http://h#x", "fragment"), ("http://主机", "host holds \"主\""),
      (
        "http://h/v1/chat/completions",
        "ends in /v1/chat/completions, which is added to it for each call; write http://h/v1"
      ),
      ("https://h:8/a/v1/audio/speech/", "write https://h:8/a/v1"), ("http://h/v1/models", "write http://h"),
      ("http://h/路", "not ASCII"), ("unix:run/x.sock", "not absolute"),
    ])
  func explains(text: String, reason: String) {
    let error = #expect(throws: ServiceError.self) { try Endpoint(text) }
    #expect(error?.kind == .invalidEndpoint)
    #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
  }

  @Test("keeps passwords and queries of a wrong value to itself")
  func hidesSecrets() {
    for text in [
      "http://user:hunter2@host:80", "http://host/?key=hunter2", "host/?key=hunter2", "http://a:hunter2@h?b",
    ] {
      let error = #expect(throws: ServiceError.self) { try Endpoint(text) }
      #expect(!String(describing: error).contains("hunter2"))
    }
  }

  @Test(
    "names a socket, which every request to it carries", arguments: ["unix:/run/vllm.sock", "unix:///run/vllm.sock"])
  func socket(text: String) throws {
    let endpoint = try Endpoint(text)
    #expect(endpoint.unixSocketPath == "/run/vllm.sock")
    #expect(endpoint.address(for: "/health") == "http://localhost/health")
    let service = ServiceConfiguration(endpoint: endpoint)
    #expect(try service.transferRequest(.get, "/health").unixSocketPath == "/run/vllm.sock")
    #expect(try service.transferRequest(fetching: "/file/1", accept: "*/*").unixSocketPath == "/run/vllm.sock")
    #expect(try service.transferRequest(fetching: "http://other/1", accept: "*/*").unixSocketPath == nil)
    #expect(try ServiceConfiguration("http://h").transferRequest(.get, "/health").unixSocketPath == nil)
  }
}
