import NPUBase
import NPUMetrics
import NPUReporting
import NPUTransport
import TestSupport
import Testing

@testable import NPULoad

@Suite("Overload of an open loop")
struct OverloadTests {
  /// Requests at an even rate to a service that works on several at a time, first come, first served.
  ///
  /// - Parameters:
  ///   - offered: Requests per second of the schedule.
  ///   - places: How many the service works on at a time.
  ///   - work: Milliseconds that one takes.
  ///   - count: How many requests.
  ///   - limit: The most that the client has in flight.
  /// - Returns: Their records, in the order of their ends.
  private func run(
    offered: Double, places: Int, work: Double, count: Int, limit: Int = .max
  ) -> [RequestRecord] {
    var free = [Double](repeating: 0, count: places)
    var ends: [Double] = []
    var records = (0..<count).map { index in
      let due = Double(index) * 1000 / offered
      let place = free.indices.min { free[$0] < free[$1] } ?? 0
      // The client holds back what is over its limit until an earlier one has ended.
      let start = index >= limit ? max(due, ends.sorted()[index - limit]) : due
      let served = max(start, free[place])
      free[place] = served + work
      ends.append(served + work)
      return SampleRecords.paced(
        index: index, start: start, intended: due, firstToken: served - start + work / 2, gap: work / 4, tokens: 2)
    }
    records.sort { ($0.timeline.closed ?? $0.timeline.started) < ($1.timeline.closed ?? $1.timeline.started) }
    return records
  }

  private func report(_ records: [RequestRecord], _ expressions: [String] = []) throws -> LoadReport {
    let objectives = try expressions.map { try ServiceLevelObjective($0) }
    var builder = try LoadReportBuilder(
      options: LoadReportBuilder.Options(objectives: objectives, goodput: [GoodputObjective("ttft:500")]))
    for record in records { builder.add(record) }
    return try builder.report()
  }

  @Test("150 offered against 60 that the service gets done: backlog, its growth and the drain are told, with a note")
  func overload() throws {
    let report = try report(run(offered: 150, places: 6, work: 100, count: 1500))
    #expect(abs((report.throughput.offered ?? 0) - 150) < 0.001)
    #expect((report.throughput.achieved ?? 0) < 62)
    let backlog = try #require(report.backlog)
    #expect(backlog.keepsUp == false)
    // 150 - 60 each second over ten seconds, and 900 at 60 each second.
    #expect((895...910).contains(backlog.atScheduleEnd))
    #expect(backlog.peak >= backlog.atScheduleEnd)
    #expect(abs((backlog.slope ?? 0) - 90) < 3)
    #expect(abs((backlog.latencySlope ?? 0) - 1.5) < 0.05)
    #expect(abs(backlog.drainSeconds - 15) < 0.3)
    #expect(backlog.waiting == 0)
    #expect(report.notes.contains { $0.contains("did not keep up with the 150.00 requests/s offered") })
    let console = ReportText(report).console
    #expect(console.contains("backlog") && console.contains("drain"))
    #expect(try report.json().contains("\"at_schedule_end\""))
    #expect(try LoadReport(json: report.json()) == report)
  }

  @Test("A limit on concurrency moves the backlog to the client, where it is seen as well")
  func waiting() throws {
    let report = try report(run(offered: 150, places: 6, work: 100, count: 1500, limit: 10), ["ttft:p99<500ms"])
    let backlog = try #require(report.backlog)
    #expect(backlog.keepsUp == false)
    #expect(backlog.waiting > 850)
    // From the request written the service looks fast; users wait from the instant that the schedule intended.
    #expect((report.latencies.timeToFirstToken.percentile(99)?.value ?? .infinity) < 500)
    let verdict = try #require(report.verdicts.first)
    #expect(verdict.outcome == .fail)
    #expect(verdict.measuredFrom == .intended)
    #expect(verdict.text.contains("from the intended instant"))
    #expect(try report.json().contains("\"measured_from\" : \"intended\""))
    #expect(report.goodput?.isFromIntended == true)
    #expect((report.goodput?.share ?? 1) < 0.2)
    #expect(ReportText(report).console.contains("NPUTestKit's TTFT, from the intended instant"))
    for expression in ["ttft_from_sent:p99<500ms", "e2e_from_started:p99<500ms", "ttfc_from_sent:p99<500ms"] {
      #expect(try report.verdict(on: ServiceLevelObjective(expression)).outcome == .pass)
    }
    for expression in ["e2e:p99<500ms", "e2el:p99<500ms", "ttfc:p99<500ms", "ttft_from_intended:p99<500ms"] {
      #expect(try report.verdict(on: ServiceLevelObjective(expression)).outcome == .fail)
    }
  }

  @Test(
    "A service that keeps up has no such note, however short its schedule is against its responses",
    arguments: [(50.0, 6, 100.0, 500), (59, 6, 100, 900), (10, 100, 3000, 60), (100, 400, 4000, 200)])
  func keepsUp(offered: Double, places: Int, work: Double, count: Int) throws {
    let report = try report(run(offered: offered, places: places, work: work, count: count))
    #expect(report.backlog?.keepsUp == true)
    #expect(!report.notes.contains { $0.contains("did not keep up") })
  }

  @Test("A schedule of a few requests says nothing, and a closed loop has no backlog")
  func short() throws {
    #expect(try #require(try report(run(offered: 10, places: 1, work: 500, count: 10)).backlog).keepsUp == nil)
    let closed = try report(
      (0..<30).map { SampleRecords.paced(index: $0, start: Double($0) * 100) }, ["ttft:p99<500ms"])
    #expect(closed.backlog == nil)
    #expect(closed.throughput.offered == nil)
    #expect(closed.verdicts.first?.measuredFrom == .sent)
    #expect(closed.goodput?.isFromIntended == false)
  }

  @Test("Requests that were due and never started belong to the backlog, though they have no record")
  func overdue() throws {
    var builder = try LoadReportBuilder()
    for record in run(offered: 150, places: 6, work: 100, count: 300, limit: 10) { builder.add(record) }
    let without = try #require(try builder.report().backlog)
    let with = try #require(try builder.report(overdue: 500).backlog)
    #expect(with.atScheduleEnd == without.atScheduleEnd + 500)
    #expect(with.waiting == without.waiting + 500)
    #expect(with.peak == with.atScheduleEnd)
  }

  @Test("Beyond the records that are held one by one the figures stay about the same")
  func sampled() {
    var exact = BacklogCounter()
    var sampled = BacklogCounter(exactLimit: 50)
    for record in run(offered: 150, places: 6, work: 100, count: 1500) {
      let timeline = record.timeline
      let (due, start) = (timeline.intended ?? timeline.started, timeline.started)
      let end = timeline.closed ?? start
      exact.add(intended: due.nanoseconds, started: start.nanoseconds, end: end.nanoseconds)
      sampled.add(intended: due.nanoseconds, started: start.nanoseconds, end: end.nanoseconds)
    }
    #expect(sampled.figures?.keepsUp == false)
    #expect(abs((sampled.figures?.atScheduleEnd ?? 0) - (exact.figures?.atScheduleEnd ?? 0)) <= 2)
    #expect(abs((sampled.figures?.slope ?? 0) - (exact.figures?.slope ?? 0)) < 1)
  }
}
