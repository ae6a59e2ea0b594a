import Foundation
import NPULoad
import TestSupport
import Testing

@Suite("Journal")
struct JournalTests {
  private func header(_ stamps: JournalHeader.TokenStamps = .all) -> JournalHeader {
    JournalHeader(
      run: RunDescription(model: "m", baseURL: "http://user:secret@host:8000/v1?key=secret", seed: 7, host: "h"),
      unixNanoseconds: 1_700_000_000_000_000_000, monotonic: SampleRecords.at(0), tokenStamps: stamps)
  }

  private func write(
    _ records: [RequestRecord], to path: String, stamps: JournalHeader.TokenStamps = .all, complete: Bool = true
  ) throws {
    let writer = try JournalWriter(path: path, header: header(stamps))
    for record in records { try writer.append(record) }
    try writer.close(complete: complete)
  }

  private func read(_ path: String, lineLimit: Int = JournalReader.defaultLineLimit) throws
    -> (records: [RequestRecord], end: JournalReader.End?, header: JournalHeader)
  {
    var reader = try JournalReader(path: path, lineLimit: lineLimit)
    var records: [RequestRecord] = []
    while let record = try reader.next() { records.append(record) }
    return (records, reader.end, reader.header)
  }

  @Test("What was written is read back equal, whatever it holds", arguments: 0..<20)
  func roundTrip(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var random = RandomRecords(seed: seed)
    let records = (0..<50).map { random.record(index: $0) }
    try write(records, to: folder.file("j"))
    let result = try read(folder.file("j"))
    #expect(result.records == records)
    #expect(result.end == .complete)
    #expect(result.header == header())
  }

  @Test("The header holds no secrets of the address")
  func secrets() throws {
    let folder = try TemporaryFolder()
    try write([], to: folder.file("j"))
    let text = try String(contentsOfFile: folder.file("j"), encoding: .utf8)
    #expect(!text.contains("secret"))
    #expect(text.contains("\"base_url\":\"http://host:8000/v1\""))
    #expect(try read(folder.file("j")).header.run.baseURL == "http://host:8000/v1")
  }

