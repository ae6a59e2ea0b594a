import Foundation
import NPUBase
import NPULoad
import NPUServices
import TestSupport
import Testing

/// The examples of the page on the journal's format are a journal.
@Suite("The documented format of the journal")
struct JournalFormatTests {
  /// The lines in the JSON blocks of the page.
  private func documentedLines() throws -> [String] {
    let page = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Documentation/NPUTestKit.docc/JournalFormat.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    return text.split(separator: "```json\n").dropFirst().compactMap { block in
      block.split(separator: "\n```").first.map(String.init)
    }
  }

  @Test("The documented lines are read with the meaning that the page gives them")
  func examples() throws {
    let lines = try documentedLines()
    try #require(lines.count == 2)
    let folder = try TemporaryFolder()
    try (lines + [#"{"complete":true}"#, ""]).joined(separator: "\n")
      .write(toFile: folder.file("j"), atomically: true, encoding: .utf8)

    var reader = try JournalReader(path: folder.file("j"))
    #expect(reader.header.run.maxConcurrency == 16)
    let record = try #require(try reader.next())
    #expect(try reader.next() == nil)
    #expect(reader.end == .complete)

    #expect(
      record.timeline.events.map(\.instant.nanoseconds) == [
        5_000_000, 9_000_000, 10_000_000, 11_000_000, 11_500_000, 12_000_000, 12_000_000,
      ])
    #expect(
      record.timeline.events.map(\.content) == [
        [.choices, .role], [.choices, .text], [.choices, .text], [.choices, .text], [.choices, .finish], .usage, .done,
      ])
    #expect(record.tokens.completion == 3)
    #expect(record.metrics.timeToFirstToken == .nanoseconds(7_800_000))
    #expect(record.metrics.timePerOutputToken == .milliseconds(1))
  }

  @Test(
    "Outcomes of earlier versions are read under their names of today",
    arguments: [("empty_answer", "empty_response"), ("answer_too_large", "response_too_large"), ("timeout", "timeout")])
  func formerOutcomes(former: String, name: String) throws {
    let record = try documentedRecord(replacing: #""outcome":"success""#, with: #""outcome":"\#(former)""#)
    #expect(record.outcome.kind.rawValue == name)
  }

  @Test("Measures of earlier versions are read under their names of today")
  func formerMeasures() throws {
    let record = try documentedRecord(
      replacing: #""outcome":"success""#,
      with: #""outcome":"success","measures":{"asr_ms":5,"tts_ms":7,"mine_ms":9}"#)
    #expect(
      record.measures == [.transcriptionLatency: 5, .speechLatency: 7, Measure(rawValue: "mine_ms"): 9])
  }

  /// The documented request, with a part of its line replaced.
  private func documentedRecord(replacing part: String, with other: String) throws -> RequestRecord {
    let lines = try documentedLines()
    try #require(lines.last?.contains(part) == true)
    let folder = try TemporaryFolder()
    try lines.joined(separator: "\n").replacing(part, with: other)
      .write(toFile: folder.file("j"), atomically: true, encoding: .utf8)
    var reader = try JournalReader(path: folder.file("j"))
    return try #require(try reader.next())
  }

  @Test("The writer gives the documented lines again, byte for byte")
  func written() throws {
    let lines = try documentedLines()
    let folder = try TemporaryFolder()
    try lines.joined(separator: "\n").write(toFile: folder.file("j"), atomically: true, encoding: .utf8)
    var reader = try JournalReader(path: folder.file("j"))
    let record = try #require(try reader.next())
    let writer = try JournalWriter(path: folder.file("k"), header: reader.header)
    try writer.append(record)
    try writer.close()
    let copy = try String(contentsOfFile: folder.file("k"), encoding: .utf8)
    #expect(copy == (lines + [#"{"complete":true}"#, ""]).joined(separator: "\n"))
  }
}
