import Foundation
import NPUSimulator
import Testing

/// The server around the answers: routes, connections, log, life cycle.
@Suite struct ServerTests {
  @Test(
    "Routes answer as vLLM's do",
    arguments: [
      ("GET", "/health", 200, ""), ("GET", "/ping", 200, ""), ("POST", "/ping", 200, ""),
      ("GET", "/version", 200, #"{"version":"0.21.0"}"#), ("GET", "/load", 200, #"{"server_load":0}"#),
      ("GET", "/nowhere", 404, #"{"detail":"Not Found"}"#),
      ("GET", "/v1/chat/completions", 405, #"{"detail":"Method Not Allowed"}"#),
      ("DELETE", "/health?x=1", 405, #"{"detail":"Method Not Allowed"}"#),
    ])
  func routes(method: String, path: String, status: Int, body: String) async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.exchange(path, method: method)
      #expect(answer.status == status)
      #expect(answer.text == body)
      #expect(answer.end == .complete)
    }
  }

  @Test(
    "Bodies that are not JSON are refused",
    arguments: [
      ("text/plain", "{}"), ("application/json", "{,}"), ("application/x-www-form-urlencoded", "a=b"),
    ])
  func badBodies(type: String, body: String) async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.exchange(
        "/v1/chat/completions", body, headers: ["Content-Type: \(type)"])
      #expect(answer.status == 400)
      #expect(answer.json["error"]["type"].string == "Bad Request")
      #expect(answer.json["error"]["code"].int == 400)
    }
  }

