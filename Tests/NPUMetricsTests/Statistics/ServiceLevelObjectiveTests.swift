internal import NPUMetrics
internal import Testing

@Suite("Service level objectives")
struct ServiceLevelObjectiveTests {
  typealias Objective = ServiceLevelObjective

  static let wellFormed: [(String, Objective)] = [
    ("ttft:p99<500ms", Objective(metric: "ttft", statistic: .percentile(99), comparison: .less, limit: 500, unit: ms)),
    ("tpot:mean<=50ms", Objective(metric: "tpot", statistic: .mean, comparison: .lessOrEqual, limit: 50, unit: ms)),
    ("e2e:p99.9<2s", Objective(metric: "e2e", statistic: .percentile(99.9), comparison: .less, limit: 2, unit: s)),
    ("itl:max<100ms", Objective(metric: "itl", statistic: .maximum, comparison: .less, limit: 100, unit: ms)),
    ("itl:min>=1ns", Objective(metric: "itl", statistic: .minimum, comparison: .greaterOrEqual, limit: 1, unit: ns)),
    ("a:median<1min", Objective(metric: "a", statistic: .median, comparison: .less, limit: 1, unit: minutes)),
    ("a:stddev<1us", Objective(metric: "a", statistic: .standardDeviation, comparison: .less, limit: 1, unit: us)),
    ("output_throughput>1000", Objective(metric: "output_throughput", comparison: .greater, limit: 1000)),
    ("request_throughput>=10", Objective(metric: "request_throughput", comparison: .greaterOrEqual, limit: 10)),
    ("goodput>9", Objective(metric: "goodput", comparison: .greater, limit: 9)),
    ("failure_rate<1%", Objective(metric: "failure_rate", comparison: .less, limit: 1, unit: .percent)),
    ("hbm-0.used<-0.5", Objective(metric: "hbm-0.used", comparison: .less, limit: -0.5)),
    ("x<1e+22", Objective(metric: "x", comparison: .less, limit: 1e22)),
  ]

  private static let ms = Objective.Unit.time(.milliseconds)
  private static let s = Objective.Unit.time(.seconds)
  private static let ns = Objective.Unit.time(.nanoseconds)
  private static let us = Objective.Unit.time(.microseconds)
  private static let minutes = Objective.Unit.time(.minutes)

  @Test("Expressions are read and written back", arguments: wellFormed)
  func reads(expression: String, expected: Objective) throws {
    let objective = try Objective(expression)
    #expect(objective == expected)
    #expect(objective.description == expression)
  }

  @Test(
    "Spaces and both signs for micro are accepted",
    arguments: [
      ("  ttft : p99 <  500 ms ", "ttft:p99<500ms"), ("a<5\u{B5}s", "a<5us"), ("a<5\u{3BC}s", "a<5us"),
      ("a<.5s", "a<0.5s"),
      ("a<1e3", "a<1000"), ("a<+5.0%", "a<5%"), ("a:p50.0<1", "a:p50<1"),
    ])
  func lenient(expression: String, canonical: String) throws {
    #expect(try Objective(expression).description == canonical)
  }

  @Test(
    "A malformed expression is refused with what was found and expected",
    arguments: [
      ("", .missingMetric, "the end at character 1"), ("<5", .missingMetric, "'<5'"), ("5<5", .missingMetric, "'5<5'"),
      ("ttft:q99<5", .unknownStatistic, "'q99<5' at character 6"), ("ttft:p<5", .unknownStatistic, "'p<5'"),
      ("ttft:<5", .unknownStatistic, "'<5'"), ("ttft:pnan<5", .unknownStatistic, "'pnan<5'"),
      ("ttft:p-1<5", .unknownStatistic, "'p-1<5'"), ("ttft:p1.2.3<5", .unknownStatistic, "'p1.2.3<5'"),
      ("ttft:p101<5", .percentileOutOfRange, "'p101<5'"), ("ttft", .missingComparison, "the end at character 5"),
      ("ttft=5", .missingComparison, "'=5'"), ("ttft==5", .missingComparison, "'==5'"),
      ("ttft<<5", .missingComparison, "'<<5'"), ("ttft:p99:5", .missingComparison, "':5'"),
      ("ttft<", .invalidNumber, "the end"), ("ttft<ms", .invalidNumber, "'ms'"), ("ttft<nan", .invalidNumber, "'nan'"),
      ("ttft<inf", .invalidNumber, "'inf'"), ("ttft<1e999", .invalidNumber, "'1e999'"),
      ("ttft<.", .invalidNumber, "'.'"),
      ("ttft<5h", .unknownUnit, "'h' at character 7"), ("ttft<5 MS", .unknownUnit, "'MS'"),
      ("ttft<5ms,tpot<5", .unknownUnit, "'ms,tpot<5'"), ("ttft<1e", .unknownUnit, "'e'"),
      ("ttft<5%%", .unknownUnit, "'%%'"),
      ("ttft<0x10", .unknownUnit, "'x10'"),
    ] as [(String, ObjectiveError.Kind, String)])
  func malformed(expression: String, kind: ObjectiveError.Kind, found: String) {
    let error = #expect(throws: ObjectiveError.self) { try Objective(expression) }
    #expect(error?.kind == kind)
    #expect(error?.message.contains("found \(found)") == true, "\(String(describing: error))")
    #expect(error?.message.contains("expected") == true)
    #expect(error?.expression == expression)
  }

