import Foundation
import NPUTestKit
import XCTest

/// How a test author has services of speech judged by XCTest: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_ASR_URL=http://127.0.0.1:8001 NPUTESTKIT_TTS_URL=http://127.0.0.1:8002 swift test --filter SpeechConformanceTests
/// ```
///
/// `NPUTESTKIT_ASR_PROTOCOL=transcribe` and `NPUTESTKIT_TTS_PROTOCOL=synthesize` are for the plain servers,
/// `OPENAI_API_KEY` holds the key, and `NPUTESTKIT_SKIP` names checks or tags to leave out. With both services the one
/// speaks what the other writes down.
final class SpeechConformanceTests: XCTestCase {
  private let environment = ProcessInfo.processInfo.environment

  private func service(_ variable: String) throws -> Service {
    guard let service = try Service.fromEnvironment(variable) else {
      throw XCTSkip("Set \(variable) to the base address of a service, such as http://127.0.0.1:8001.")
    }
    return service
  }

  /// Chooses checks of a suite; names of the other suite are passed over.
  private func selected<Context>(_ suite: CheckSuite<Context>) throws -> CheckSuite<Context> {
    let known = suite.checks.map(\.id) + suite.tags.map(\.rawValue)
    let names = environment["NPUTESTKIT_SKIP", default: ""].split(separator: ",").map(String.init)
    return try suite.selecting(CheckSelection(skip: names.filter(known.contains)))
  }

  private var speechProtocol: SpeechRequest.WireProtocol {
    environment["NPUTESTKIT_TTS_PROTOCOL"].flatMap { .init(rawValue: $0) } ?? .openAI
  }

  func testTranscriptionKeepsToTheProtocol() async throws {
    let wireProtocol = environment["NPUTESTKIT_ASR_PROTOCOL"].flatMap {
      TranscriptionRequest.WireProtocol(rawValue: $0)
    }
    var context = TranscriptionCheckContext(try service("NPUTESTKIT_ASR_URL"), wireProtocol: wireProtocol ?? .openAI)
    if let voice = try Service.fromEnvironment("NPUTESTKIT_TTS_URL") {
      try await context.speechClips(with: voice.speech(speechProtocol))
    }
    let report = await (try selected(CheckSuite.transcription)).run(in: context)
    print(ConformanceText(report).console)
    try report.require()
  }

  func testSpeechKeepsToTheProtocol() async throws {
    let context = SpeechCheckContext(try service("NPUTESTKIT_TTS_URL"), wireProtocol: speechProtocol)
    let report = await (try selected(CheckSuite.speech)).run(in: context)
    print(ConformanceText(report).console)
    try report.require()
  }
}
