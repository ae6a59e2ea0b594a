import Foundation
import HTTPTypes
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite(
  "Recorded answers of audio services",
  .enabled(if: RecordedResponses.wire != nil, "set NPUTESTKIT_TEST_DATA to the folder that holds wire"))
struct RecordedAudioTests {
  private struct Exchanges: Decodable {
    struct Exchange: Decodable {
      var name: String
      var status: Int
      var headers: [String: String]
      var rawBody: String?
    }
    var exchanges: [Exchange]
  }

  private struct ExpectedFiles: Decodable {
    struct File: Decodable {
      var file: String
      var durationSeconds: Double?
    }
    var files: [File]
  }

  private static let request = TranscriptionRequest(audio: .bytes([1]))

  private func transcribe(
    _ transport: ScriptedTransport, format: TranscriptionRequest.ResponseFormat? = nil
  ) async -> Result<Transcription, any Error> {
    do {
      let client = TranscriptionClient(transport: transport, service: try .local)
      return .success(
        try await client.transcribe(TranscriptionRequest(audio: .bytes([1]), responseFormat: format)).transcription)
    } catch {
      return .failure(error)
    }
  }

  @Test("the Flask server's transcription is read, and its failures have their status")
  func flask() async throws {
    let files = try RecordedResponses.wire { $0 == "seed-flask-captures.json" }
    let exchanges = try JSONDecoder().decode(Exchanges.self, from: Data(try #require(files.first).bytes)).exchanges
    let transcriptions = exchanges.filter { $0.name.hasPrefix("transcribe") }
    #expect(transcriptions.count == 3)
    for exchange in transcriptions {
      let transport = answering(
        status: exchange.status, contentType: exchange.headers["Content-Type"] ?? "", pieces: [exchange.rawBody ?? ""])
      switch await transcribe(transport) {
      case .success(let heard):
        #expect(exchange.name == "transcribe-ok")
        #expect(heard.text == " 今天的天气非常好。")
        #expect(heard.language == "zh")
        #expect(heard.segments.map(\.end) == [1.86])
      case .failure(let error):
        #expect((error as? ServiceError)?.shortDescription == "http_500", "\(exchange.name): \(error)")
      }
    }
  }

  @Test("vLLM's transcriptions are read in every form")
  func transcriptions() async throws {
    for (name, bytes) in try RecordedResponses.wire({ $0.hasPrefix("vllm-transcription") }) {
      if name.hasSuffix(".sse") {
        let client = TranscriptionClient(
          transport: streaming(String(decoding: bytes, as: UTF8.self)), service: try .local)
        let response = try await client.transcribeStreaming(Self.request)
        #expect(response.transcription.text == " The quick brown fox jumps.")
        #expect(response.transcription.usage?.completionTokens == 9)
        #expect(response.textInstants.count == 3)
      } else {
        let heard = try await transcribe(answering(pieces: [String(decoding: bytes, as: UTF8.self)])).get()
        #expect(heard.text == " 今天的天气非常好")
        #expect(heard.duration == (name.contains("verbose") ? 2.98 : 3))
        #expect(heard.segments.count == (name.contains("verbose") ? 1 : 0))
      }
    }
  }

  @Test("vLLM-Omni's streamed speech is joined to the end")
  func speech() async throws {
    let (_, bytes) = try #require(try RecordedResponses.wire { $0 == "omni-speech-stream.sse" }.first)
    let client = SpeechClient(transport: streaming(String(decoding: bytes, as: UTF8.self)), service: try .local)
    let response = try await client.generate(SpeechRequest(text: "hi", format: .pcm, delivery: .events))
    #expect(response.bytes == (0..<24).map { UInt8($0) })
    #expect(response.usage?.totalTokens == 196)
  }

  @Test("WAV answers have the length that their structure says, sent whole and byte by byte", arguments: [false, true])
  func files(byteByByte: Bool) async throws {
    let (_, list) = try #require(try RecordedResponses.wire { $0 == "wav-expected.json" }.first)
    let expected = try JSONDecoder().decode(ExpectedFiles.self, from: Data(list)).files
    var count = 0
    for (name, bytes) in try RecordedResponses.wire({ $0.hasPrefix("wav-") && $0 != "wav-expected.json" }) {
      guard let file = expected.first(where: { $0.file == name }) else { continue }
      let pieces = byteByByte ? bytes.map { [$0] } : [bytes]
      let transport = ScriptedTransport { _ in
        [.head(status: 200, contentType: "audio/wav")] + pieces.map { .body($0) }
      }
      let client = SpeechClient(transport: transport, service: try .local)
      do {
        let response = try await client.generate(SpeechRequest(text: "hi", format: .wav))
        let seconds = try #require(response.duration) / Duration.seconds(1)
        // Two files are expected as the first alone by readers that see no further.
        let wanted = name.contains("concatenated") ? 0.2 : try #require(file.durationSeconds, "\(name) is read")
        #expect(abs(seconds - wanted) < 1e-6, "\(name): \(seconds)")
        count += 1
      } catch let error as ServiceError {
        #expect(file.durationSeconds == nil || name.contains("truncated"), "\(name): \(error)")
        #expect([.damagedMedia, .wrongContentType].contains(error.kind), "\(name): \(error)")
      }
    }
    #expect(count >= 10)
  }
}

@Suite(
  "Captures of audio servers",
  .enabled(
    if: RecordedResponses.captures != nil, "set NPUTESTKIT_TEST_CAPTURES to the folder with a folder for each server"))
struct CapturedAudioTests {
  private func captures(_ folder: String) throws -> [RecordedResponses.Capture] {
    try RecordedResponses.files(in: RecordedResponses.captures?.appending(path: folder)) { $0.hasSuffix(".txt") }
      .compactMap { try RecordedResponses.Capture($0) }
  }

  @Test("of speech recognition are read, or are errors with the server's words", arguments: ["asr", "vllm-whisper"])
  func recognition(folder: String) async throws {
    let captures = try captures(folder)
    #expect(captures.count >= 12)
    for capture in captures {
      let kind = capture.name.split(separator: "_").last.map(String.init) ?? ""
      let format: TranscriptionRequest.ResponseFormat? =
        ["text.txt": .text, "srt.txt": .srt, "vtt.txt": .vtt][kind.split(separator: "/").last.map(String.init) ?? ""]
      let client = TranscriptionClient(transport: capture.transport, service: try .local)
      let request = TranscriptionRequest(audio: .bytes([1]), responseFormat: format)
      do {
        let isStream = capture.head.headerFields[.contentType]?.hasPrefix("text/event-stream") == true
        let heard =
          isStream ? try await client.transcribeStreaming(request) : try await client.transcribe(request)
        #expect(capture.head.status == .ok, "\(capture.name)")
        #expect(!heard.transcription.text.isEmpty || capture.name.contains("silence"), "\(capture.name)")
        if kind == "srt.txt" || kind == "vtt.txt" {
          #expect(heard.transcription.segments.count == 3, "\(capture.name)")
        }
        if kind == "words.txt" { #expect(heard.transcription.words.count == 9, "\(capture.name)") }
      } catch let error as ServiceError {
        #expect(error.shortDescription == "http_\(capture.head.status.code)", "\(capture.name): \(error)")
        #expect(capture.head.status.code >= 400, "\(capture.name): \(error)")
        #expect(!error.message.isEmpty)
      }
    }
  }

  @Test("of speech synthesis have the length of their samples, or are errors")
  func synthesis() async throws {
    let captures = try captures("tts")
    #expect(captures.count >= 8)
    for capture in captures {
      let client = SpeechClient(
        transport: capture.transport, service: try .local, pcm: PCMFormat(sampleRate: 22_050))
      let format: SpeechRequest.AudioFormat = capture.name.contains("pcm") ? .pcm : .wav
      do {
        let response = try await client.generate(SpeechRequest(text: "hi", format: format))
        #expect(response.audio.sampleRate == 22_050, "\(capture.name)")
        #expect(response.duration ?? .zero > .zero || capture.name.contains("empty"), "\(capture.name)")
      } catch let error as ServiceError {
        #expect(error.shortDescription == "http_\(capture.head.status.code)", "\(capture.name): \(error)")
      }
    }
  }
}
