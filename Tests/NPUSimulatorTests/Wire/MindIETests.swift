import Foundation
import NPUSimulator
import Testing

@Suite("The simulated MindIE server")
struct MindIETests {
  private static let behaviour = Behaviour().with {
    $0.wireProtocol = .mindie
    $0.text = "am a French speaker"
  }

  /// The names of the members of a text, in the order in which they stand.
  private func names(_ text: String) -> [String] {
    text.components(separatedBy: "\":").dropLast().compactMap { $0.split(separator: "\"").last.map(String.init) }
  }

  @Test(
    "Members stand in the order of the server, in streams and in documents",
    arguments: [
      (
        "/generate_stream", #"{"inputs":"I","parameters":{"details":true,"seed":5}}"#,
        "token id text logprob special generated_text details prompt_tokens finish_reason generated_tokens seed"
      ),
      (
        "/infer", #"{"inputs":"I","stream":true,"parameters":{"details":true}}"#,
        "prefill_time decode_time generated_text details finish_reason generated_tokens seed token id text"
      ),
      (
        "/v2/models/simulated-chat/generate_stream", #"{"id":"a1","text_input":"I","parameters":{"details":true}}"#,
        "id model_name model_version text_output details finish_reason generated_tokens first_token_cost decode_cost "
          + "batch_size queue_wait_time prefill_time decode_time"
      ),
      (
        "/infer", #"{"inputs":"I","parameters":{"details":true}}"#,
        "generated_text details finish_reason generated_tokens generated_token_ids seed"
      ),
      (
        "/v2/models/simulated-chat/generate", #"{"text_input":"I","parameters":{"details":true}}"#,
        "id model_name model_version text_output details finish_reason generated_tokens first_token_cost decode_cost "
          + "batch_size queue_wait_time"
      ),
      (
        "/v2/models/simulated-chat/infer",
        #"{"id":"42","inputs":[{"name":"i","shape":[1,2],"datatype":"UINT32","data":[5,6]}],"outputs":[{"name":"o"}]}"#,
        "id outputs name shape datatype data"
      ),
      ("/generate", #"{"inputs":"I"}"#, "generated_text"), ("/generate", #"{"prompt":"I"}"#, "text"),
      ("/v1/tokenizer", #"{"inputs":"Hello you"}"#, "token_number tokens"),
    ])
  func members(path: String, body: String, expected: String) async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let response = try await simulator.exchange(path, body)
      #expect(response.status == 200, "\(response.text)")
      #expect(response.header("requestuuid") != nil && response.header("starttime") != nil)
      let text = response.text.components(separatedBy: "\n\n").last { !$0.isEmpty } ?? ""
      #expect(names(text) == expected.split(separator: " ").map(String.init), "\(text)")
    }
  }

