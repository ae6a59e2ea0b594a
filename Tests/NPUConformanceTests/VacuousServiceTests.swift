import Foundation
import HTTPTypes
import NPUConformance
import NPUMetrics
import NPUServices
import NPUTransport
import Testing

/// A service whose responses are well-formed and say nothing: the same, or nothing, whatever it is asked.
struct VacuousService: Sendable, CustomTestStringConvertible {
  /// What its responses hold.
  var name: String
  /// The checks that find something true in them nevertheless, each with the reason.
  var mayPass: [String: String]
  /// The response to a request.
  var respond: @Sendable (TransferRequest) throws -> [ScriptedTransport.Step]

  var testDescription: String { name }

  init(
    _ name: String, mayPass: [String: String] = [:],
    respond: @escaping @Sendable (TransferRequest) throws -> [ScriptedTransport.Step]
  ) {
    (self.name, self.mayPass, self.respond) = (name, mayPass, respond)
  }

  var transport: ScriptedTransport {
    let respond = respond
    return ScriptedTransport { request in (try? respond(request)) ?? [.fail(.connectionFailed)] }
  }

  static func json(_ text: String) -> [ScriptedTransport.Step] {
    [.head(status: 200, contentType: "application/json"), .body(text)]
  }

  static func file(_ bytes: [UInt8], _ type: String) -> [ScriptedTransport.Step] {
    [.head(status: 200, contentType: type), .body(bytes)]
  }
}

// MARK: - Services of text