  @Test(
    "A key guards the API and leaves health open",
    arguments: [
      ("/v1/models", "", 401), ("/v1/models", "Authorization: Bearer no", 401),
      ("/v1/models", "authorization: Bearer secret", 200), ("/health", "", 200), ("/metrics", "", 200),
    ])
  func key(path: String, header: String, status: Int) async throws {
    try await withSimulator(behaviour: Behaviour().with { $0.apiKey = "secret" }) { simulator in
      let answer = try await simulator.exchange(path, headers: header.isEmpty ? [] : [header])
      #expect(answer.status == status)
      if status == 401 { #expect(answer.json["error"].string == "Unauthorized") }
      #expect(!simulator.requests.description.contains("secret"))
    }
  }

  @Test("Models are listed with their length") func models() async throws {
    let behaviour = Behaviour().with {
      $0.models = ["a", "b"]
      $0.maxModelLength = 4096
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let models = try await simulator.exchange("/v1/models").json["data"].array
      #expect(models.map { $0["id"].string } == ["a", "b"])
      #expect(models[0]["max_model_len"].int == 4096)
    }
  }

  @Test("A request may change the behaviour for itself, in its body or in a header") func override() async throws {
    try await withSimulator(behaviour: Behaviour(outputTokens: 3)) { simulator in
      let body = try await simulator.chat(behaviour: #"{"output_tokens":5}"#).json
      let header = try await simulator.chat(headers: [#"X-Simulator-Behaviour: {"output_tokens":7}"#]).json
      let none = try await simulator.chat().json
      #expect([body, header, none].map { $0["usage"]["completion_tokens"].int } == [5, 7, 3])
      let wrong = try await simulator.chat(behaviour: #"{"output":5}"#)
      #expect(wrong.status == 400)
      #expect(wrong.json["error"]["message"].string?.contains("'output'") == true)
    }
  }

  @Test("The behaviour can be changed while running") func change() async throws {
    try await withSimulator { simulator in
      simulator.behaviour.healthStatus = 503
      let sick = try await simulator.exchange("/health")
      #expect(sick.status == 503)
      simulator.behaviour.healthStatus = 200
      let well = try await simulator.exchange("/health")
      #expect(well.status == 200)
    }
  }

  @Test("The log holds what was received, without credentials") func log() async throws {
    try await withSimulator(behaviour: Behaviour(outputTokens: 4)) { simulator in
      let before = DispatchTime.now().uptimeNanoseconds
      _ = try await simulator.chat(#""seed":1"#, headers: ["Authorization: Bearer token-123", "X-Mark: 5"])
      let request = try #require(simulator.requests.first)
      #expect(request.method == "POST")
      #expect(request.path == "/v1/chat/completions")
      #expect(request.header("x-mark") == "5")
      #expect(request.header("authorization") == "[redacted]")
      #expect(request.body == Array(Simulator.chatBody(#""seed":1"#).utf8))
      #expect(request.bodySize == request.body.count)
      #expect(request.tokens == 4)
      #expect(!request.clientLeft)
      #expect(UInt64(request.receivedAt) > before)
      #expect(try #require(request.endedAt) >= request.receivedAt)
      simulator.clearRequests()
      #expect(simulator.requests.isEmpty)
    }
  }

  @Test("The log keeps the newest requests") func bounded() async throws {
    var options = Simulator.Options()
    options.logCapacity = 3
    try await withSimulator(options: options) { simulator in
      for _ in 0..<5 { _ = try await simulator.exchange("/health") }
      #expect(simulator.requests.map(\.number) == [2, 3, 4])
      #expect(simulator.requests.allSatisfy { $0.endedAt != nil })
      #expect(simulator.counters.requests == 5)
    }
  }

  @Test("Who waits for counters that can change no more is told so") func waitingAfterTheEnd() async throws {
    let simulator = try await Simulator.start(behaviour: Behaviour())
    let waiting = Task { try await simulator.wait { $0.requests == 1_000 } }
    try await simulator.shutDown()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    await #expect(throws: CancellationError.self) { try await simulator.wait { $0.requests == 1_000 } }
  }

  @Test("A client that leaves in mid-answer is noticed and its answer given up") func leaving() async throws {
    try await withSimulator(behaviour: Behaviour(fault: .stall(afterTokens: 2))) { simulator in
      do {
        let connection = try RawConnection(port: simulator.port)
        connection.send(Simulator.request("/v1/chat/completions", Simulator.chatBody(#""stream":true"#)))
        #expect(await connection.receive(limit: 1).status == 200)
        #expect(simulator.counters.active == 1)
      }
      let counters = try await simulator.wait { $0.disconnectedClients == 1 }
      #expect(counters.active == 0)
      #expect(simulator.requests.first?.clientLeft == true)
      let metrics = try await simulator.exchange("/metrics").text
      #expect(metrics.contains(#"finished_reason="abort"} 1"#))
    }
  }

  @Test("One connection serves many requests, also when sent at once") func pipelining() async throws {
    try await withSimulator(behaviour: Behaviour(outputTokens: 1)) { simulator in
      let connection = try RawConnection(port: simulator.port)
      for _ in 0..<3 {
        connection.send(Simulator.request("/v1/completions", #"{"prompt":"a"}"#))
        #expect(await connection.receive().status == 200)
      }
      let once = Simulator.request("/health")
      connection.send(
        String(repeating: once, count: 199) + Simulator.request("/nowhere", headers: ["Connection: close"]))
      var total: [UInt8] = []
      while case let part = await connection.receive(), !part.bytes.isEmpty {
        total += part.bytes
        if part.end == .closed { break }
      }
      let text = String(decoding: total, as: UTF8.self)
      #expect(text.components(separatedBy: "HTTP/1.1 200").count - 1 == 199)
      #expect(text.hasSuffix(#"{"detail":"Not Found"}"#))
      #expect(simulator.counters.connections == 1)
    }
  }

  @Test("A client that asks first is told to go on") func expectContinue() async throws {
    try await withSimulator { simulator in
      let body = #"{"prompt":"a"}"#
      let connection = try RawConnection(port: simulator.port)
      let request = Simulator.request("/v1/completions", body, headers: ["Expect: 100-continue"])
      connection.send(String(request.dropLast(body.count)))
      #expect(await connection.receive(limit: 1).status == 100)
      connection.send(body)
      #expect(await connection.receive().status == 200)
    }
  }

  @Test("A body beyond the limit is refused and not kept") func bodyLimit() async throws {
    var options = Simulator.Options()
    options.bodyLimit = 1000
    try await withSimulator(options: options) { simulator in
      let answer = try await simulator.exchange("/tokenize", String(repeating: " ", count: 100_000))
      #expect(answer.status == 413)
      #expect(simulator.requests.first?.body.isEmpty == true)
    }
  }

  @Test("What is not HTTP is refused") func notHTTP() async throws {
    try await withSimulator { simulator in
      let connection = try RawConnection(port: simulator.port)
      connection.send("\u{16}\u{03}\u{01} hello\r\n\r\n")
      let answer = await connection.receive()
      #expect(answer.status == 400)
      #expect(answer.end == .closed)
    }
  }

  @Test("A simulator can be started again on its port") func restart() async throws {
    // On 127.0.0.1 whatever else runs here may be given a port as soon as it is free: this address is the test's own.
    let host = "127." + (0..<3).map { _ in String(UInt8.random(in: 2...254)) }.joined(separator: ".")
    func health(_ port: Int) async throws -> Int? {
      let connection = try RawConnection(host: host, port: port)
      connection.send(Simulator.request("/health"))
      return await connection.receive().status
    }
    let first = try await Simulator.start(host: host)
    let port = first.port
    #expect(port > 0)
    #expect(first.baseURL == "http://\(host):\(port)")
    #expect(try await health(port) == 200)
    try await first.shutDown()
    try await first.shutDown()
    #expect(throws: (any Error).self) { try RawConnection(host: host, port: port) }
    let second = try await Simulator.start(host: host, port: port)
    #expect(try await health(port) == 200)
    try await second.shutDown()
  }

  @Test("A port in use is an error and not a crash") func portInUse() async throws {
    try await withSimulator { simulator in
      let port = simulator.port
      await #expect(throws: (any Error).self) { try await Simulator.start(port: port) }
    }
  }

  @Test("Shutting down breaks off streams that run") func shutDownWhileStreaming() async throws {
    let simulator = try await Simulator.start(behaviour: Behaviour(fault: .stall(afterTokens: 3)))
    let connection = try RawConnection(port: simulator.port)
    connection.send(Simulator.request("/v1/chat/completions", Simulator.chatBody(#""stream":true"#)))
    let start = await connection.receive(limit: 1)
    #expect(start.status == 200)
    try await simulator.shutDown()
    let rest = await connection.receive()
    #expect(rest.end == .closed || rest.end == .reset)
  }

  @Test("A Unix-domain socket serves as well") func unixSocket() async throws {
    let path = "/tmp/npu-simulator-\(UInt32.random(in: 0 ... .max)).sock"
    let simulator = try await Simulator.start(unixSocket: path)
    #expect(simulator.baseURL == "unix:\(path)")
    let connection = try RawConnection(unixSocket: path)
    connection.send(Simulator.request("/health"))
    #expect(await connection.receive().status == 200)
    try await simulator.shutDown()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("Whoever waits for the counters can be cancelled") func cancelledWait() async throws {
    try await withSimulator { simulator in
      let waiter = Task { try await simulator.wait { $0.requests == 1000 } }
      waiter.cancel()
      await #expect(throws: CancellationError.self) { try await waiter.value }
    }
  }
}
