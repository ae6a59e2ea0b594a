import Foundation
import NPUBase
import NPUMetrics
import NPUTelemetry
import Testing

@Suite("The log of chips")
struct ChipLogFormatTests {
  private let sample = TelemetrySample(
    tick: 4, start: MonotonicInstant(nanoseconds: 12_000_000_345), duration: .microseconds(1500), missedBefore: 2,
    result: .success([
      ChipReading(
        chip: ChipIdentity(npuID: 2144, chipID: 0), name: "910B4-1", health: .ok, powerWatts: 82.5,
        temperatureCelsius: 41, aiCorePercent: 7, utilizationPercent: 9, memoryUsedBytes: 2871 << 20,
        memoryTotalBytes: 32768 << 20),
      ChipReading(chip: ChipIdentity(npuID: 2145), health: .other("a,\"b\"")),
    ]))
  private let gap = TelemetrySample<[ChipReading]>(
    tick: 5, start: MonotonicInstant(nanoseconds: 13), duration: .seconds(10),
    result: .failure(SampleGap(kind: .timeout, message: "took\n\"long\", gone")))

  @Test("as CSV has the same number of cells in each line, empty where nothing is known")
  func csv() {
    let format = ChipLogFormat.csv
    #expect(format.header.split(separator: ",").count == 16)
    #expect(
      format.lines(sample) == """
        12000000345,1.500,4,2,2144,0,910B4-1,OK,82.5,41,7,9,2871,32768,,
        12000000345,1.500,4,2,2145,,,"a,""b""\",,,,,,,,

        """)
    #expect(format.lines(gap) == "13,10000.000,5,0,,,,,,,,,,,timeout,\"took\n\"\"long\"\", gone\"\n")
    let empty = TelemetrySample<[ChipReading]>(
      tick: 0, start: MonotonicInstant(nanoseconds: 1), duration: .zero, result: .success([]))
    #expect(format.lines(empty) == "1,0.000,0,0,,,,,,,,,,,,\n")
  }

  @Test("as CSV gives a spreadsheet no formula to run")
  func formulas() {
    let evil = TelemetrySample<[ChipReading]>(
      tick: 0, start: MonotonicInstant(nanoseconds: -1), duration: .zero,
      result: .failure(SampleGap(kind: .failed, message: "=1+1")))
    #expect(ChipLogFormat.csv.lines(evil).hasSuffix("failed,\"'=1+1\"\n"))
    #expect(ChipLogFormat.csv.lines(evil).hasPrefix("-1,"))
  }

  @Test("as JSON Lines has one object for each sample, null where nothing is known")
  func jsonLines() throws {
    let lines = ChipLogFormat.jsonLines.lines(sample) + ChipLogFormat.jsonLines.lines(gap)
    let objects = try lines.split(separator: "\n").map { try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
    #expect(objects.count == 2)
    #expect(objects[0]["start_ns"]?.integer == 12_000_000_345)
    #expect(objects[0]["missed_before"]?.integer == 2)
    let chips = try #require(objects[0]["chips"]?.array)
    #expect(chips[0]["memory_used_mb"]?.integer == 2871)
    #expect(chips[0]["power_w"]?.number == 82.5)
    #expect(chips[0]["aicore_percent"]?.integer == 7)
    #expect(chips[0]["npu_utilization_percent"]?.integer == 9)
    #expect(chips[1]["power_w"] == .null)
    #expect(chips[1]["chip_id"] == .null)
    #expect(objects[1]["gap"]?.string == "timeout")
    #expect(objects[1]["chips"] == nil)
  }

  @Test("goes to a file in the format that its name tells", arguments: [("log.csv", 3), ("log.jsonl", 2), ("log", 2)])
  func file(_ name: String, _ lines: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: name).path
    let one = TelemetrySample<[ChipReading]>(
      tick: 4, start: MonotonicInstant(nanoseconds: 1), duration: .zero,
      result: .success([ChipReading(chip: ChipIdentity(npuID: 1))]))
    let writer = try ChipLogWriter(path: path)
    try writer.add(one)
    try writer.add(one)
    #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == lines)
    #expect(throws: FileError.self) { try ChipLogWriter(path: folder.appending(path: "no/such").path) }
  }
}