extension VacuousService {
  /// A chat service that says one text.
  static func chat(
    _ name: String, says text: String, usage: String = #"{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}"#,
    logprobs: String = "null", call: String? = nil, mayPass: [String: String] = [:]
  ) -> VacuousService {
    let basics = ["health.ready": "it says so", "llm.models": "it lists the model"]
    return VacuousService(name, mayPass: basics.merging(mayPass) { first, _ in first }) { request in
      if request.head.path?.hasSuffix("/health") == true { return json("") }
      if request.head.path?.hasSuffix("/models") == true {
        return json(#"{"object":"list","data":[{"id":"m","object":"model","max_model_len":64}]}"#)
      }
      guard case .bytes(let body) = request.body, let document = String(validating: body, as: UTF8.self) else {
        return json("{}")
      }
      let tools = document.contains("get_weather") ? call : nil
      let said = tools.map { #","tool_calls":["# + $0 + "]" } ?? ""
      let reason = tools == nil ? "stop" : "tool_calls"
      guard document.contains(#""stream":true"#) else {
        return json(
          #"{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"#
            + "\"\(text)\"\(said)" + #"},"logprobs":"# + logprobs + #","finish_reason":""# + reason
            + #""}],"usage":"# + usage + "}")
      }
      func chunk(_ choice: String, _ rest: String = "") -> String {
        #"data: {"id":"c","object":"chat.completion.chunk","model":"m","choices":["# + choice + "]" + rest + "}\n\n"
      }
      return [
        .head(status: 200),
        .body(chunk(#"{"index":0,"delta":{"role":"assistant","content":""# + text + "\"" + said + "}}")),
        .body(chunk(#"{"index":0,"delta":{},"finish_reason":""# + reason + "\"}")),
        .body(chunk("", #","usage":"# + usage)), .body("data: [DONE]\n\n"),
      ]
    }
  }

  private static let ended = ["llm.stream.done": "the end mark is there"]
  private static let zeroes = #"{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}"#
  private static let certain =
    #"{"content":[{"token":"ok","logprob":0,"top_logprobs":[{"token":"ok","logprob":0},{"token":"no","logprob":0}]}]}"#
  private static let surely =
    #"{"content":[{"token":"ok","logprob":0,"top_logprobs":[{"token":"ok","logprob":0}]}]}"#

  static let chats: [VacuousService] = [
    chat("says nothing", says: "", usage: zeroes, logprobs: #"{"content":[]}"#, mayPass: ended),
    chat("says nothing and counts tokens", says: "", logprobs: surely, mayPass: ended),
    chat("says blanks", says: "   ", logprobs: surely, mayPass: ended),
    chat("says ok and counts nothing", says: "ok", usage: zeroes, logprobs: certain, mayPass: spoken),
    chat(
      "says ok", says: "ok", logprobs: surely,
      mayPass: spoken.merging([
        "llm.usage": "the sum is right", "llm.stream.usage": "the sum is right",
      ]) { first, _ in first }),
    chat(
      "calls a function without arguments", says: "",
      call: #"{"index":0,"id":"1","type":"function","function":{"name":"get_weather","arguments":"{}"}}"#,
      mayPass: ended),
    chat(
      "calls two functions", says: "",
      call: [0, 1].map {
        #"{"index":\#($0),"id":"\#($0)","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}}"#
      }.joined(separator: ","), mayPass: ended),
  ]

  /// What is true of one short word.
  private static let spoken = [
    "llm.chat": "it says something", "llm.stream.done": "the end mark is there",
    "llm.stream.equals-whole": "both say the same word", "llm.concurrent": "all are answered",
  ]
  private static let seen = [
    "mm.large": "it is answered", "mm.no-image": "it is answered", "mm.stream": "both say the same word",
  ]

  static let visions: [VacuousService] = [
    chat("says nothing", says: ""), chat("says blanks", says: " "), chat("says ok", says: "ok", mayPass: seen),
    chat("says everything that is asked for", says: "4711 Osaka 3142", mayPass: seen),
  ]
}

// MARK: - Services of images

extension VacuousService {
  /// An image service that answers by one file, made for the size that was asked for.
  static func images(
    _ name: String, mayPass: [String: String] = [:], _ file: @escaping @Sendable (Int, Int) throws -> [UInt8]
  ) -> VacuousService {
    VacuousService(name, mayPass: mayPass) { request in
      guard case .bytes(let body) = request.body else { return json("{}") }
      let document = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
      func side(_ key: String) -> Int { min(512, max(1, document?[key] as? Int ?? 64)) }
      return Self.file(try file(side("width"), side("height")), "image/png")
    }
  }

  /// A PNG of one image that is the same whatever its size.
  private static func noise(_ width: Int, _ height: Int) throws -> [UInt8] {
    try TestImage.noise(seed: 1, width: width, height: height).png()
  }

  static let drawings: [VacuousService] = [
    images("is white") { try TestImage.solid(.white, width: $0, height: $1).png() },
    images("is black") { try TestImage.solid(.black, width: $0, height: $1).png() },
    images("is of one colour") { try TestImage.solid(.orange, width: $0, height: $1).png() },
    images(
      "is always the same",
      mayPass: [
        "image.basic": "it is an image", "image.size": "it has the size", "image.size.odd": "it has the size",
      ], noise),
    images("is a JPEG of another size") { _, _ in Array(ImageFiles.jpeg) },
    VacuousService("is an empty list") { _ in json(#"{"created":1,"data":[]}"#) },
    VacuousService("is an empty object") { _ in json("{}") },
    VacuousService("has no bytes") { _ in file([], "image/png") },
    VacuousService("is an empty Base64") { _ in json(#"{"images":[""]}"#) },
  ]

  static let tasks: [VacuousService] = [
    task("is done at once and white", status: "completed") { try TestImage.solid(.white, width: 64, height: 64).png() },
    task("is done at once and always the same", status: "completed", mayPass: ["task.result": "it is an image"]) {
      try noise(64, 64)
    },
    task("failed", status: "failed") { try noise(64, 64) },
    VacuousService("is an empty object") { _ in json("{}") },
    VacuousService("has no identity") { _ in json(#"{"task_id":"","status":"completed","progress":100}"#) },
  ]

  private static func task(
    _ name: String, status: String, mayPass: [String: String] = [:], _ image: @escaping @Sendable () throws -> [UInt8]
  ) -> VacuousService {
    VacuousService(
      name,
      mayPass: (status == "completed" ? ["task.leaving-client": "the next task is done"] : [:]).merging(mayPass) {
        first, _ in first
      }
    ) { request in
      let path = request.head.path ?? ""
      if path.contains("/download") { return file(try image(), "image/png") }
      let ticket = #"{"task_id":"t","status":"\#(status)","progress":100,"result_urls":[],"error":"x"}"#
      return json(path.contains("batch") ? #"{"task_ids":["t","t","t"],"status":"queued"}"# : ticket)
    }
  }
}

/// A JPEG of 37 by 23 pixels, from its header on without an image that anybody would know.
private enum ImageFiles {
  static let jpeg: [UInt8] =
    [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 23, 0, 37, 1, 1, 0x11, 0]
    + [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34, 0xFF, 0xD9]
}

// MARK: - Services of sound

extension VacuousService {
  /// A file of one sound.
  private static func wav(_ samples: [Float]) throws -> [UInt8] {
    try AudioClip(samples: samples, sampleRate: 16_000).wav()
  }

  static let speeches: [VacuousService] = [
    VacuousService("has no bytes") { _ in file([], "audio/wav") },
    VacuousService("has no sample") { _ in file(try emptyWAV(), "audio/wav") },
    VacuousService("is silent") { _ in file(try wav([Float](repeating: 0, count: 64_000)), "audio/wav") },
    VacuousService("is a constant") { _ in file(try wav([Float](repeating: 0.5, count: 64_000)), "audio/wav") },
    VacuousService("is JSON") { _ in json("{}") },
    VacuousService(
      "is always the same",
      mayPass: [
        "tts.wav": "it is a file", "tts.audible": "it can be heard", "tts.length": "it is as long as the texts take",
        "tts.stream.equals-whole": "both are the same",
      ]
    ) { _ in file(try TestAudio.tone(.seconds(4)).wav(), "audio/wav") },
  ]

  /// A WAV file that promises no sample and has none.
  private static func emptyWAV() throws -> [UInt8] {
    var bytes = Array(try wav([0, 0]).prefix(44))
    bytes.replaceSubrange(4..<8, with: [36, 0, 0, 0])
    bytes.replaceSubrange(40..<44, with: [0, 0, 0, 0])
    return bytes
  }

  static let transcriptions: [VacuousService] = [
    hears("hears nothing", #"{"text":"","language":"","duration":0,"segments":[]}"#),
    hears(
      "hears blanks", #"{"text":"  ","language":" ","duration":0,"segments":[{"id":0,"start":0,"end":0,"text":""}]}"#),
    hears("gives an empty object", "{}"),
    hears(
      "hears the same in everything",
      #"{"text":"ok","language":"en","duration":1000,"segments":[{"id":0,"start":0,"end":0,"text":"ok"}]}"#,
      mayPass: ["asr.transcribe": "it is a text", "asr.error.oversized": "it is answered, and so is the next"]),
  ]

  private static func hears(_ name: String, _ text: String, mayPass: [String: String] = [:]) -> VacuousService {
    VacuousService(
      name,
      mayPass: mayPass.merging(text.contains("text") ? ["asr.error.oversized": "it is answered"] : [:]) { first, _ in
        first
      }
    ) { _ in json(text) }
  }
}

@Suite("Responses that say nothing pass no check") struct VacuousServiceTests {
  private func service() throws -> ServiceConfiguration { try ServiceConfiguration("http://127.0.0.1:8000") }

  private func expectNoPass<Context>(
    _ suite: CheckSuite<Context>, _ service: VacuousService, _ context: Context,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    for check in suite.checks {
      let finding = await check.run(in: context).finding
      let isAllowed = service.mayPass[check.id] != nil
      #expect(
        finding.verdict != .pass || isAllowed, "\(check.id) passes a service that \(service.name): \(finding.reason)",
        sourceLocation: sourceLocation)
    }
    // Of services that say nothing at all nearly nothing is left to be true.
    let known = Set(suite.checks.map(\.id))
    #expect(Set(service.mayPass.keys).isSubset(of: known.union(["health.ready", "llm.models", "llm.stream.done"])))
  }

  @Test("A language model", arguments: VacuousService.chats)
  func chat(_ vacuous: VacuousService) async throws {
    var context = LLMCheckContext(transport: vacuous.transport, service: try service(), model: "m")
    context.concurrentRequests = 3
    await expectNoPass(.llm, vacuous, context)
  }

  @Test("A model that sees", arguments: VacuousService.visions)
  func vision(_ vacuous: VacuousService) async throws {
    var context = MultimodalCheckContext(
      LLMCheckContext(transport: vacuous.transport, service: try service(), model: "m"))
    (context.largeWidth, context.largeHeight) = (64, 32)
    await expectNoPass(.multimodal, vacuous, context)
  }

  @Test("An image service", arguments: VacuousService.drawings)
  func image(_ vacuous: VacuousService) async throws {
    var context = ImageCheckContext(transport: vacuous.transport, service: try service())
    context.size = .init(width: 64, height: 64)
    context.customSize = .init(width: 48, height: 80)
    context.oddSize = .init(width: 61, height: 61)
    context.stepCounts = [2, 4]
    context.parallelRounds = 1
    context.loraPath = "style.safetensors"
    await expectNoPass(.image, vacuous, context)
  }

  @Test("A task service", arguments: VacuousService.tasks)
  func task(_ vacuous: VacuousService) async throws {
    var context = TaskCheckContext(transport: vacuous.transport, service: try service())
    context.task.resolution = "64x64"
    context.polling = .every(.seconds(1), deadline: .seconds(20))
    await expectNoPass(.task, vacuous, context)
  }

  @Test(
    "A transcription service, with and without recordings", arguments: VacuousService.transcriptions, [true, false])
  func transcription(_ vacuous: VacuousService, hasClips: Bool) async throws {
    var context = TranscriptionCheckContext(transport: vacuous.transport, service: try service())
    if hasClips {
      let wav = try TestAudio.speechLike(.seconds(3)).wav()
      context.english = .init(wav: wav, reference: "The train leaves at noon.")
      context.chinese = .init(wav: wav, reference: "今天天气真不错。")
      context.mixed = .init(wav: wav, reference: "我们用 Python 写了一个新的 server。")
    }
    // As a tester may set it who wants every word forgiven.
    context.errorLimit = 1
    context.longDuration = .seconds(8)
    context.oversizedSeconds = 2
    await expectNoPass(.transcription, vacuous, context)
  }

  @Test("A speech service", arguments: VacuousService.speeches)
  func speech(_ vacuous: VacuousService) async throws {
    var context = SpeechCheckContext(transport: vacuous.transport, service: try service())
    context.voices = ["a", "b"]
    await expectNoPass(.speech, vacuous, context)
  }

  @Test("A limit or a list of the tester that compares nothing passes nothing")
  func settings() async throws {
    let noise = try #require(VacuousService.drawings.first { $0.name == "is always the same" })
    var image = ImageCheckContext(transport: noise.transport, service: try service())
    image.size = .init(width: 64, height: 64)
    for counts in [[], [4], [4, 4]] {
      image.stepCounts = counts
      let check = try #require(try CheckSuite.image.selecting(CheckSelection(only: ["image.steps"])).checks.first)
      #expect(await check.run(in: image).finding.verdict != .pass)
    }
    let chat = try #require(VacuousService.chats.first { $0.name == "says ok" })
    var llm = LLMCheckContext(transport: chat.transport, service: try service(), model: "m")
    for count in [-1, 0, 1] {
      llm.concurrentRequests = count
      #expect(await (try CheckSuite.check("llm.concurrent")).run(in: llm).finding.verdict != .pass)
    }
    llm.memoryCase.judge = ResponseJudge("nothing") { _ in nil }
    let memory = await (try CheckSuite.check("llm.multi-turn.memory")).run(in: llm).finding
    #expect(memory.verdict == .inconclusive)
    #expect(memory.reason.contains("nothing can be told"), "\(memory.reason)")
  }
}