  @Test("A stream has the text of its document, whatever the protocol; events repeat it where they are to")
  func texts() async throws {
    for repeats in [false, true] {
      let behaviour = Self.behaviour.with { $0.mindie.fullText = repeats }
      try await withSimulator(behaviour: behaviour) { simulator in
        let tgi = try await simulator.exchange("/generate_stream", #"{"inputs":"I"}"#)
        let pieces = tgi.chunks.compactMap { $0["token"]["text"].string }
        #expect(repeats ? pieces.last == "am a French speaker" : pieces.joined() == "am a French speaker")
        #expect(tgi.chunks.last?["generated_text"].string == "am a French speaker")
        #expect(tgi.chunks.dropLast().allSatisfy { $0["generated_text"].isNull })
        let vllm = try await simulator.exchange("/generate", #"{"prompt":"I","stream":true}"#)
        #expect(vllm.header("content-type") == "text/event-stream" && vllm.text.hasSuffix("\0"))
        let texts = vllm.text.split(separator: "\0").compactMap { JSON(text: String($0))["text"][0].string }
        #expect(repeats ? texts.last == "am a French speaker" : texts.joined() == "am a French speaker")
        let infer = try await simulator.exchange("/infer", #"{"inputs":"I","stream":true}"#)
        #expect(infer.chunks.last?["token"]["text"].isNull == true)
        #expect(infer.chunks.last?["generated_text"].string == "am a French speaker")
        let chat = try await simulator.exchange(
          "/v1/chat/completions",
          #"{"model":"simulated-chat","stream":true,"messages":[{"role":"user","content":"I"}]}"#)
        #expect(chat.chunks.last?["full_text"].string == (repeats ? "am a French speaker" : nil))
        #expect(repeats == (chat.deltas("content") != "am a French speaker"))
      }
    }
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let vllm = try await simulator.exchange("/generate", #"{"prompt":"I","max_tokens":50}"#)
      #expect(vllm.json["text"][0].string == "I am a French speaker")
      let list = try await simulator.exchange("/", #"{"inputs":"I","parameters":{"max_new_tokens":50}}"#)
      #expect(list.json[0]["generated_text"].string == "am a French speaker")
    }
  }

  @Test(
    "A request that MindIE refuses is refused with its status and its words",
    arguments: [
      ("/generate", "{}", 422, "must be necessary"), ("/generate", "no JSON", 422, "must be necessary"),
      ("/generate_stream", #"{"inputs":""}"#, 422, "length"), ("/generate_stream", #"{"inputs":3}"#, 422, "abnormal"),
      ("/generate_stream", #"{"inputs":"I","parameters":{"temperature":0}}"#, 422, "temperature"),
      ("/generate_stream", #"{"inputs":"I","parameters":{"max_new_tokens":0}}"#, 422, "max_new_tokens"),
      ("/generate_stream", #"{"inputs":"I","parameters":[]}"#, 422, "parameters"),
      ("/generate_stream", #"{"inputs":"I","parameters":{"decoder_input_details":true}}"#, 422, "stream"),
      ("/infer", #"{"inputs":"I","input_id":[1]}"#, 422, "conflict"), ("/infer", "{}", 422, "Not found inputs"),
      ("/infer", #"{"inputs":"I","parameters":{"timeout":0}}"#, 422, "timeout"),
      ("/v2/models/other/generate", #"{"text_input":"I"}"#, 404, "other"),
      ("/v2/models/simulated-chat/generate", #"{"text_input":"I","id":"a b"}"#, 422, "id"),
      ("/v2/models/simulated-chat/infer", #"{"inputs":[]}"#, 422, "must be 1"),
      ("/v1/tokenizer", "{}", 422, "invalid"),
    ])
  func refusals(path: String, body: String, status: Int, word: String) async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let response = try await simulator.exchange(path, body)
      #expect(response.status == status, "\(response.text)")
      #expect(response.json["error"].string?.contains(word) == true, "\(response.text)")
      #expect(response.json["error_type"].string == (status == 404 ? "NotFoundError" : "Input Validation Error"))
    }
  }

  @Test(
    "Health routes say the state of the server",
    arguments: [
      (.normal, [200, 200, 200, 200]), (.busy, [200, 200, 503, 200]), (.starting, [503, 503, 503, 500]),
      (.stopping, [503, 503, 503, 500]), (.abnormal, [200, 500, 500, 500]), (.lostNode, [500, 500, 500, 500]),
    ] as [(MindIEBehaviour.State, [Int])])
  func health(state: MindIEBehaviour.State, statuses: [Int]) async throws {
    try await withSimulator(behaviour: Self.behaviour.with { $0.mindie.state = state }) { simulator in
      var found: [Int?] = []
      for path in ["/health", "/v2/health/live", "/v2/health/ready", "/health/timed-3"] {
        found.append(try await simulator.exchange(path).status)
      }
      #expect(found == statuses)
      #expect(try await simulator.exchange("/health/timed-9999").status == 404)
    }
  }

  @Test("Metrics have MindIE's names, which have no prefix, and are off where the environment does not turn them on")
  func metrics() async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      _ = try await simulator.exchange("/generate_stream", #"{"inputs":"I"}"#)
      let text = try await simulator.exchange("/metrics").text
      #expect(text.contains("\nrequest_success_total{model_name=\"simulated-chat\"} 1\n"), "\(text)")
      #expect(!text.contains("vllm:"))
      simulator.behaviour.mindie.showsMetrics = false
      #expect(try await simulator.exchange("/metrics").status == 500)
    }
  }

  @Test("The routes are those of MindIE alone")
  func others() async throws {
    try await withSimulator { simulator in
      let calls: [(String, String?)] = [
        ("/infer", #"{"inputs":"I"}"#), ("/metrics-json", nil), ("/v2/models/simulated-chat/generate", "{}"),
      ]
      for (path, body) in calls { try await expectNotFound(simulator, path, body) }
    }
  }

  private func expectNotFound(_ simulator: Simulator, _ path: String, _ body: String?) async throws {
    let response = try await simulator.exchange(path, body)
    #expect(response.status == 404, "\(path)")
  }

  @Test("The management address can be a port of its own, which has its routes alone")
  func managementPort() async throws {
    var options = Simulator.Options()
    options.managementPort = 0
    try await withSimulator(behaviour: Self.behaviour, options: options) { simulator in
      let url = try #require(simulator.managementURL)
      let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
      #expect(port != simulator.port)
      func status(_ path: String, _ body: String? = nil) async throws -> Int? {
        let connection = try RawConnection(port: port)
        connection.send(Simulator.request(path, body))
        return await connection.receive(patience: 300_000).status
      }
      for path in ["/health", "/metrics"] {
        let found = try await status(path)
        #expect(found == 200)
        try await expectNotFound(simulator, path, nil)
      }
      let request = try await status("/infer", #"{"inputs":"I"}"#)
      #expect(request == 404)
      let own = try await simulator.exchange("/infer", #"{"inputs":"I"}"#)
      #expect(own.status == 200)
    }
  }

  @Test(
    "A stream breaks as it is told to",
    arguments: [
      (Fault.Kind.rawTextError, "Failed to get engine response"), (.errorEvent, "Failed to get engine response"),
      (.invalidJSON, #"{"text":[""#),
    ])
  func faults(kind: Fault.Kind, text: String) async throws {
    let behaviour = Self.behaviour.with {
      $0.fault = Fault(kind)
      $0.fault?.afterTokens = 2
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let response = try await simulator.exchange("/generate", #"{"prompt":"I","stream":true}"#)
      #expect(response.status == 200 && response.text.contains(text), "\(response.text)")
    }
  }
}
