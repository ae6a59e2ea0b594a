import HTTPTypes
import NPUBase
import NPUMetrics
import NPUTransport
import TestSupport
import Testing

@testable import NPUServices

@Suite("A client of speech")
struct SpeechTests {
  private func client(
    _ transport: any Transport, _ wireProtocol: SpeechRequest.WireProtocol = .openAI, pcm: PCMFormat = .openAI
  ) throws -> SpeechClient {
    SpeechClient(transport: transport, service: try .local, wireProtocol: wireProtocol, pcm: pcm)
  }

  @Test("shares the room for bodies with all that are being collected, and gives it back")
  func budget() async throws {
    let file = wave(milliseconds: 100)
    let client = try client(answering(bytes: [file]))
    let request = SpeechRequest(text: "a", voice: "v")
    let enough = BodyBudget(limit: file.count)
    #expect(try await client.generate(request, requestID: nil, budget: enough).bytes.count == file.count)
    #expect(enough.used == 0)
    let scarce = BodyBudget(limit: file.count - 1)
    let error = await #expect(throws: ServiceError.self) {
      try await client.generate(request, requestID: nil, budget: scarce)
    }
    #expect((error?.underlying as? TransportError)?.kind == .bodyTooLarge)
    #expect(error?.message.contains("send fewer requests at a time") == true)
    #expect(scarce.used == 0)
  }

  /// Pieces that come 10 ms apart.
  private func answering(
    status: Int = 200, contentType: String = "audio/wav", bytes pieces: [[UInt8]]
  ) -> ScriptedTransport {
    ScriptedTransport { _ in
      [.head(status: status, contentType: contentType)] + pieces.flatMap { [.wait(.milliseconds(10)), .body($0)] }
    }
  }

  /// A WAV file of 16 bits.
  private func wave(milliseconds: Int, rate: Int = 16_000, declared: UInt32? = nil) -> [UInt8] {
    let size = rate * milliseconds / 1000 * 2
    func number(_ value: UInt32, _ bytes: Int) -> [UInt8] {
      (0..<bytes).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    let data = declared ?? UInt32(size)
    return bytes("RIFF") + number(declared ?? UInt32(size + 36), 4) + bytes("WAVEfmt ") + number(16, 4) + number(1, 2)
      + number(1, 2) + number(UInt32(rate), 4) + number(UInt32(rate * 2), 4) + number(2, 2) + number(16, 2)
      + bytes("data") + number(data, 4) + [UInt8](repeating: 3, count: size)
  }

  @Test("sends the object of its protocol")
  func writes() throws {
    let request = SpeechRequest(
      text: "今天", voice: "nova", model: "cosy", format: .wav, delivery: .events, speed: 1.5, instructions: "slow",
      language: "zh", seed: 7, sampleRate: 16_000, extras: ["x": true])
    let openAI = try client(answering(bytes: [])).transferRequest(for: request)
    #expect(openAI.head.path == "/v1/audio/speech")
    #expect(
      openAI.text
        == #"{"input":"今天","instructions":"slow","language":"zh","model":"cosy","response_format":"wav","#
        + #""sample_rate":16000,"seed":7,"speed":1.5,"stream":true,"stream_format":"sse","voice":"nova","x":true}"#)
    let plain = try client(answering(bytes: []), .synthesize).transferRequest(
      for: SpeechRequest(text: "hi", voice: "slt"))
    #expect(plain.head.path == "/synthesize")
    #expect(plain.text == #"{"speaker":"slt","text":"hi"}"#)
    let streamed = try client(answering(bytes: [])).transferRequest(for: SpeechRequest(text: "hi", delivery: .bytes))
    #expect(streamed.text == #"{"input":"hi","stream":true,"stream_format":"audio"}"#)
  }

  @Test("takes the length from the header alone, and the first audio from the first sample")
  func readsWave() async throws {
    let file = wave(milliseconds: 1000, rate: 22_050, declared: .max)
    // The header comes alone, then one sample short of half a second in two pieces.
    let transport = answering(bytes: [
      Array(file[..<44]), Array(file[44..<45]), Array(file[45..<22_094]), Array(file[22_094...]),
    ])
    let response = try await client(transport).generate(SpeechRequest(text: "hi", format: .wav))
    #expect(response.duration == .seconds(1))
    #expect(response.audio.sampleRate == 22_050)
    #expect(response.audio.waveFiles == 1)
    #expect(!response.audio.notices.isEmpty)
    #expect(response.bytes == file)
    #expect(response.timeToFirstAudio == .milliseconds(20))
    #expect(response.latency == .milliseconds(40))
    #expect(response.cadence == [.milliseconds(10), .milliseconds(10)])
    #expect(response.pieces.map(\.audio).reduce(.zero, +) == .seconds(1))
    let playback = response.playback(jitterBuffer: .zero)
    #expect(playback.underruns == 1)
    #expect(response.playback(jitterBuffer: .milliseconds(100)).underruns == 0)
  }

  @Test("sums WAV files that come one after another, each with a rate of its own")
  func readsConcatenated() async throws {
    let first = wave(milliseconds: 100)
    let second = wave(milliseconds: 50, rate: 8_000)
    let response = try await client(answering(bytes: [first, second])).generate(SpeechRequest(text: "hi"))
    #expect(response.duration == .milliseconds(150))
    #expect(response.audio.waveFiles == 2)
    #expect(response.pieces.map(\.audio) == [.milliseconds(100), .milliseconds(50)])
  }

  @Test("many pieces of many WAV files take one walk over both", .timeLimit(.minutes(30)))
  func walksOnce() throws {
    let file = wave(milliseconds: 1, rate: 1000)
    let joined = [[UInt8]](repeating: file, count: 20_000).flatMap(\.self)
    let audio = try SpeechAudio(joined)
    let arrivals = joined.indices.map {
      SpeechResponse.Arrival(receivedAt: MonotonicInstant(nanoseconds: Int64($0)), count: 1)
    }
    let response = SpeechResponse(
      arrivals, bytes: joined, audio: audio, usage: nil, instants: TransferInstants(), metrics: TransferMetrics())
    #expect(response.pieces.count == 46 * 20_000)
    #expect(response.pieces.last?.bytes.upperBound == joined.count)
    // Of each file the last two bytes are samples, of half a millisecond each.
    let heard = response.pieces.filter { $0.audio > .zero }
    #expect(heard.count == 40_000)
    #expect(heard.allSatisfy { $0.audio == .microseconds(500) && $0.bytes.lowerBound % 46 >= 44 })
    #expect(response.duration == .seconds(20))
  }

  @Test("a response may have 256 MiB, or less if the service may send less, or what the tester says")
  func limitsTheBody() throws {
    func limit(service: Int? = nil, client limit: Int? = nil) throws -> Int {
      var configuration = try ServiceConfiguration("http://127.0.0.1:1")
      if let service { configuration.limits.bodyBytes = service }
      let client = SpeechClient(transport: answering(bytes: []), service: configuration, bodyLimit: limit)
      return try client.transferRequest(for: SpeechRequest(text: "hi")).limits.bodyBytes
    }
    #expect(try limit() == 256 << 20)
    #expect(try limit(service: 1000) == 1000)
    #expect(try limit(client: 512 << 20) == 512 << 20)
    #expect(try limit(service: 1000, client: 2000) == 2000)
  }

  @Test("takes raw samples by the format that is stated, the content type first")
  func readsSamples() async throws {
    let samples = [UInt8](repeating: 0x7B, count: 4801)  // a brace, as JSON begins with
    for (type, rate) in [("audio/pcm", 24_000), ("audio/L16; rate=12000; channels=1", 12_000)] {
      let response = try await client(answering(contentType: type, bytes: [samples])).generate(
        SpeechRequest(text: "hi", format: .pcm))
      #expect(response.audio.sampleRate == rate)
      #expect(response.duration == .milliseconds(2_400_000 / rate))
    }
    let wide = PCMFormat(sampleRate: 48_000, channels: 2, bitsPerSample: 24)
    let response = try await client(answering(contentType: "audio/pcm", bytes: [samples]), pcm: wide).generate(
      SpeechRequest(text: "hi", format: .pcm))
    #expect(response.duration == .nanoseconds(Int64(800) * 1_000_000_000 / 48_000))
  }

  private static let events = """
    event: speech.audio.delta
    data: {"type":"speech.audio.delta","audio":"AAECAwQFBgcICQoL","response_format":"pcm"}

    event: speech.audio.delta
    data: {"audio":"DA0ODxAREhMUFRYX"}

    event: speech.audio.done
    data: {"type":"speech.audio.done","usage":{"input_tokens":119,"output_tokens":77,"total_tokens":196}}


    """

  @Test("joins the audio of events, whole and byte by byte", arguments: [false, true])
  func readsEvents(byteByByte: Bool) async throws {
    let pieces = byteByByte ? bytes(Self.events).map { [$0] } : [bytes(Self.events)]
    let transport = answering(contentType: "text/event-stream", bytes: pieces)
    // WAV was asked for, and what came are samples.
    let response = try await client(transport).generate(SpeechRequest(text: "hi", format: .wav, delivery: .events))
    #expect(response.bytes == (0..<24).map { UInt8($0) })
    #expect(response.duration == .microseconds(500))
    #expect(response.pieces.count == 2)
    #expect(response.usage?.totalTokens == 196)
    #expect(response.latency == .milliseconds(10 * pieces.count))
  }

  @Test("samples in events that begin as other formats do are samples all the same")
  func readsSamplesThatLookLikeMP3() async throws {
    // Two samples of -1, then silence.
    let body = "data: {\"audio\":\"//////8AAAA=\"}\n\ndata: {\"type\":\"speech.audio.done\"}\n\n"
    let response = try await client(answering(contentType: "text/event-stream", bytes: [bytes(body)])).generate(
      SpeechRequest(text: "hi", format: .wav, delivery: .events))
    #expect(response.bytes.starts(with: [255, 255, 255, 255]))
    #expect(response.audio.otherFormat == nil)
    #expect(response.duration == .nanoseconds(4 * 1_000_000_000 / 24_000))
  }

  @Test("another format is kept and has no length")
  func keepsOtherFormats() async throws {
    let response = try await client(answering(contentType: "audio/mpeg", bytes: [bytes("ID3xxxxxxxx")])).generate(
      SpeechRequest(text: "hi", format: .mp3))
    #expect(response.duration == nil)
    #expect(response.audio.otherFormat == .mp3)
    #expect(response.timeToFirstAudio == nil)
  }

  @Test("a header without samples is audio of no length")
  func readsNothingSpoken() async throws {
    let response = try await client(answering(bytes: [wave(milliseconds: 0)])).generate(SpeechRequest(text: ""))
    #expect(response.duration == .zero)
    #expect(response.timeToFirstAudio == nil)
    #expect(response.playback(jitterBuffer: .zero).begin == nil)
  }

  struct Bad: Sendable {
    var status = 200
    var type = "audio/wav"
    var body: [UInt8]
    var group: String
  }

  @Test(
    "classifies what is no audio",
    arguments: [
      Bad(status: 500, type: "text/html", body: bytes("<title>500 Internal Server Error</title>"), group: "http_500"),
      Bad(status: 400, type: "application/json", body: bytes(#"{"error":{"message":"no voice"}}"#), group: "http_400"),
      Bad(body: [], group: "empty_response"), Bad(type: "application/json", body: [], group: "empty_response"),
      Bad(type: "application/json", body: bytes(#"{"error":{"message":"out of memory"}}"#), group: "error_event"),
      Bad(body: bytes(#"{"error":{"message":"out of memory"}}"#), group: "error_event"),
      Bad(type: "application/json", body: bytes(#"{"status":"ok"}"#), group: "wrong_content_type"),
      Bad(body: bytes("<html><title>Welcome</title></html>"), group: "wrong_content_type"),
      Bad(type: "text/plain", body: bytes("RIFF"), group: "wrong_content_type"),
      Bad(body: bytes("noise of no kind"), group: "damaged_media"), Bad(body: bytes("RIFF"), group: "damaged_media"),
      Bad(type: "text/event-stream", body: bytes(String(events.prefix(130))), group: "truncated_stream"),
      Bad(type: "text/event-stream", body: bytes("data: {\"audio\":\"!\"}\n\n"), group: "malformed_payload"),
      Bad(
        type: "text/event-stream",
        body: bytes("event: speech.audio.error\ndata: {\"error\":{\"message\":\"died\"}}\n\n"), group: "error_event"),
    ])
  func classifies(bad: Bad) async throws {
    let error = await #expect(throws: ServiceError.self) {
      try await client(answering(status: bad.status, contentType: bad.type, bytes: bad.body.isEmpty ? [] : [bad.body]))
        .generate(SpeechRequest(text: "hi", format: .wav))
    }
    #expect(error?.shortDescription == bad.group, "\(String(describing: error))")
    #expect(error?.status == bad.status)
  }

  @Test("a WAV file that is shorter than its header says is damaged")
  func refusesTruncated() async throws {
    let file = wave(milliseconds: 100)
    let error = await #expect(throws: ServiceError.self) {
      try await client(answering(bytes: [Array(file[..<1000])])).generate(SpeechRequest(text: "hi"))
    }
    #expect(error?.kind == .damagedMedia)
    #expect(error?.message.contains("956") == true, "\(String(describing: error))")
  }

  @Test("samples are handed out as they came, even if they begin as events do", arguments: ["dat", ":", "\n", ": a\n"])
  func samplesLikeEvents(beginning: String) async throws {
    for rest in [[], [[0, 1, 2, 3]], [[0], [100, 97]]] as [[[UInt8]]] {
      let all = [bytes(beginning)] + rest
      let transport = answering(contentType: "application/octet-stream", bytes: all)
      var pieces: [[UInt8]] = []
      var instants: [MonotonicInstant] = []
      for try await piece in try client(transport).stream(SpeechRequest(text: "hi", format: .pcm)) {
        pieces.append(piece.bytes)
        instants.append(piece.receivedAt)
      }
      #expect(pieces == all)
      #expect(zip(instants, instants.dropFirst()).allSatisfy { $0.duration(to: $1) == .milliseconds(10) })
    }
  }

  @Test(
    "events under another media type are no samples, whole and byte by byte",
    arguments: [
      "data: {}\n\n", "event: speech.audio.delta\n", ": ping\n\ndata: {}\n\n", "id: 1\ndata: {}\n\n", "retry: 5\n\n",
      "\n\ndata: {}\n\n", ": ping\n\n",
    ], [false, true])
  func eventsAsSamples(text: String, byteByByte: Bool) async throws {
    let pieces = byteByByte ? Array(text.utf8).map { [$0] } : [Array(text.utf8)]
    let transport = answering(contentType: "application/octet-stream", bytes: pieces)
    let error = await #expect(throws: ServiceError.self) {
      for try await _ in try client(transport).stream(SpeechRequest(text: "hi", format: .pcm)) {}
    }
    #expect(error?.kind == .wrongContentType)
    #expect(error?.message.contains("application/octet-stream") == true, "\(String(describing: error))")
  }
}
