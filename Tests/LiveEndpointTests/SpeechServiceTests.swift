import Foundation
import NPUTestKit
import XCTest

/// How a test author tests speech services of their own: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_ASR_URL=http://127.0.0.1:8001 NPUTESTKIT_TTS_URL=http://127.0.0.1:8002 swift test --filter SpeechServiceTests
/// ```
///
/// `NPUTESTKIT_ASR_PROTOCOL=transcribe` and `NPUTESTKIT_TTS_PROTOCOL=synthesize` are for the plain Flask servers.
final class SpeechServiceTests: XCTestCase {
  private static let text = "The quick brown fox jumps over the lazy dog."
  private let environment = ProcessInfo.processInfo.environment

  private func service(_ variable: String) throws -> Service {
    guard let service = try Service.fromEnvironment(variable) else {
      throw XCTSkip("Set \(variable) to the base address of a service, such as http://127.0.0.1:8001.")
    }
    return service
  }

  private func transcription() throws -> TranscriptionClient {
    let name = environment["NPUTESTKIT_ASR_PROTOCOL"] ?? TranscriptionRequest.WireProtocol.openAI.rawValue
    return try service("NPUTESTKIT_ASR_URL").transcription(XCTUnwrap(.init(rawValue: name)))
  }

  private func speech() throws -> SpeechClient {
    let name = environment["NPUTESTKIT_TTS_PROTOCOL"] ?? SpeechRequest.WireProtocol.openAI.rawValue
    return try service("NPUTESTKIT_TTS_URL").speech(XCTUnwrap(.init(rawValue: name)))
  }

  func testBrokenAudioIsRefusedAndTheServiceGoesOn() async throws {
    let transcription = try transcription()
    do {
      let response = try await transcription.transcribe(.bytes([1, 2, 3, 4]))
      XCTFail("four bytes of nothing were written down as \"\(response.transcription.text)\"")
    } catch let error as ServiceError {
      XCTAssertEqual(error.kind, .httpStatus, "\(error)")
    }
    _ = try await transcription.transcribe(.bytes(try AudioClip.toneBursts(seed: 1, .seconds(1)).wav()))
  }

  func testSpeechHasALengthAndASound() async throws {
    let response = try await speech().generate(Self.text)
    XCTAssertTrue((.seconds(1)...(.seconds(15))).contains(try XCTUnwrap(response.duration)))
    XCTAssertNotNil(response.timeToFirstAudio)
  }

  func testSpeechIsUnderstood() async throws {
    let spoken = try await speech().generate(Self.text)
    let written = try await transcription().transcribe(.bytes(try XCTUnwrap(spoken.waveFile)))
    let normalizer = WhisperEnglishNormalizer()
    let counts = try ErrorRate.words(
      reference: normalizer.normalize(Self.text), hypothesis: normalizer.normalize(written.transcription.text))
    XCTAssertLessThanOrEqual(counts.errorRate, 0.3, "understood \"\(written.transcription.text)\"")
  }
}
