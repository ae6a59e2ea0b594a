import Foundation
import NPUSimulator
import Testing

/// Pace, queue and metrics of the running server.
@Suite struct LoadTests {
  @Test("Tokens arrive on schedule") func pace() async throws {
    let behaviour = Behaviour(
      timeToFirstToken: .milliseconds(40), interTokenLatency: .milliseconds(5), outputTokens: 21)
    try await withSimulator(behaviour: behaviour) { simulator in
      let answer = try await simulator.chat(#""stream":true"#)
      let request = try #require(simulator.requests.first)
      #expect(!answer.reads.isEmpty)
      for read in answer.reads {
        let text = String(decoding: answer.bytes.prefix(read.total), as: UTF8.self)
        let tokens = text.components(separatedBy: #""delta":{"content":""#).count - 1
        guard tokens > 0 else { continue }
        // Never early; the finish chunk looks like one token more.
        #expect(read.time >= UInt64(request.receivedAt) + 40_000_000 + UInt64(min(tokens, 21) - 1) * 5_000_000)
      }
      #expect(try #require(request.endedAt) - request.receivedAt >= 140_000_000)
    }
  }

  @Test("Requests beyond the limit wait their turn, so that their first token is late") func queue() async throws {
    let behaviour = Behaviour(timeToFirstToken: .milliseconds(50), outputTokens: 1).with { $0.maxConcurrency = 1 }
    try await withSimulator(behaviour: behaviour) { simulator in
      try await withThrowingTaskGroup { group in
        for _ in 0..<4 { group.addTask { try await simulator.chat(#""stream":true"#).end } }
        for try await end in group { #expect(end == .complete) }
      }
      // One after the other takes four times fifty milliseconds, whenever the later ones came.
      let first = try #require(simulator.requests.map(\.receivedAt).min())
      let ends = simulator.requests.compactMap(\.endedAt)
      #expect(ends.count == 4)
      #expect(try #require(ends.max()) - first >= 200_000_000)
      let metrics = try await simulator.exchange("/metrics").text
      #expect(metrics.contains("vllm:num_requests_waiting{engine=\"0\",model_name=\"simulated-chat\"} 0"))
    }
  }

  @Test("A client that leaves the queue makes room") func leavingQueue() async throws {
    let behaviour = Behaviour(outputTokens: 1).with { $0.maxConcurrency = 1 }
    try await withSimulator(behaviour: behaviour) { simulator in
      let blocker = try RawConnection(port: simulator.port)
      blocker.send(
        Simulator.request("/v1/chat/completions", Simulator.chatBody(behaviour: #"{"fault":"never_answer"}"#)))
      try await simulator.wait { $0.active == 1 }
      do {
        let waiting = try RawConnection(port: simulator.port)
        waiting.send(Simulator.request("/v1/chat/completions", Simulator.chatBody()))
        try await simulator.wait { $0.waiting == 1 }
      }
      try await simulator.wait { $0.waiting == 0 && $0.disconnectedClients == 1 }
      #expect(simulator.counters.active == 1)
    }
  }

  @Test("A server that serves one connection at a time leaves others waiting, also for what is no generation")
  func serial() async throws {
    try await withSimulator(behaviour: Behaviour(outputTokens: 1).with { $0.isSerial = true }) { simulator in
      let other = try RawConnection(port: simulator.port)
      do {
        let hanging = try RawConnection(port: simulator.port)
        hanging.send(
          Simulator.request("/v1/chat/completions", Simulator.chatBody(behaviour: #"{"fault":"never_answer"}"#)))
        try await simulator.wait { $0.active == 1 }
        other.send(Simulator.request("/health"))
        #expect(await other.receive(patience: 50).end == .silent)
        #expect(simulator.counters.requests == 1)
      }
      // Each response ends its connection, so that the next one has its turn.
      let late = await other.receive()
      #expect(late.status == 200 && late.end == .complete, "\(late.end): \(late.text)")
      for _ in 0..<3 { #expect(try await simulator.chat().end == .complete) }
    }
  }

  @Test("Metrics are what was sent") func metrics() async throws {
    try await withSimulator(behaviour: Behaviour(outputTokens: 10)) { simulator in
      let stopped = try await simulator.chat(#""stream":true,"stream_options":{"include_usage":true}"#)
      _ = try await simulator.chat(#""max_tokens":4"#)
      let prompt = try #require(stopped.chunks.last?["usage"]["prompt_tokens"].int)
      try await simulator.wait { $0.active == 0 }
      let lines = try await simulator.exchange("/metrics").text.components(separatedBy: "\n")
      func value(_ name: String, _ label: String = "") -> Double? {
        let line = lines.first { $0.hasPrefix("vllm:\(name){") && (label.isEmpty || $0.contains(label)) }
        return line?.split(separator: " ").last.flatMap { Double($0) }
      }
      #expect(value("generation_tokens_total") == 14)
      #expect(value("prompt_tokens_total") == Double(2 * prompt))
      #expect(value("request_success_total", #"finished_reason="stop""#) == 1)
      #expect(value("request_success_total", #"finished_reason="length""#) == 1)
      #expect(value("time_to_first_token_seconds_count") == 2)
      #expect(value("inter_token_latency_seconds_count") == 12)
      #expect(value("e2e_request_latency_seconds_bucket", #"le="+Inf""#) == 2)
      #expect(value("num_requests_running") == 0)
    }
  }

  @Test("A slow reader holds a large answer back instead of filling memory") func backpressure() async throws {
    try await withSimulator(behaviour: Behaviour(outputTokens: 40_000)) { simulator in
      let connection = try RawConnection(port: simulator.port, receiveBuffer: 65_536)
      // The end of the answer is that of the connection, so that nothing has to be waited for.
      connection.send(
        Simulator.request(
          "/v1/chat/completions", Simulator.chatBody(#""stream":true"#), headers: ["Connection: close"]))
      let start = await connection.receive(limit: 1)
      #expect(start.status == 200)
      // The sockets between us hold four megabytes at most; the whole answer has about nine.
      #expect(simulator.counters.active == 1)
      let rest = await connection.receive(limit: 200_000_000)
      #expect(rest.end == .closed)
      #expect(rest.bytes.count > 8_000_000)
      #expect(rest.bytes.suffix(5).elementsEqual(Array("0\r\n\r\n".utf8)))
    }
  }
}
