import NPULoad
import NPUMetrics
import NPUTransport
import TestSupport
import Testing

@Suite("Objectives on measures and figures of services")
struct MeasureObjectiveTests {
  private static let own = Measure(rawValue: "cache_lookup_ms")

  private func record(_ index: Int, _ measures: [Measure: Double], outcome: Outcome = Outcome(.success))
    -> RequestRecord
  {
    RequestRecord(
      index: index,
      timeline: StreamTimeline(
        started: SampleRecords.at(0), sent: SampleRecords.at(0), closed: SampleRecords.at(1000)),
      outcome: outcome, measures: measures)
  }

  private func speech(_ index: Int) -> RequestRecord {
    record(
      index,
      [
        .audioSeconds: 10, .processingSeconds: 2 + Double(index % 2), .realTimeFactor: (2 + Double(index % 2)) / 10,
        .timeToFirstAudio: 100 + Double(index), .wordErrors: 1, .referenceWords: 50, .characterErrors: 1,
        .referenceCharacters: 200, .queueWait: 1500, .images: 4, Self.own: 7,
      ])
  }

  private func report(_ records: [RequestRecord], _ expressions: [String] = []) throws -> LoadReport {
    let objectives = try expressions.map { try ServiceLevelObjective($0) }
    var builder = try LoadReportBuilder(
      options: LoadReportBuilder.Options(objectives: objectives, measures: [Self.own]))
    for record in records { builder.add(record) }
    return try builder.report()
  }

  @Test(
    "Every measure can be limited by its name, with or without its unit",
    arguments: [
      ("rtf:p95<0.5", .pass), ("rtf:p95<0.29", .fail), ("rtf<0.26", .pass), ("rtf<0.25", .fail), ("rtfx>3", .pass),
      ("ttfa:p99<300ms", .pass), ("ttfa:p99<0.1s", .fail), ("ttfa_ms:max<=119ms", .pass), ("wer<5%", .pass),
      ("wer<=0.02", .pass), ("wer<1%", .fail), ("cer<0.6%", .pass), ("queue_wait:p50<=1.5s", .pass),
      ("queue_wait:p50<1s", .fail), ("audio:mean>=10s", .pass), ("audio_seconds_per_second>1", .pass),
      ("images_per_minute>100", .pass), ("images:min>=4", .pass), ("cache_lookup:p99<10ms", .pass),
      ("cache_lookup_ms:max<5ms", .fail),
    ] as [(String, ObjectiveVerdict.Outcome)])
  func measures(expression: String, outcome: ObjectiveVerdict.Outcome) throws {
    let report = try report((0..<20).map(speech), [expression])
    #expect(report.verdicts.map(\.outcome) == [outcome], "\(report.verdicts)")
    // The same figures judge afterwards, and most of them from the report's JSON.
    #expect(try report.verdict(on: ServiceLevelObjective(expression)) == report.verdicts.first)
    let read = try LoadReport(json: report.json())
    #expect(try read.verdict(on: ServiceLevelObjective(expression)).outcome == outcome)
  }

  @Test(
    "A unit that does not fit, a statistic that has no meaning and an unknown name are refused before the run",
    arguments: [
      ("rtf:p95<0.5ms", .unitMismatch), ("ttfa:p99<300", .unitMismatch), ("ttfa<300ms", .unknownStatistic),
      ("wer:p95<5%", .unknownStatistic), ("wer<5ms", .unitMismatch), ("ttfb:p99<1s", .unknownMetric),
      ("images_per_minute>5%", .unitMismatch), ("queue_wait:p50<5%", .unitMismatch),
    ] as [(String, ObjectiveError.Kind)])
  func refused(expression: String, kind: ObjectiveError.Kind) throws {
    let error = #expect(throws: ObjectiveError.self) { try report([], [expression]) }
    #expect(error?.kind == kind, "\(String(describing: error))")
  }

  @Test("A measure of one's own is known once a request had it, or once it is declared")
  func ownMeasure() throws {
    let objective = try ServiceLevelObjective("cache_lookup:p99<10ms")
    var builder = try LoadReportBuilder()
    #expect(throws: ObjectiveError.self) { try builder.report().verdict(on: objective) }
    builder.add(speech(0))
    #expect(try builder.report().verdict(on: objective).outcome == .pass)
    #expect(try report([record(0, [:])], ["cache_lookup:p99<10ms"]).verdicts.first?.outcome == .undetermined)
  }