  @Test("A line has the keys that other programs read, in nanoseconds of the monotonic clock")
  func keys() throws {
    let folder = try TemporaryFolder()
    var record = SampleRecords.nineAnswers
    record.timeline.intended = SampleRecords.at(-1)
    try write([record], to: folder.file("j"))
    let lines = try String(contentsOfFile: folder.file("j"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 3)
    let object = try JSONSerialization.jsonObject(with: Data(lines[1].utf8))
    let line = try #require(object as? [String: Any])
    #expect(line["request_id"] as? String == "chatcmpl-1")
    #expect(line["planned_ns"] as? Int == 999_000_000)
    #expect(line["start_ns"] as? Int == 1_000_000_000)
    #expect(line["sent_ns"] as? Int == 1_000_000_000)
    #expect(line["head_ns"] as? Int == 1_004_000_000)
    #expect(line["first_byte_ns"] as? Int == 1_005_000_000)
    #expect(line["first_token_ns"] as? Int == 1_100_000_000)
    #expect(line["last_token_ns"] as? Int == 1_210_000_000)
    #expect(line["end_ns"] as? Int == 1_231_000_000)
    #expect(line["token_ns"] as? [Int] == [1_100_000_000, 1_140_000_000, 1_200_000_000, 1_210_000_000])
    #expect(line["outcome"] as? String == "success")
    #expect(lines[2] == "{\"complete\":true}")
  }

  @Test("A journal without token stamps keeps every figure but the gaps")
  func withoutTokenStamps() throws {
    let folder = try TemporaryFolder()
    let record = SampleRecords.paced(index: 3, start: 0, tokens: 200)
    try write([record], to: folder.file("j"), stamps: .none)
    let text = try String(contentsOfFile: folder.file("j"), encoding: .utf8)
    #expect(!text.contains("\"token_ns\""))
    #expect(text.utf8.count < 1500)
    let read = try #require(try read(folder.file("j")).records.first)
    #expect(read.metrics == record.metrics)
    #expect(read.metrics.tokenEvents == 200)
    #expect(read.timeline.interTokenLatencies == nil)
    for dialect in MetricDialect.all {
      var expected = dialect.figures(for: record)
      expected.gaps = nil
      #expect(dialect.figures(for: read) == expected, "\(dialect.title)")
    }
  }

  @Test("A journal cut anywhere gives the records before the cut and says so", arguments: 0..<40)
  func cut(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var random = RandomRecords(seed: seed)
    let records = (0..<4).map { random.record(index: $0) }
    try write(records, to: folder.file("j"))
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder.file("j")))
    let firstLine = try #require(whole.firstIndex(of: 0x0A))
    let length = Int.random(in: (firstLine + 1)..<whole.count, using: &random.generator)
    let part = whole.prefix(length)
    try part.write(to: URL(fileURLWithPath: folder.file("cut")))
    let result = try read(folder.file("cut"))
    #expect(result.records == Array(records.prefix(result.records.count)))
    let wholeLines = part.count { $0 == 0x0A } - 1
    #expect(result.records.count >= min(wholeLines, records.count))
    #expect(result.end != .stopped)
    let tail = part.count - ((part.lastIndex(of: 0x0A) ?? 0) + 1)
    if case .cutLine(let bytes) = result.end {
      #expect(bytes == tail)
    } else {
      #expect(tail == 0 || whole.count - length == 1 || result.records.count > wholeLines)
    }
  }

  @Test("A run that was stopped and one that was killed are told apart")
  func endings() throws {
    let folder = try TemporaryFolder()
    try write([SampleRecords.nineAnswers], to: folder.file("stopped"), complete: false)
    #expect(try read(folder.file("stopped")).end == .stopped)
    do {
      let writer = try JournalWriter(path: folder.file("killed"), header: header())
      try writer.append(SampleRecords.nineAnswers)
    }
    let killed = try read(folder.file("killed"))
    #expect(killed.end == .missingTrailer)
    #expect(killed.records == [SampleRecords.nineAnswers])
  }

  @Test("Keys that are not known are passed over, and a broken line is named by its number")
  func unknownAndBroken() throws {
    let folder = try TemporaryFolder()
    try write([SampleRecords.nineAnswers], to: folder.file("j"))
    var lines = try String(contentsOfFile: folder.file("j"), encoding: .utf8).split(separator: "\n").map(String.init)
    lines[1] = "{\"new\":{\"a\":[1.5e3,null,true,{\"b\":\"\\u00e9\\\"\"}]}," + lines[1].dropFirst()
    try lines.joined(separator: "\n").write(toFile: folder.file("new"), atomically: true, encoding: .utf8)
    #expect(try read(folder.file("new")).records == [SampleRecords.nineAnswers])

    let broken = [
      "not json", "{}", "{\"index\":1.5}", "{\"index\":1,\"start_ns\":99999999999999999999,\"outcome\":\"success\"}",
      "{\"index\":0,\"start_ns\":0,\"outcome\":\"success\",\"events\":[9,3],\"token_ns\":[1]}",
      "{\"index\":0,\"start_ns\":0,\"outcome\":\"success\",\"events\":[9],\"token_ns\":[1]}",
      "{\"index\":0,\"start_ns\":0,\"outcome\":\"success\",\"events\":[70000,1],\"other_ns\":[1]}",
      "{\"index\":0,\"start_ns\":0,\"outcome\":\"success\",\"events\":[9,-1],\"token_ns\":[1]}",
      "{\"x\":" + String(repeating: "[", count: 1000),
    ]
    for line in broken {
      try [lines[0], lines[2], line, lines[2], ""].joined(separator: "\n")
        .write(toFile: folder.file("broken"), atomically: true, encoding: .utf8)
      let error = #expect(throws: JournalError.self) { try read(folder.file("broken")) }
      #expect(error?.kind == .malformedLine, "\(line.prefix(40))")
      #expect(error?.line == 3)
    }
  }

  @Test("A file that is no journal, a newer journal and an overlong line are refused with their reason")
  func refused() throws {
    let folder = try TemporaryFolder()
    func kind(_ text: String, lineLimit: Int = 10_000) throws -> JournalError.Kind? {
      try text.write(toFile: folder.file("x"), atomically: true, encoding: .utf8)
      return #expect(throws: JournalError.self) { try read(folder.file("x"), lineLimit: lineLimit) }?.kind
    }
    #expect(try kind("") == .missingHeader)
    #expect(try kind("hello\n") == .missingHeader)
    try write([SampleRecords.nineAnswers], to: folder.file("j"))
    let text = try String(contentsOfFile: folder.file("j"), encoding: .utf8)
    #expect(try kind(text.replacingOccurrences(of: "\"journal\":1", with: "\"journal\":2")) == .unsupportedVersion)
    #expect(try kind(text, lineLimit: 400) == .lineTooLong)
    #expect(throws: JournalError.self) { try read(folder.file("absent")) }
  }

  @Test("An existing file is not replaced unless that was asked for")
  func existing() throws {
    let folder = try TemporaryFolder()
    try write([], to: folder.file("j"))
    let error = #expect(throws: JournalError.self) { try write([], to: folder.file("j")) }
    #expect(error?.kind == .open)
    #expect(error?.description.contains("errno 17") == true)
    let writer = try JournalWriter(path: folder.file("j"), header: header(), replacing: true)
    try writer.close()
    let closed = #expect(throws: JournalError.self) { try writer.append(SampleRecords.nineAnswers) }
    #expect(closed?.kind == .closed)
  }

  @Test(
    "A full disk is an error with its reason, and closes the journal",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDisk() throws {
    let error = #expect(throws: JournalError.self) {
      _ = try JournalWriter(path: "/dev/full", header: header(), replacing: true)
    }
    #expect(error?.kind == .write)
    #expect(error?.message.contains("errno 28") == true)
  }
}
