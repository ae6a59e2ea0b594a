import NPULoad
import NPUMetrics
import NPUReporting
import NPUTransport
import TestSupport
import Testing

@Suite("Undefined figures")
struct UndefinedFigureTests {
  private func report(_ records: [RequestRecord], _ objectives: [String] = []) throws -> LoadReport {
    let objectives = try objectives.map { try ServiceLevelObjective($0) }
    var builder = try LoadReportBuilder(options: LoadReportBuilder.Options(objectives: objectives))
    for record in records { builder.add(record) }
    return try builder.report()
  }

  /// Completed and without any text, though the server counted tokens.
  private func empty(_ index: Int) -> RequestRecord {
    var record = SampleRecords.paced(index: index, start: 0, tokens: 0)
    record.tokens.completion = 3
    return record
  }

  private var whole: [RequestRecord] { (0..<10).map { SampleRecords.paced(index: $0, start: 0) } }

  @Test("A completed request without a figure is counted beside it, with the reason, in every form of the report")
  func counted() throws {
    let report = try report(whole + [empty(10), empty(11)])
    for figures in [
      report.latencies.timeToFirstToken, report.latencies.endToEnd, report.latencies.timePerOutputToken,
      try #require(report.latencies.interTokenLatency),
    ] {
      #expect(figures.undefined == 2)
      #expect(figures.undefinedReasons == ["no_token": 2])
      #expect(figures.failed == 0)
      #expect(figures.percentile(99)?.countingFailures == .infinity)
      #expect(figures.percentile(99)?.value != .infinity)
    }
    #expect(
      report.notes.contains { $0.hasPrefix("TTFT is undefined for 2 of 12 completed requests (2 without any token)") })
    let console = ReportText(report).console
    #expect(console.contains("undefined"))
    #expect(console.contains("with undefined"))
    #expect(try report.json().contains("\"undefined\" : 2"))
    #expect(try LoadReport(json: report.json()) == report)
    #expect(!ReportText(try self.report(whole)).console.contains("undefined"))
  }

  @Test(
    "An objective counts them as infinite, and says so",
    arguments: ["ttft:p99<500ms", "e2e:max<1s", "tpot:p99<1s", "itl:p100<1s", "ttft:mean<1s", "e2e:stddev<1s"])
  func objectives(expression: String) throws {
    let live = try report(whole + [empty(10)], [expression])
    let verdict = try #require(live.verdicts.first)
    #expect(verdict.outcome == .fail)
    #expect(verdict.countedAsInfinite == 1)
    #expect(verdict.text.contains("counts as infinite: 1 completed without a value (1 without any token)"))
    #expect(!live.passes)
    #expect(try report(whole, [expression]).passes)
  }

  @Test("Percentiles below the infinite ones stand", arguments: ["ttft:p50<500ms", "ttft:min<1s"])
  func below(expression: String) throws {
    #expect(try report(whole + [empty(10)], [expression]).verdicts.first?.outcome == .pass)
  }

  @Test(
    "What never came does not keep a lower limit either", arguments: ["ttft:p5>1ms", "ttft:mean>1ms", "ttft:min>1ms"])
  func lowerLimits(expression: String) throws {
    let bad = whole + [SampleRecords.paced(index: 10, start: 0, outcome: Outcome(.errorEvent)), empty(11)]
    #expect(try report(bad, [expression]).verdicts.first?.outcome != .pass)
    #expect(try report(whole, [expression]).verdicts.first?.outcome == .pass)
    #expect(try report(bad, ["ttft:p90>1ms"]).verdicts.first?.outcome == .pass)
    #expect(try report(bad, [expression]).verdicts.first?.text.contains("counts as below the limit: 1 failed") == true)
  }

  @Test("A run whose responses all have one token has no TPOT, fails a limit on it, and says why")
  func oneToken() throws {
    let records = (0..<20).map { SampleRecords.paced(index: $0, start: 0, tokens: 1) }
    let report = try report(records, ["tpot:p99<50ms"])
    #expect(report.latencies.timePerOutputToken.count == 0)
    #expect(report.latencies.timePerOutputToken.undefinedReasons == ["one_token": 20])
    let verdict = try #require(report.verdicts.first)
    #expect(verdict.outcome == .fail)
    #expect(verdict.text.contains("20 of one output token or none"))
    #expect(report.notes.contains { $0.hasPrefix("TPOT is undefined for 20 of 20") })
    #expect(try self.report(records, ["ttft:p99<1s"]).passes)
  }

  @Test("Tokens that nobody counted are absent, not zero, in JSON and in the table")
  func unknownTokens() throws {
    let records = (0..<3).map { SampleRecords.paced(index: $0, start: 0, prompt: nil, counted: false) }
    let report = try report(records)
    #expect(report.tokens.output == nil && report.tokens.input == nil)
    #expect(report.latencies.timePerOutputToken.undefinedReasons == ["tokens_not_counted": 3])
    #expect(try !report.json().contains("\"output_tokens\""))
    #expect(ReportText(report).console.contains("nobody counted them"))
    var counted = try LoadReportBuilder()
    counted.add(SampleRecords.paced(index: 0, start: 0, tokens: 0))
    #expect(try counted.report().tokens.output == 0)
  }

  @Test("A report read from JSON counts failures and undefined figures in every statistic")
  func readBack() throws {
    var builder = try LoadReportBuilder(options: LoadReportBuilder.Options(percentiles: [50]))
    for record in whole { builder.add(record) }
    builder.add(SampleRecords.paced(index: 10, start: 0, outcome: Outcome(.errorEvent)))
    builder.add(empty(11))
    let report = try LoadReport(json: try builder.report().json())
    for expression in ["ttft:max<1s", "ttft:mean<1s", "e2e:max<1s"] {
      let verdict = try report.verdict(on: ServiceLevelObjective(expression))
      #expect(verdict.outcome == .fail)
      #expect(verdict.text.contains("1 failed and 1 completed without a value"))
    }
    #expect(try report.verdict(on: ServiceLevelObjective("ttft:median<1s")).outcome == .pass)
    #expect(try report.verdict(on: ServiceLevelObjective("ttft:p50<1s")).outcome == .pass)
    #expect(try report.verdict(on: ServiceLevelObjective("ttft:p50>1ms")).outcome == .undetermined)
    #expect(try report.verdict(on: ServiceLevelObjective("ttft:p99<1s")).outcome == .undetermined)
  }

  @Test("Even without any percentile a report read from JSON knows what failed")
  func readBackWithoutPercentiles() throws {
    var builder = try LoadReportBuilder(options: LoadReportBuilder.Options(percentiles: []))
    for record in whole { builder.add(record) }
    builder.add(SampleRecords.paced(index: 10, start: 0, outcome: Outcome(.errorEvent)))
    let report = try LoadReport(json: try builder.report().json())
    #expect(try report.verdict(on: ServiceLevelObjective("ttft:max<1s")).outcome == .fail)
  }

  @Test("Stamps out of order make a figure undefined, not negative")
  func disorder() throws {
    var record = SampleRecords.paced(index: 0, start: 0)
    record.timeline.sent = SampleRecords.at(5000)
    let report = try report([record])
    #expect(report.latencies.timeToFirstToken.undefinedReasons == ["stamps_out_of_order": 1])
    var builder = try LoadReportBuilder(options: .init(goodput: [try GoodputObjective("ttft:500")]))
    builder.add(record)
    #expect(try builder.report().goodput?.good == 0)
  }
}