  @Test(
    "A verdict follows the comparison",
    arguments: [
      ("ttft:p99<500ms", .time(milliseconds: 499.9), .pass), ("ttft:p99<500ms", .time(milliseconds: 500), .fail),
      ("ttft:p99<=500ms", .time(milliseconds: 500), .pass), ("ttft:p99<0.5s", .time(milliseconds: 499), .pass),
      ("ttft:p99<0.5s", .time(milliseconds: 501), .fail), ("itl:max<=1us", .time(milliseconds: 0.001), .pass),
      ("itl:max<=1ns", .time(milliseconds: 0.000001), .pass), ("itl:max<9us", .time(milliseconds: 0.009), .fail),
      ("itl:max>=5ns", .time(milliseconds: 0.000005), .pass), ("e2e:max<1min", .time(milliseconds: 59_999), .pass),
      ("failure_rate<1%", .ratio(0.009), .pass), ("failure_rate<1%", .ratio(0.01), .fail),
      ("failure_rate<=0.01", .ratio(0.01), .pass), ("goodput>9", .number(9), .fail), ("goodput>=9", .number(9), .pass),
      ("ttft:p99<500ms", .time(milliseconds: .infinity), .fail),
      ("ttft:p99>0ms", .time(milliseconds: .infinity), .undetermined),
      ("m:p5>1", .number(-.infinity, samples: 3), .fail),
      ("goodput>9", .number(.nan), .undetermined),
      ("ttft:p99<500ms", .undefined(reason: "no request completed"), .undetermined),
      ("ttft:p99<500ms", nil, .undetermined), ("ttft:p99>0ms", nil, .undetermined),
    ] as [(String, MetricReading?, ObjectiveVerdict.Outcome)])
  func verdicts(expression: String, reading: MetricReading?, expected: ObjectiveVerdict.Outcome) throws {
    let objective = try Objective(expression)
    let verdict = try objective.evaluate(metrics: [objective.metric]) { metric, statistic in
      #expect(metric == objective.metric)
      #expect(statistic == objective.statistic)
      return reading
    }
    #expect(verdict.outcome == expected)
    #expect(verdict.text.contains(": \(expected.rawValue)"))
    #expect(verdict.objective == objective)
  }

  @Test(
    "The text of a verdict holds the measured value and the limit",
    arguments: [
      ("ttft:p99<500ms", .time(milliseconds: 612.3456789), "ttft:p99 = 612.346 ms, needed < 500 ms: fail"),
      ("ttft:p99<500ms", .time(milliseconds: 500.0000001), "ttft:p99 = 500.0000001 ms, needed < 500 ms: fail"),
      (
        "ttft:p99<500ms", .time(milliseconds: 400, samples: 20),
        "ttft:p99 = 400 ms, needed < 500 ms: pass (weak: 20 samples)"
      ),
      ("failure_rate<1%", .ratio(0.025), "failure_rate = 2.5 %, needed < 1 %: fail"),
      ("goodput>9", nil, "goodput = undefined (no value was measured), needed > 9: undetermined"),
    ] as [(String, MetricReading?, String)])
  func texts(expression: String, reading: MetricReading?, expected: String) throws {
    let objective = try Objective(expression)
    let verdict = try objective.evaluate(metrics: [objective.metric]) { _, _ in reading }
    #expect(verdict.text == expected)
  }

  @Test("A percentile of few samples is marked weak", arguments: [(99, true), (100, false)])
  func weak(samples: Int, expected: Bool) throws {
    let number = try Objective("rtf:p99<1").evaluate(metrics: ["rtf"]) { _, _ in .number(0.5, samples: samples) }
    #expect(number.isWeak == expected)
    let verdict = try Objective("ttft:p99<500ms").evaluate(metrics: ["ttft"]) { _, _ in
      .time(milliseconds: 1, samples: samples)
    }
    #expect(verdict.isWeak == expected)
  }

