import Foundation
import NPUTestKit
import XCTest

/// How a test author has services of speech judged by XCTest: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_ASR_URL=http://127.0.0.1:8001 NPUTESTKIT_TTS_URL=http://127.0.0.1:8002 swift test --filter SpeechConformanceTests
/// ```
///
/// `NPUTESTKIT_ASR_DIALECT=transcribe` and `NPUTESTKIT_TTS_DIALECT=synthesize` are for the plain servers, `OPENAI_API_KEY` holds the
/// key, and `NPUTESTKIT_SKIP` names checks or tags to leave out. With both services the one speaks what the other writes down.
final class SpeechConformanceTests: XCTestCase {
  private let environment = ProcessInfo.processInfo.environment

  private func service(_ variable: String) throws -> ServiceConfiguration {
    guard let address = environment[variable], !address.isEmpty else {
      throw XCTSkip("Set \(variable) to the base address of a service, such as http://127.0.0.1:8001.")
    }
    return try ServiceConfiguration(
      address, apiKey: environment["OPENAI_API_KEY"].flatMap { $0.isEmpty ? nil : Secret($0) })
  }

  /// Chooses checks of a suite; names of the other suite are passed over.
  private func selected<Context>(_ suite: CheckSuite<Context>) throws -> CheckSuite<Context> {
    let known = suite.checks.map(\.id) + suite.tags.map(\.rawValue)
    let names = environment["NPUTESTKIT_SKIP", default: ""].split(separator: ",").map(String.init)
    return try suite.selecting(CheckSelection(skip: names.filter(known.contains)))
  }

  private var speechDialect: SpeechRequest.WireProtocol {
    SpeechRequest.WireProtocol(rawValue: environment["NPUTESTKIT_TTS_DIALECT"] ?? "") ?? .openAI
  }

  func testTheRecogniserKeepsToTheProtocol() async throws {
    let service = try service("NPUTESTKIT_ASR_URL")
    let transport = try CurlTransport(configuration: service.endpoint.transportConfiguration())
    defer { transport.shutDown() }
    let wireProtocol =
      TranscriptionRequest.WireProtocol(rawValue: environment["NPUTESTKIT_ASR_DIALECT"] ?? "") ?? .openAI
    var context = TranscriptionCheckContext(transport: transport, service: service, wireProtocol: wireProtocol)
    if let speech = try? self.service("NPUTESTKIT_TTS_URL") {
      try await context.speechClips(
        with: SpeechClient(transport: transport, service: speech, wireProtocol: speechDialect))
    }
    let report = await (try selected(CheckSuite.transcription)).run(in: context)
    print(ConformanceText(report).console)
    try report.require()
  }

  func testTheVoiceKeepsToTheProtocol() async throws {
    let service = try service("NPUTESTKIT_TTS_URL")
    let transport = try CurlTransport(configuration: service.endpoint.transportConfiguration())
    defer { transport.shutDown() }
    let context = SpeechCheckContext(transport: transport, service: service, wireProtocol: speechDialect)
    let report = await (try selected(CheckSuite.speech)).run(in: context)
    print(ConformanceText(report).console)
    try report.require()
  }
}
