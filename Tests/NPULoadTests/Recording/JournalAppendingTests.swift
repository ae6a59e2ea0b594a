import Foundation
import NPUBase
import NPULoad
import TestSupport
import Testing

@Suite("A journal that is gone on with")
struct JournalAppendingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var header: JournalHeader {
    JournalHeader(run: RunDescription(model: "m"), unixNanoseconds: 0, monotonic: SampleRecords.at(0))
  }

  private func record(_ index: Int, service: String? = nil) -> RequestRecord {
    var record = SampleRecords.paced(index: index, start: Double(index), tokens: 2)
    record.service = service
    return record
  }

  @Test("Cut anywhere behind its header, it is gone on with as if the torn line had never been")
  func cutAnywhere() throws {
    let writer = try JournalWriter(path: folder.file("j"), header: header)
    for index in 0..<3 { try writer.append(record(index)) }
    try writer.append(note: "window", #"{"number":1}"#)
    try writer.append(record(3))
    try writer.close(complete: false)
    let whole = Array(try folder.text("j").utf8)
    let first = try #require(whole.firstIndex(of: 0x0A))
    for length in KillPoints.lengths(of: whole, from: first) {
      let path = try folder.write(Array(whole[..<length]), to: "cut")
      var reader = try JournalReader(path: path)
      var known: [Int] = []
      while let record = try reader.next() { known.append(record.index) }
      #expect(known == Array(0..<known.count))
      let rest = try JournalWriter(appendingTo: path, at: reader.point, header: reader.header)
      for index in known.count..<5 { try rest.append(record(index)) }
      #expect(rest.size >= reader.point.bytes)
      try rest.close()
      var again = try JournalReader(path: path)
      var all: [Int] = []
      while let record = try again.next() { all.append(record.index) }
      #expect(all == Array(0..<5), "cut at \(length)")
      #expect(again.end == .complete && again.repeatedLines == 0)
    }
  }

  @Test("Lines about the run stand between those of requests, and a report passes over them")
  func notes() throws {
    let writer = try JournalWriter(path: folder.file("j"), header: header)
    try writer.append(note: "soak", #"{"index":"none","status":true}"#)
    try writer.append(record(0))
    try writer.append(note: "window", "[1,2]")
    try writer.close()
    var reader = try JournalReader(path: folder.file("j"))
    var entries: [JournalEntry] = []
    while let entry = try reader.nextEntry() { entries.append(entry) }
    #expect(
      entries == [
        .note(kind: "soak", line: Array(#"{"kind":"soak","value":{"index":"none","status":true}}"#.utf8)),
        .record(record(0)), .note(kind: "window", line: Array(#"{"kind":"window","value":[1,2]}"#.utf8)),
      ])
    #expect(reader.end == .complete)
    #expect(try LoadReport(replaying: folder.file("j")).requests.completed == 1)
  }

  @Test("A note is on disk at once, with every line before it")
  func flushed() throws {
    let writer = try JournalWriter(path: folder.file("j"), header: header)
    try writer.append(record(0))
    #expect(try folder.text("j").split(separator: "\n").count == 1)
    try writer.append(note: "window", "1")
    #expect(try folder.text("j").split(separator: "\n").count == 3)
    try writer.close()
  }

  @Test("A line names the service of its request where there are several")
  func service() throws {
    let writer = try JournalWriter(path: folder.file("j"), header: header)
    try writer.append(record(0, service: "chat"))
    try writer.append(record(1))
    try writer.close()
    let lines = try folder.text("j").split(separator: "\n")
    #expect(lines[1].contains(#""service":"chat""#) && !lines[2].contains("service"))
    var reader = try JournalReader(path: folder.file("j"))
    #expect(try reader.next() == record(0, service: "chat"))
    #expect(try reader.next() == record(1))
  }
}
