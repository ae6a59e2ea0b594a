import Foundation
import NPULoad
import NPUMetrics
import TestSupport
import Testing

@Suite("Replay of a journal")
struct ReplayTests {
  private func options() throws -> LoadReportBuilder.Options {
    LoadReportBuilder.Options(
      objectives: [try ServiceLevelObjective("itl:p99<1s")], goodput: [try GoodputObjective("ttft:150")],
      dialects: MetricDialect.all)
  }

  private func records() -> [RequestRecord] {
    (0..<200).map { index in
      let failed = index % 17 == 0
      return SampleRecords.paced(
        index: index, start: Double(index) * 20.25, intended: Double(index) * 20,
        firstToken: 90 + Double(index % 40) * 3.7,
        gap: 5 + Double(index % 7), tokens: 1 + index % 30, phase: index < 5 ? .warmup : .measured,
        outcome: failed ? Outcome(.httpStatus(503), status: 503, message: "busy") : Outcome(.success, status: 200),
        requested: 20)
    }
  }

  private func journal(
    _ stamps: JournalHeader.TokenStamps, in folder: TemporaryFolder, complete: Bool = true
  ) throws -> (report: LoadReport, path: String) {
    let run = RunDescription(
      model: "m", baseURL: "http://h/v1", plannedRequests: 195, requestRate: 50, burstiness: 1, seed: 3,
      versions: ["kit": "1"])
    let path = folder.file("j-\(stamps.rawValue)")
    let header = JournalHeader(
      run: run, unixNanoseconds: 0, monotonic: SampleRecords.at(0), tokenStamps: stamps)
    let writer = try JournalWriter(path: path, header: header)
    var builder = try LoadReportBuilder(run: run, options: try options())
    for record in records() {
      builder.add(record)
      try writer.append(record)
    }
    let unprepared = Duration.milliseconds(250)
    try writer.close(complete: complete, overdue: 7, unpreparedTime: unprepared)
    let report = try builder.report(
      end: complete ? .complete : .stopped, overdue: 7, unpreparedTime: unprepared)
    return (report, path)
  }

  @Test("A replayed journal gives exactly the report of the run", arguments: [true, false])
  func same(complete: Bool) throws {
    let folder = try TemporaryFolder()
    let (live, path) = try journal(.all, in: folder, complete: complete)
    let replayed = try LoadReport(replaying: path, options: try options())
    #expect(replayed == live)
    #expect((replayed.incompleteReason == nil) == complete)
    #expect(replayed.concurrency.unpreparedSeconds == 0.25)
    #expect(replayed.notes.contains { $0.hasPrefix("For 0.25 of ") && $0.contains("not tested at the load asked for") })
  }

  @Test("Without token stamps the gaps are unknown and everything else is the same")
  func withoutStamps() throws {
    let folder = try TemporaryFolder()
    let (live, path) = try journal(.none, in: folder)
    let replayed = try LoadReport(replaying: path, options: try options())
    #expect(replayed.latencies.interTokenLatency == nil)
    #expect(replayed.throughput.peakOutputTokens == nil)
    #expect(replayed.verdicts.map(\.outcome) == [.undetermined])
    #expect(replayed.notes.contains { $0.contains("no stamps of single tokens") })
    for dialect in replayed.dialects { #expect(!dialect.figures.contains { $0.name == "ICL" }) }

    var expected = live
    expected.latencies.interTokenLatency = nil
    #expect(replayed.latencies == expected.latencies)
    #expect(replayed.tokens == expected.tokens)
    #expect(replayed.requests == expected.requests)
    #expect(replayed.goodput == expected.goodput)
    #expect(replayed.concurrency == expected.concurrency)
    expected.throughput.peakOutputTokens = nil
    #expect(replayed.throughput == expected.throughput)
  }

  @Test("The error of a workload stands in the journal, and in the report made of it")
  func failedWorkload() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("failed")
    let writer = try JournalWriter(path: path, header: JournalHeader(beginning: RunDescription()))
    try writer.append(SampleRecords.paced(index: 0, start: 0))
    try writer.close(complete: false, failure: "no \"prompt\" in line 3")
    let report = try LoadReport(replaying: path)
    #expect(report.incompleteReason == "the run could not go on: no \"prompt\" in line 3")
    #expect(!report.passes)
  }

  @Test("A journal that was cut gives the report of what is left, marked as incomplete")
  func cut() throws {
    let folder = try TemporaryFolder()
    let (_, path) = try journal(.all, in: folder)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
    let report = try LoadReport(replaying: path, options: try options())
    #expect((50..<150).contains(report.requests.sent))
    #expect(report.incompleteReason?.contains("middle of a line") == true)
    #expect(report.notes.first?.hasPrefix("Incomplete") == true)
  }
}