  @Test("An unknown metric is an error that lists the known ones, and is never looked up")
  func unknown() throws {
    let objective = try Objective("tftt:p99<500ms")
    let error = #expect(throws: ObjectiveError.self) {
      try objective.evaluate(metrics: ["ttft", "e2e"]) { _, _ in
        Issue.record("looked up")
        return nil
      }
    }
    #expect(error?.kind == .unknownMetric)
    #expect(error?.message.contains("'tftt', expected one of e2e, ttft") == true)
  }

  @Test(
    "A limit of the wrong kind is an error",
    arguments: [
      ("m<5", .time(milliseconds: 1)), ("m<5%", .time(milliseconds: 1)), ("m<5ms", .ratio(0.1)), ("m<5ms", .number(1)),
      ("m<5%", .number(1)),
    ] as [(String, MetricReading)])
  func mismatch(expression: String, reading: MetricReading) throws {
    let objective = try Objective(expression)
    let error = #expect(throws: ObjectiveError.self) { try objective.evaluate(metrics: ["m"]) { _, _ in reading } }
    #expect(error?.kind == .unitMismatch)
  }

  @Test("A summary answers every statistic")
  func summary() throws {
    let summary = try Summary(of: [1, 2, 3, 4], percentiles: [50, 99], failures: 1)
    #expect(summary.value(of: .percentile(50)) == 2.5)
    #expect(summary.value(of: .median) == 2.5)
    #expect(summary.value(of: .median, countingFailures: true) == 3)
    #expect(summary.value(of: .percentile(99), countingFailures: true) == .infinity)
    #expect(summary.value(of: .percentile(98)) == nil)
    #expect(summary.value(of: .mean) == 2.5)
    #expect(summary.value(of: .minimum) == 1)
    #expect(summary.value(of: .maximum) == 4)
    for statistic in [SampleStatistic.maximum, .mean, .standardDeviation] {
      #expect(summary.value(of: statistic, countingFailures: true) == .infinity)
    }
    #expect(summary.value(of: .minimum, countingFailures: true) == 1)
    #expect(summary.value(of: .standardDeviation) == (5.0 / 3).squareRoot())
  }
}

@Suite("Goodput objectives")
struct GoodputObjectiveTests {
  @Test(
    "The form of vLLM is read, with or without a unit",
    arguments: [
      ("ttft:500", "ttft", 500), ("tpot:0.5", "tpot", 0.5), ("e2el:1s", "e2el", 1000), ("itl:250us", "itl", 0.25),
    ])
  func reads(expression: String, metric: String, milliseconds: Double) throws {
    let objective = try GoodputObjective(expression)
    #expect(objective == GoodputObjective(metric: metric, milliseconds: milliseconds))
    #expect(try GoodputObjective(objective.description) == objective)
  }

  @Test(
    "A malformed limit is refused",
    arguments: [
      ("ttft", .missingComparison), ("ttft<500", .missingComparison), ("ttft:", .invalidNumber),
      ("ttft:p99", .invalidNumber),
      ("ttft:-1", .invalidNumber), ("ttft:5%", .unknownUnit), (":5", .missingMetric), ("ttft:5x", .unknownUnit),
    ] as [(String, ObjectiveError.Kind)])
  func malformed(expression: String, kind: ObjectiveError.Kind) {
    let error = #expect(throws: ObjectiveError.self) { try GoodputObjective(expression) }
    #expect(error?.kind == kind)
  }

  @Test("One word or many give the same limits")
  func list() throws {
    let expected = ["ttft:500", "tpot:50", "e2el:1000"]
    #expect(try GoodputObjective.parse(expected).map(\.description) == expected)
    #expect(try GoodputObjective.parse(["ttft:500 tpot:50", "e2el:1000"]).map(\.description) == expected)
    #expect(try GoodputObjective.parse([]).isEmpty)
  }

  @Test("A metric with two limits is refused")
  func duplicate() {
    let error = #expect(throws: ObjectiveError.self) { try GoodputObjective.parse(["ttft:5", "ttft:6"]) }
    #expect(error?.kind == .duplicateMetric)
  }

  @Test(
    "A request is good if it keeps every limit, and never if a metric is undefined",
    arguments: [
      (["ttft": 500, "tpot": 50], true), (["ttft": 500.1, "tpot": 1], false), (["ttft": 1], false), ([:], false),
      (["ttft": .nan, "tpot": 1], false),
    ] as [([String: Double], Bool)])
  func good(values: [String: Double], expected: Bool) throws {
    let objectives = try GoodputObjective.parse(["ttft:500 tpot:50"])
    #expect(objectives.areMet { values[$0] } == expected)
  }
}
