import Foundation
import HTTPTypes
import NPULoad
import NPUServices
import NPUTransport
import TestSupport
import Testing

/// Streams of public bug reports, where the folder of test data holds them.
@Suite(
  "Streams that public bug reports tell of",
  .enabled(if: RecordedResponses.cases != nil, "set NPUTESTKIT_TEST_DATA to the folder that holds cases"))
struct RecordedCaseTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var kind = Outcome.Kind.success
    var text: String
    var tokens: Int?
    var notes: ResponseNotes = []
  }

  static let cases = [
    Case(testDescription: "sse-content-as-list", text: "Hello friend", tokens: 4),
    Case(testDescription: "sse-emoji-halves-in-two-chunks", text: "Hi 😀! ok", tokens: 4, notes: .joinedCharacter),
    Case(testDescription: "sse-empty-content-with-usage", kind: .emptyResponse, text: "", tokens: 3),
    Case(testDescription: "sse-finish-error-partial", kind: .failedFinish, text: "Hello there", tokens: 2),
    Case(testDescription: "sse-no-finish-reason", text: "Hello there, friend", tokens: 8, notes: .noFinishReason),
    Case(testDescription: "sse-sse-as-text-plain", text: "Hello there, friend", tokens: 4, notes: .mediaType),
    Case(testDescription: "sse-usage-all-zero", text: "Hello there, friend", notes: .contradictoryUsage),
  ]

  @Test("Each ends as it should, at both doors", arguments: cases)
  func outcome(example: Case) async throws {
    let folder = try #require(RecordedResponses.cases)
    let bytes = try Data(contentsOf: folder.appending(path: "\(example.testDescription)/response.http"))
    let (type, body) = try #require(Self.response(String(decoding: bytes, as: UTF8.self)))
    let response = ScriptedResponse(example.testDescription, contentType: type, body: body)
    for cut in [ScriptedResponse.Cut.whole, .bytes] {
      let record = try response.record(cut)
      #expect(record.outcome.kind == example.kind, "\(record.outcome)")
      #expect(record.text == example.text)
      #expect(record.tokens.completion == example.tokens)
      #expect(record.form.notes == example.notes)
    }
    let (chunks, error) = await (try ChatClient(answering(contentType: type, pieces: [body]))).collect()
    #expect((error as? ServiceError)?.kind.rawValue ?? "success" == example.kind.rawValue)
    #expect(chunks.assembled().text ?? "" == example.text)
  }

  /// The media type and the body of a response with chunks.
  private static func response(_ text: String) -> (type: String, body: String)? {
    let text = text.replacing("\r\n", with: "\n")
    guard let end = text.firstRange(of: "\n\n"),
      let type = text[..<end.lowerBound].split(separator: "\n").first(where: { $0.hasPrefix("Content-Type: ") })
    else { return nil }
    // Chunk sizes stand on lines of their own, which no line of an event looks like.
    let lines = text[end.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
    let events = lines.filter { $0.hasPrefix("data:") }
    return (String(type.dropFirst(14)), events.map { $0 + "\n\n" }.joined())
  }
}
