import Foundation
import NPUBase
import NPULoad
import Synchronization
import TestSupport
import Testing

@Suite("What is left of a journal whose run was killed")
struct JournalDurabilityTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var header: JournalHeader {
    JournalHeader(run: RunDescription(model: "m"), unixNanoseconds: 0, monotonic: SampleRecords.at(0))
  }

  private func records(_ path: String) throws -> (indices: [Int], reader: (repeated: Int, examples: [Int])) {
    var reader = try JournalReader(path: path)
    var indices: [Int] = []
    while let record = try reader.next() { indices.append(record.index) }
    return (indices, (reader.repeatedLines, reader.repeatedIndices))
  }

  @Test("A line is on disk with the first line that comes a second after the last writing")
  func everySecond() throws {
    let time = Box(SampleRecords.at(0))
    let writer = try JournalWriter(path: folder.file("j"), header: header, replacing: false) { time.value }
    for index in 0..<5 {
      time.value = SampleRecords.at(Double(index) * 200)
      try writer.append(SampleRecords.paced(index: index, start: 0, tokens: 2))
    }
    #expect(try records(folder.file("j")).indices == [])
    time.value = SampleRecords.at(1_000)
    try writer.append(SampleRecords.paced(index: 5, start: 0, tokens: 2))
    #expect(try records(folder.file("j")).indices == Array(0...5))
    try writer.append(SampleRecords.paced(index: 6, start: 0, tokens: 2))
    try writer.flush()
    #expect(try records(folder.file("j")).indices == Array(0...6))
    let report = try LoadReport(replaying: folder.file("j"))
    #expect(report.requests.sent == 7)
    #expect(report.incompleteReason?.contains("killed") == true)
    #expect(!report.passes)
  }

  @Test("A request that several lines name is counted once, and the report names it")
  func repeated() throws {
    let writer = try JournalWriter(path: folder.file("j"), header: header)
    for index in [0, 1, 2, 1, 700, 2, 2, 700] {
      try writer.append(SampleRecords.paced(index: index, start: 0, tokens: 2))
    }
    try writer.close()
    let read = try records(folder.file("j"))
    #expect(read.indices == [0, 1, 2, 700])
    #expect(read.reader.repeated == 4)
    #expect(read.reader.examples == [1, 2, 700])
    let report = try LoadReport(replaying: folder.file("j"))
    #expect(report.requests.sent == 4)
    #expect(report.notes.contains { $0.contains("repeat a request") && $0.contains("1, 2, 700") })
  }

  @Test(
    "Counts that cannot be are refused with their name and value",
    arguments: [
      (#""usage":{"completion":-5}"#, "completion", "-5"), (#""usage":{"prompt":-1}"#, "prompt", "-1"),
      (#""usage":{"completion":9223372036854775807}"#, "completion", "9223372036854775807"),
      (#""usage":{"cached":99999999999}"#, "cached", "99999999999"), (#""usage":{"reasoning":-1}"#, "reasoning", "-1"),
      (#""requested":{"output":-7}"#, "output", "-7"), (#""requested":{"prompt":-7}"#, "prompt", "-7"),
      (#""requested":{"entry":-7}"#, "entry", "-7"), (#""transfer":{"received_bytes":-7}"#, "received_bytes", "-7"),
      (#""events":[9,1],"token_ns":[1],"token_counts":[-3]"#, "token_counts", "-3"),
      (#""events":[9,1],"token_ns":[1],"token_bytes":[-3]"#, "token_bytes", "-3"),
    ])
  func absurd(_ keys: String, _ name: String, _ value: String) throws {
    try JournalWriter(path: folder.file("j"), header: header).close()
    let head = try String(contentsOfFile: folder.file("j"), encoding: .utf8).split(separator: "\n")[0]
    let line = "{\"index\":0,\"start_ns\":0,\"outcome\":\"success\",\(keys)}"
    try "\(head)\n\(line)\n".write(toFile: folder.file("x"), atomically: true, encoding: .utf8)
    let error = #expect(throws: JournalError.self) { try records(folder.file("x")) }
    #expect(error?.kind == .malformedLine)
    #expect(error?.line == 2)
    #expect(error?.message.contains("'\(name)'") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(value) == true, "\(error?.message ?? "")")
  }

  @Test("A negative index is refused")
  func negativeIndex() throws {
    try JournalWriter(path: folder.file("j"), header: header).close()
    let head = try String(contentsOfFile: folder.file("j"), encoding: .utf8).split(separator: "\n")[0]
    try "\(head)\n{\"index\":-1,\"start_ns\":0,\"outcome\":\"success\"}\n"
      .write(toFile: folder.file("x"), atomically: true, encoding: .utf8)
    #expect(throws: JournalError.self) { try records(folder.file("x")) }
  }
}

/// A value that a closure shares with a test.
private final class Box<Value: Sendable>: Sendable {
  private let stored: Mutex<Value>

  init(_ value: Value) { stored = Mutex(value) }

  var value: Value {
    get { stored.withLock(\.self) }
    set { stored.withLock { $0 = newValue } }
  }
}
