import Foundation
import NPUSimulator
import Testing

/// One request never ends the simulator, whatever numbers, types and sizes it holds.
@Suite(.timeLimit(.minutes(30))) struct HostileRequestTests {
  /// A route with a request that uses every member of it.
  struct Target: Sendable, CustomTestStringConvertible {
    var path: String
    var body: String
    var testDescription: String { path }
  }

  static let targets: [Target] = [
    Target(
      path: "/v1/chat/completions",
      body: #"""
        {"model":"simulated-chat","messages":[{"role":"user","content":[{"type":"text","text":"Say \"hi\""},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}],"stream":true,
        "stream_options":{"include_usage":true,"continuous_usage_stats":true},"max_tokens":5,"max_completion_tokens":5,
        "min_tokens":1,"n":2,"seed":7,"temperature":0.5,"top_p":0.9,"stop":["x"],"logprobs":true,"top_logprobs":2,
        "echo":true,"return_token_ids":true,"ignore_eos":false,"prompt_logprobs":0,
        "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":
        {"a":{"type":"integer","minimum":1,"maximum":5},"b":{"type":"array","items":{"type":"number"}}}}}}],
        "tool_choice":"required"}
        """#),
    Target(
      path: "/v1/completions",
      body: #"""
        {"model":"simulated-chat","prompt":["a b",[300,301]],"max_tokens":4,"n":2,"logprobs":2,"echo":true,
        "prompt_logprobs":1,"seed":1,"stop":"x","min_tokens":1}
        """#),
    Target(path: "/tokenize", body: #"{"prompt":[300,301],"return_token_strs":true}"#),
    Target(path: "/detokenize", body: #"{"tokens":[353,354]}"#),
    Target(
      path: "/generate", body: #"{"prompt":"a","num_images":1,"steps":2,"width":16,"height":16,"seed":3}"#),
    Target(
      path: "/v1/images/generations",
      body: #"{"prompt":"a","n":1,"size":"16x16","num_inference_steps":2,"seed":3,"response_format":"b64_json"}"#),
    Target(
      path: "/v1/audio/speech",
      body: #"{"input":"a","voice":"default","response_format":"pcm","speed":1.0,"stream":true,"stream_format":"sse"}"#),
    Target(path: "/synthesize", body: #"{"text":"a","speaker":"default","speed":1.0}"#),
    Target(
      path: "/submit",
      body: #"{"prompt":"a","resolution":"16x16","num_inference_steps":2,"num_images_per_prompt":1,"seed":3}"#),
    Target(
      path: "/batch_submit",
      body: #"{"requests":[{"prompt":"a","resolution":"16x16","num_inference_steps":2,"num_images_per_prompt":1}]}"#),
  ]

  /// The response is of no interest: it may be silence, and is left once it has shown enough of itself.
  private func ask(_ simulator: Simulator, _ path: String, _ body: String) async throws {
    _ = try await simulator.exchange(path, body, patience: 50, limit: 1 << 16)
  }

  private func isAlive(_ simulator: Simulator) async throws -> Bool {
    try await simulator.exchange("/v1/models").status == 200
  }

  @Test("Each value of a request may be an extreme", arguments: targets) func values(target: Target) async throws {
    let documents = try MutatedDocuments(target.body)
    try await withSimulator(behaviour: Behaviour(outputTokens: 4)) { simulator in
      for place in documents.places.indices {
        for extreme in MutatedDocuments.extremes {
          try await ask(simulator, target.path, try documents.text([(place, extreme)]))
        }
        #expect(try await isAlive(simulator))
      }
    }
  }

  @Test(
    "A text to speak has a limit",
    arguments: [
      ("/v1/audio/speech", "input", 4096, 200), ("/v1/audio/speech", "input", 4097, 400),
      ("/synthesize", "text", 4097, 500),
    ])
  func longSpeech(path: String, key: String, count: Int, status: Int) async throws {
    try await withSimulator { simulator in
      let text = String(repeating: "a", count: count)
      let body = "{\"model\":\"simulated-tts\",\"\(key)\":\"\(text)\"}"
      let response = try await simulator.exchange(path, body)
      #expect(response.status == status)
    }
  }

  @Test("So may several together", arguments: targets) func pairs(target: Target) async throws {
    let documents = try MutatedDocuments(target.body)
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0 ... .max, using: &generator)
    var random = Xorshift(state: seed | 1)
    try await withSimulator(behaviour: Behaviour(outputTokens: 4)) { simulator in
      for _ in 0..<100 {
        let replacements = (0..<3).map { _ in
          (
            place: Int.random(in: documents.places.indices, using: &random),
            text: MutatedDocuments.extremes.randomElement(using: &random) ?? "0"
          )
        }
        try await ask(simulator, target.path, try documents.text(replacements))
      }
      #expect(try await isAlive(simulator), "seed \(seed)")
    }
  }

  @Test("So may each member of the behaviour that a request asks for", arguments: [0, 1, 4, 6, 8]) func behaviours(
    target: Int
  ) async throws {
    let target = Self.targets[target]
    var behaviour = Behaviour(outputTokens: 4, fault: .status(429, body: "x", contentType: "text/plain", retryAfter: 1))
    behaviour.fault?.duration = .seconds(1)
    behaviour.fault?.bytes = 5
    behaviour.faultRate = 0
    let own = String(decoding: try JSONEncoder().encode(behaviour), as: UTF8.self)
    let documents = try MutatedDocuments(own)
    try await withSimulator { simulator in
      for place in documents.places.indices {
        for extreme in MutatedDocuments.extremes where extreme.utf8.count < 1000 {
          let changed = try documents.text([(place, extreme)])
          try await ask(simulator, target.path, "{\"simulator\":\(changed)," + target.body.dropFirst())
        }
        #expect(try await isAlive(simulator))
      }
    }
  }

  @Test(
    "So may the numbers of a path, and of a head",
    arguments: [
      "GET /images/ffffffffffffffff-9223372036854775807-8193x8193-255.png HTTP/1.1",
      "GET /images/0-9223372036854775807-1x9223372036854775807-0.png HTTP/1.1",
      "GET /images/0--9223372036854775808-1x1-0.png HTTP/1.1",
      "GET /download/img_0?image_index=-9223372036854775808 HTTP/1.1",
      "GET /status/%00%ff HTTP/1.1", "POST /v1/completions HTTP/1.1\r\nContent-Length: 9223372036854775807",
      "POST /v1/completions HTTP/1.1\r\nContent-Length: 18446744073709551616",
      "POST /v1/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff",
      "POST /v1/completions HTTP/1.1\r\nX-Simulator-Behaviour: {\"output_tokens\":9223372036854775807}",
      "POST /v1/audio/transcriptions HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=",
    ])
  func heads(head: String) async throws {
    try await withSimulator { simulator in
      let connection = try RawConnection(port: simulator.port)
      connection.send(head + "\r\nHost: test\r\n\r\n")
      _ = await connection.receive(patience: 50, limit: 1 << 16)
      #expect(try await isAlive(simulator))
    }
  }

  @Test("So may the header of a WAV file, and the fields of a form") func forms() async throws {
    let fields = ["temperature", "n", "seed", "size", "response_format", "stream", "timestamp_granularities[]"]
    try await withSimulator(behaviour: Behaviour().with { $0.audio.isThorough = true }) { simulator in
      for (path, name) in [
        ("/v1/audio/transcriptions", "file"), ("/transcribe", "audio"), ("/v1/images/edits", "image"),
      ] {
        for offset in 4..<44 {
          var wave = Array("RIFF\u{24}\0\0\0WAVEfmt \u{10}\0\0\0\u{1}\0\u{1}\0".utf8)
          wave += [0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0] + Array("data".utf8) + [8, 0, 0, 0]
          wave += [1, 2, 3, 4, 5, 6, 7, 8]
          for position in offset..<min(offset + 4, 44) { wave[position] = 0xFF }
          var body =
            Array("--b\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"a\"\r\n\r\n".utf8) + wave
          for field in fields {
            let value = MutatedDocuments.extremes[(offset + field.utf8.count) % MutatedDocuments.extremes.count]
            body += Array("\r\n--b\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)".utf8)
          }
          body += Array("\r\n--b--\r\n".utf8)
          let connection = try RawConnection(port: simulator.port)
          connection.send(
            "POST \(path) HTTP/1.1\r\nHost: test\r\nContent-Type: multipart/form-data; boundary=b\r\n"
              + "Content-Length: \(body.count)\r\n\r\n")
          connection.send(body)
          _ = await connection.receive(patience: 50, limit: 1 << 16)
        }
        #expect(try await isAlive(simulator))
      }
    }
  }

  @Test(
    "What is refused names the value and the limit",
    arguments: [
      (#""max_tokens":9223372036854775807"#, "max_tokens=9223372036854775807", "131072"),
      (#""n":9223372036854775807"#, "n=9223372036854775807", "1024"),
      (#""n":1000,"max_tokens":2000,"ignore_eos":true"#, "2000000", "1048576"),
      (#""stop":["\#(String(repeating: "x", count: 70_000))"]"#, "70000", "65536"),
    ])
  func refusals(members: String, value: String, limit: String) async throws {
    let response = try await withSimulator { try await $0.chat(members) }
    #expect(response.status == 400)
    let message = response.json["error"]["message"].string ?? ""
    #expect(message.contains(value) && message.contains(limit), "\(message)")
  }
}

/// Numbers that follow from a seed, which a failure names.
private struct Xorshift: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
