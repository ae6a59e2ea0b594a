import Foundation
import NPUTestKit
import XCTest

/// How a test author tests speech services together and at some length: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_ASR_URL=http://127.0.0.1:8001 NPUTESTKIT_TTS_URL=http://127.0.0.1:8002 swift test --filter SpeechLoadTests
/// ```
///
/// `NPUTESTKIT_ASR_PROTOCOL=transcribe` and `NPUTESTKIT_TTS_PROTOCOL=synthesize` are for the plain Flask servers.
final class SpeechLoadTests: XCTestCase {
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

  func testAudioIsWrittenDownWithinItsLength() async throws {
    let clip = try AudioClip.toneBursts(seed: 1, .seconds(2)).wav()
    let written = try await transcription().transcribe(.bytes(clip)).transcription
    for segment in written.segments {
      XCTAssertLessThanOrEqual(try XCTUnwrap(segment.end), 3, "a segment ends after the audio: \(segment)")
    }
  }

  func testTwentyMixedRequestsEnd() async throws {
    let transcription = try transcription()
    let name = environment["NPUTESTKIT_TTS_PROTOCOL"] ?? SpeechRequest.WireProtocol.openAI.rawValue
    let speech = try service("NPUTESTKIT_TTS_URL").speech(XCTUnwrap(.init(rawValue: name)))
    let clip = try AudioClip.toneBursts(seed: 1, .seconds(2)).wav()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask {
          if index % 2 == 0 {
            _ = try await transcription.transcribe(.bytes(clip))
          } else {
            _ = try await speech.generate("The quick brown fox jumps over the lazy dog.")
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
