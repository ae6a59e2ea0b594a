import Foundation
import NPUMetrics
import NPUTestKit
import XCTest

/// How a test author tests speech services of their own: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_ASR_URL=http://127.0.0.1:8001 NPUTESTKIT_TTS_URL=http://127.0.0.1:8002 swift test --filter LiveEndpointTests
/// ```
///
/// `NPUTESTKIT_ASR_DIALECT=transcribe` and `NPUTESTKIT_TTS_DIALECT=synthesize` are for the plain Flask servers.
final class SpeechServiceTests: XCTestCase {
  private var transport: CurlTransport?

  private static let text = "The quick brown fox jumps over the lazy dog."

  override func setUp() async throws { transport = try CurlTransport() }

  override func tearDown() async throws { transport?.shutDown() }

  private func service(_ variable: String) throws -> ServiceConfiguration {
    guard let address = ProcessInfo.processInfo.environment[variable], !address.isEmpty else {
      throw XCTSkip("Set \(variable) to the base address of a service, such as http://127.0.0.1:8001.")
    }
    let key = ProcessInfo.processInfo.environment["OPENAI_API_KEY"].flatMap { $0.isEmpty ? nil : Secret($0) }
    return try ServiceConfiguration(address, apiKey: key)
  }

  private func hearing() throws -> TranscriptionClient {
    let name = ProcessInfo.processInfo.environment["NPUTESTKIT_ASR_DIALECT"] ?? ""
    return TranscriptionClient(
      transport: try XCTUnwrap(transport), service: try service("NPUTESTKIT_ASR_URL"),
      wireProtocol: TranscriptionRequest.WireProtocol(rawValue: name) ?? .openAI)
  }

  private func speaking() throws -> SpeechClient {
    let name = ProcessInfo.processInfo.environment["NPUTESTKIT_TTS_DIALECT"] ?? ""
    return SpeechClient(
      transport: try XCTUnwrap(transport), service: try service("NPUTESTKIT_TTS_URL"),
      wireProtocol: SpeechRequest.WireProtocol(rawValue: name) ?? .openAI)
  }

  func testAudioIsWrittenDownWithinItsLength() async throws {
    let clip = try AudioClip.toneBursts(seed: 1, .seconds(2)).wav()
    let heard = try await hearing().transcribe(TranscriptionRequest(audio: .bytes(clip))).transcription
    for segment in heard.segments {
      XCTAssertLessThanOrEqual(try XCTUnwrap(segment.end), 3, "a segment ends after the audio: \(segment)")
    }
  }

  func testBrokenAudioIsRefusedAndTheServiceGoesOn() async throws {
    let hearing = try hearing()
    do {
      let heard = try await hearing.transcribe(TranscriptionRequest(audio: .bytes([1, 2, 3, 4])))
      XCTFail("four bytes of nothing were written down as \"\(heard.transcription.text)\"")
    } catch let error as ServiceError {
      XCTAssertEqual(error.kind, .httpStatus, "\(error)")
    }
    _ = try await hearing.transcribe(
      TranscriptionRequest(audio: .bytes(try AudioClip.toneBursts(seed: 1, .seconds(1)).wav())))
  }

  func testSpeechHasALengthAndASound() async throws {
    let response = try await speaking().generate(SpeechRequest(text: Self.text, format: .wav))
    let seconds = try XCTUnwrap(response.duration) / Duration.seconds(1)
    XCTAssertGreaterThan(seconds, 1)
    XCTAssertLessThan(seconds, 15)
    XCTAssertNotNil(response.timeToFirstAudio)
  }

  func testTwentyMixedRequestsEnd() async throws {
    let (hearing, speaking) = (try hearing(), try speaking())
    let clip = try AudioClip.toneBursts(seed: 1, .seconds(2)).wav()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask {
          if index % 2 == 0 {
            _ = try await hearing.transcribe(TranscriptionRequest(audio: .bytes(clip)))
          } else {
            _ = try await speaking.generate(SpeechRequest(text: Self.text))
          }
        }
      }
      try await group.waitForAll()
    }
  }

  func testWhatIsSpokenIsHeard() async throws {
    let (hearing, speaking) = (try hearing(), try speaking())
    let spoken = try await speaking.generate(SpeechRequest(text: Self.text, format: .wav))
    let heard = try await hearing.transcribe(TranscriptionRequest(audio: .bytes(try XCTUnwrap(spoken.waveFile))))
    let normalizer = WhisperEnglishNormalizer()
    let counts = try ErrorRate.words(
      reference: normalizer.normalize(Self.text), hypothesis: normalizer.normalize(heard.transcription.text))
    XCTAssertLessThanOrEqual(counts.errorRate, 0.3, "heard \"\(heard.transcription.text)\"")
  }
}
