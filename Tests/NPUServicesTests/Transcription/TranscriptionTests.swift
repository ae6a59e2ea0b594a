import HTTPTypes
import NPUBase
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("A client of transcription")
struct TranscriptionTests {
  private func client(
    _ transport: any Transport, _ wireProtocol: TranscriptionRequest.WireProtocol = .openAI
  ) throws -> TranscriptionClient {
    TranscriptionClient(transport: transport, service: try .local, wireProtocol: wireProtocol)
  }

  private static let audio = AudioInput.bytes([1, 2, 3], fileName: "a.flac")

  @Test("sends the fields of its protocol and the audio after them")
  func writesForms() throws {
    var request = TranscriptionRequest(
      audio: .file(path: "/data/hour.wav"), model: "whisper", language: "zh", prompt: "p", responseFormat: .verboseJSON,
      temperature: 0.5, granularities: [.word, .segment], streamIncludesUsage: true, extras: ["b": "2", "a": "1"])
    request.stream = true
    let openAI = try client(answering(pieces: [])).transferRequest(for: request, requestID: "r-1")
    #expect(openAI.head.path == "/v1/audio/transcriptions")
    #expect(openAI.head.headerFields[.contentType] == nil)
    guard case .form(let form) = openAI.body else { throw Wrong() }
    #expect(
      form.parts.map(\.name) == [
        "model", "language", "prompt", "response_format", "temperature", "timestamp_granularities[]",
        "timestamp_granularities[]", "stream", "stream_include_usage", "a", "b", "file",
      ])
    #expect(
      form.parts.compactMap(\.text) == [
        "whisper", "zh", "p", "verbose_json", "0.5", "word", "segment", "true", "true", "1", "2",
      ])
    #expect(form.parts.last == .file("file", path: "/data/hour.wav", contentType: "audio/wav"))

    let plain = try client(answering(pieces: []), .transcribe).transferRequest(
      for: TranscriptionRequest(audio: Self.audio, model: "whisper", language: "zh"))
    #expect(plain.head.path == "/transcribe")
    guard case .form(let fields) = plain.body else { throw Wrong() }
    #expect(fields.parts.map(\.name) == ["language", "audio"])
    #expect(fields.part(named: "audio")?.contentType == "audio/flac")
    #expect(fields.part(named: "audio")?.fileName == "a.flac")
  }

  struct Wrong: Error {}

  struct Answer: Sendable {
    var body: String
    var type = "application/json"
    var format: TranscriptionRequest.ResponseFormat?
    var text: String
    var duration: Double?
    var segments = 0
    var words = 0
  }

  @Test(
    "reads every form of response",
    arguments: [
      Answer(body: #"{"text":" hi","usage":{"type":"duration","seconds":3}}"#, text: " hi", duration: 3),
      Answer(body: #"{"text":"hi"}"#, type: "text/plain", format: .text, text: "hi"),
      Answer(
        body:
          #"{"duration":"2.98","language":"zh","text":"x","segments":[{"start":0.0,"end":2.98,"text":"x"}],"words":null}"#,
        format: .verboseJSON, text: "x", duration: 2.98, segments: 1),
      Answer(
        body:
          #"{"duration":3.465,"text":"a b","words":[{"word":"a","start":0,"end":1},{"word":"b","start":"1","end":2}]}"#,
        text: "a b", duration: 3.465, words: 2),
      Answer(body: #"{"language":"en","segments":[],"text":""}"#, text: ""),
      Answer(body: "a quick brown fox\n", type: "text/plain; charset=utf-8", format: .text, text: "a quick brown fox"),
      Answer(body: "\n", type: "text/plain", format: .text, text: ""),
      Answer(body: #""from a handler""#, text: "from a handler"),
      Answer(
        body: "1\n00:00:00,210 --> 00:00:03,030\na fox\n\n2\n00:00:03,660 --> 01:00:07,110\njumps\nfar\n",
        type: "text/plain", format: .srt, text: "a fox jumps\nfar", duration: 3607.11, segments: 2),
      Answer(
        body: "WEBVTT\n\n00:00.210 --> 00:03.030 line:0\na fox\n\nNOTE x\n", type: "text/vtt", format: .vtt,
        text: "a fox", duration: 3.03, segments: 1),
    ])
  func reads(answer: Answer) async throws {
    let transport = answering(contentType: answer.type, pieces: [answer.body])
    let response = try await client(transport).transcribe(
      TranscriptionRequest(audio: Self.audio, responseFormat: answer.format))
    #expect(response.transcription.text == answer.text)
    #expect(response.transcription.duration == answer.duration)
    #expect(response.transcription.segments.count == answer.segments)
    #expect(response.transcription.words.count == answer.words)
    #expect(response.latency == .milliseconds(10))
  }

  struct Bad: Sendable {
    var status = 200
    var type = "application/json"
    var body: String
    var format: TranscriptionRequest.ResponseFormat?
    var group: String
  }

  @Test(
    "classifies what is no transcription",
    arguments: [
      Bad(
        status: 500, type: "text/html", body: "<!doctype html><title>500 Internal Server Error</title>",
        group: "http_500"),
      Bad(status: 400, body: #"{"error":{"message":"file is required","param":"file"}}"#, group: "http_400"),
      Bad(body: "", group: "empty_response"), Bad(type: "text/plain", body: "\n", group: "empty_response"),
      Bad(type: "text/html", body: "<html><title>Welcome</title></html>", group: "wrong_content_type"),
      Bad(type: "text/html", body: "<html><title>Welcome</title></html>", format: .text, group: "wrong_content_type"),
      Bad(type: "text/plain", body: "plain words", group: "wrong_content_type"),
      Bad(body: "plain words", group: "malformed_payload"),
      Bad(body: #"{"error":{"message":"out of memory"}}"#, group: "error_event"),
      Bad(body: #"{"error":"Unauthorized"}"#, format: .text, group: "error_event"),
      Bad(body: #"{"text":7}"#, group: "malformed_payload"), Bad(body: #"{"text":"cut"#, group: "malformed_payload"),
    ])
  func classifies(bad: Bad) async throws {
    let transport = answering(status: bad.status, contentType: bad.type, pieces: [bad.body])
    let error = await #expect(throws: ServiceError.self) {
      try await client(transport).transcribe(TranscriptionRequest(audio: Self.audio, responseFormat: bad.format))
    }
    #expect(error?.shortDescription == bad.group, "\(String(describing: error))")
    #expect(error?.status == bad.status)
  }

  private static let vllm = """
    data: {"id":"t-1","object":"transcription.chunk","choices":[{"delta":{"content":" The"}}]}

    data: {"id":"t-1","object":"transcription.chunk","choices":[{"delta":{"content":" fóx"},"finish_reason":"stop"}]}

    data: {"object":"transcription.chunk","choices":[],"usage":{"prompt_tokens":154,"total_tokens":163,"completion_tokens":9}}

    data: [DONE]


    """
  private static let events = """
    data: {"type": "transcript.text.delta", "delta": " The"}

    data: {"type": "transcript.text.delta", "delta": " fóx"}

    data: {"type": "transcript.text.done", "text": " The fóx"}


    """

  @Test(
    "a response that is not UTF-8 is malformed, and its character set is named",
    arguments: [("application/json; charset=gbk", #"{"text":""#, #""}"#), ("text/plain; charset=GBK", "", "\n")],
    [TranscriptionRequest.WireProtocol.openAI, .transcribe])
  func foreign(text: (type: String, before: String, after: String), wireProtocol: TranscriptionRequest.WireProtocol)
    async throws
  {
    let body = Array(text.before.utf8) + [0xC4, 0xE3, 0xBA, 0xC3] + Array(text.after.utf8)
    let transport = ScriptedTransport { _ in [.head(status: 200, contentType: text.type), .body(body)] }
    var request = TranscriptionRequest(audio: Self.audio)
    request.responseFormat = .text
    let error = await #expect(throws: ServiceError.self) {
      try await client(transport, text.before.isEmpty ? .openAI : wireProtocol).transcribe(request)
    }
    #expect(error?.kind == .malformedPayload)
    #expect(error?.message.contains("gbk") == true, "\(String(describing: error))")
  }

  @Test("a silent recording has no text, and its stream is whole all the same")
  func silence() async throws {
    let body = #"data: {"choices":[{"delta":{"content":""},"finish_reason":"stop"}]}"# + "\n\ndata: [DONE]\n\n"
    let response = try await client(streaming(body)).transcribeStreaming(TranscriptionRequest(audio: Self.audio))
    #expect(response.transcription.text == "")
  }

  @Test("puts streams of both kinds together, whole and byte by byte", arguments: [vllm, events], [false, true])
  func streams(body: String, byteByByte: Bool) async throws {
    let pieces = byteByByte ? Array(body.utf8).map { [$0] } : [Array(body.utf8)]
    let transport = ScriptedTransport { _ in
      [.head(status: 200)] + pieces.flatMap { [.wait(.milliseconds(1)), .body($0)] }
    }
    let response = try await client(transport).transcribeStreaming(TranscriptionRequest(audio: Self.audio))
    #expect(response.transcription.text == " The fóx")
    #expect(response.textInstants.count == 2)
    #expect(response.textInstants == response.textInstants.sorted())
    #expect(response.latency == .milliseconds(pieces.count))
    #expect(response.transcription.usage?.completionTokens == (body == Self.vllm ? 9 : nil))
    #expect(transport.requests.first?.head.headerFields[.accept] == "text/event-stream")
  }

  @Test(
    "a finish reason is read by the rule of all streams",
    arguments: [
      (#""stop""#, "stop"), (#""""#, nil), (#""null""#, nil), ("null", nil), ("7", nil),
      (#""stop","native_finish_reason":"network_error""#, "network_error"),
    ] as [(String, String?)])
  func finishReasons(text: String, reason: String?) throws {
    let chunk = try JSONCoding.decode(
      TranscriptionChunk.self, from: Array(#"{"choices":[{"delta":{"content":"a"},"finish_reason":\#(text)}]}"#.utf8))
    #expect(chunk.delta == "a")
    #expect(chunk.finishReason?.rawValue == reason)
  }

  @Test("a stream that stops early or tells of an error is no transcription")
  func brokenStreams() async throws {
    let cases = [
      (String(Self.events.prefix(60)), "truncated_stream"), (String(Self.vllm.prefix(95)), "truncated_stream"),
      ("data: {\"error\": {\"message\": \"engine died\", \"code\": 500}}\n\ndata: [DONE]\n\n", "error_event"),
      ("data: [DONE]\n\n", "truncated_stream"), ("data: {cut\n\n", "malformed_payload"),
    ]
    for (body, group) in cases {
      let error = await #expect(throws: ServiceError.self) {
        try await client(streaming(body)).transcribeStreaming(TranscriptionRequest(audio: Self.audio))
      }
      #expect(error?.shortDescription == group, "\(String(describing: error))")
    }
  }
}