  @Test(
    "A failed request, and one without the measure, counts as infinite, and the run's own ratios name what they lack")
  func infinite() throws {
    let records = (0..<20).map(speech) + [record(20, [:]), record(21, [:], outcome: Outcome(.httpStatus(500)))]
    let report = try report(records, ["rtf:p99<0.5", "ttfa:p50<1s", "rtf<0.5", "wer<5%"])
    #expect(report.verdicts.map(\.outcome) == [.fail, .pass, .pass, .pass])
    #expect(report.verdicts[0].text.contains("counts as infinite: 1 failed and 1 completed without a value"))
    #expect(report.verdicts[0].countedAsInfinite == 2)
    #expect(report.verdicts[2].text.contains("of the 21 completed requests; 1 failed ones are not in it"))
    #expect(report.figures(of: .realTimeFactor)?.figures.undefined == 1)
    // From JSON too, where percentiles of what is no cost do not say what failures would make of them.
    let read = try LoadReport(json: report.json())
    #expect(try read.verdict(on: ServiceLevelObjective("rtf:p99<0.5")).outcome == .fail)
    #expect(try read.verdict(on: ServiceLevelObjective("underruns:p99<1")).outcome != .pass)
    // Nothing is infinitely long about the audio of a failed request.
    #expect(report.figures(of: .audioSeconds)?.figures.percentile(99)?.countingFailures == nil)
    #expect(report.figures(of: .timeToFirstAudio)?.figures.percentile(99)?.countingFailures == .infinity)
  }

  @Test("The name of a rate ends in seconds and is no time")
  func rate() throws {
    let rate = Measure(rawValue: "tokens_per_s")
    var builder = try LoadReportBuilder(
      options: LoadReportBuilder.Options(objectives: [ServiceLevelObjective("tokens_per_s:p5>40")], measures: [rate]))
    for index in 0..<20 { builder.add(record(index, [rate: 50])) }
    #expect(try builder.report().verdicts.map(\.outcome) == [.pass])
    builder.add(record(20, [:], outcome: Outcome(.httpStatus(500))))
    builder.add(record(21, [:], outcome: Outcome(.httpStatus(500))))
    // Two of 22 have none: the least twentieth is not above anything.
    #expect(try builder.report().verdicts.map(\.outcome) == [.fail])
  }

  @Test("A report without the measure of a limit is undetermined and passes nothing")
  func missing() throws {
    let report = try report([record(0, [.images: 1])], ["ttfa:p99<1s"])
    #expect(report.verdicts.map(\.outcome) == [.undetermined])
    #expect(!report.passes)
  }
}

@Suite("Limits that say nothing")
struct ImplausibleLimitTests {
  @Test(
    "A limit that nothing could break, or nothing could keep, is questioned",
    arguments: [
      ("failure_rate<1", "did you mean 1%?"), ("failure_rate<=5", "did you mean 5%?"),
      ("failure_rate<100%", "nothing could break"), ("failure_rate<=100%", "nothing could break"),
      ("failure_rate<0", "nothing could keep"), ("failure_rate>=0", "nothing could break"),
      ("goodput_rate>=0%", "nothing could break"), ("goodput_rate>100%", "nothing could keep"),
      ("goodput_rate>99", "did you mean 99%?"), ("wer<5", "did you mean 5%?"), ("wer<1", "did you mean 1%?"),
      ("ttft:p99<0ms", "nothing could keep"), ("ttft:p99<-5ms", "nothing could keep"),
      ("ttft:p99>=0ms", "nothing could break"), ("request_throughput>-1", "nothing could break"),
      ("output_throughput<0", "nothing could keep"), ("queue_share<100%", "nothing could break"),
    ])
  func questioned(expression: String, words: String) throws {
    let objective = try ServiceLevelObjective(expression)
    let error = #expect(throws: ObjectiveError.self) {
      try LoadReportBuilder(options: LoadReportBuilder.Options(objectives: [objective]))
    }
    #expect(error?.kind == .implausibleLimit)
    #expect(error?.message.contains(words) == true, "\(String(describing: error))")
  }

  @Test(
    "Limits that mean something pass",
    arguments: [
      "failure_rate<1%", "failure_rate<0.01", "failure_rate<=0", "goodput_rate>=99.9%", "goodput_rate>=100%",
      "wer<100%",
      "wer<=0%", "rtf:p95<1", "request_throughput>0", "ttft:p99<=1ns", "goodput>=5",
    ])
  func accepted(expression: String) throws {
    let objective = try ServiceLevelObjective(expression)
    _ = try LoadReportBuilder(options: LoadReportBuilder.Options(objectives: [objective]))
  }

  @Test("A goodput limit of nothing is refused")
  func goodput() throws {
    let objective = try GoodputObjective("ttft:0")
    let error = #expect(throws: ObjectiveError.self) {
      try LoadReportBuilder(options: LoadReportBuilder.Options(goodput: [objective]))
    }
    #expect(error?.kind == .implausibleLimit)
  }
}
