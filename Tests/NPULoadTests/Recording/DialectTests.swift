import NPULoad
import NPUMetrics
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("Dialects")
struct DialectTests {
  /// What one tool says about the sample stream, in milliseconds.
  struct Answer: Sendable, CustomTestStringConvertible {
    var dialect: MetricDialect
    var firstToken: Double
    var firstOutput: Double?
    var perToken: [Double] = []
    var gapMean: Double?
    var gapCount: Int?
    var endToEnd: Double
    var testDescription: String { dialect.title }
  }

  static let answers: [Answer] = [
    Answer(
      dialect: .npuTestKit, firstToken: 100, firstOutput: 200, perToken: [12.22], gapMean: 36.67, gapCount: 3,
      endToEnd: 210),
    Answer(dialect: .vLLM, firstToken: 5, perToken: [23.0], gapMean: 41.4, gapCount: 5, endToEnd: 212),
    Answer(dialect: .sgLang, firstToken: 100, perToken: [14.56], gapMean: 36.67, gapCount: 3, endToEnd: 231),
    Answer(
      dialect: .aiPerf, firstToken: 100, firstOutput: 200, perToken: [12.22], gapMean: 36.67, gapCount: 3,
      endToEnd: 210),
    Answer(dialect: .guideLLM, firstToken: 100, firstOutput: 200, perToken: [21.0, 12.22], endToEnd: 231),
    Answer(dialect: .inferencePerf, firstToken: 200, perToken: [2.5, 48], gapMean: 2.5, gapCount: 4, endToEnd: 240),
    Answer(dialect: .evalScope, firstToken: 100, perToken: [14.44], gapMean: 36.67, gapCount: 3, endToEnd: 230),
    Answer(dialect: .aisBench, firstToken: 5, perToken: [25.0], gapMean: 37.5, gapCount: 6, endToEnd: 230),
    Answer(dialect: .llmPerf, firstToken: 200, perToken: [35.0], endToEnd: 231),
  ]

  private func milliseconds(_ duration: Duration?) -> Double? {
    duration.map { ($0 / .milliseconds(1) * 100).rounded() / 100 }
  }

  @Test("One stream gets the response each tool would print", arguments: answers)
  func answer(_ expected: Answer) {
    let figures = expected.dialect.figures(for: SampleRecords.nineAnswers, processed: SampleRecords.at(240))
    #expect(milliseconds(figures.firstToken) == expected.firstToken)
    #expect(milliseconds(figures.firstOutput) == expected.firstOutput)
    #expect(figures.perToken.map(milliseconds) == expected.perToken)
    #expect(figures.perToken.count == expected.dialect.terms.perToken.count)
    #expect(figures.gaps?.count == expected.gapCount)
    let mean = figures.gaps.map { gaps in gaps.reduce(.zero, +) / gaps.count }
    #expect(milliseconds(mean) == expected.gapMean)
    #expect(milliseconds(figures.endToEnd) == expected.endToEnd)
    #expect((figures.gaps != nil) == (expected.dialect.terms.gaps != nil))
    #expect((figures.firstOutput != nil) == (expected.dialect.terms.firstOutput != nil))
  }

  @Test("Every dialect is in the list once and found by its name")
  func names() {
    #expect(Set(MetricDialect.all.map(\.name)).count == Self.answers.count)
    #expect(MetricDialect.all == Self.answers.map(\.dialect))
    for dialect in MetricDialect.all {
      #expect(MetricDialect.named(dialect.title.uppercased()) == dialect)
      #expect(dialect.explanation.count > 80)
      #expect(!dialect.version.isEmpty)
    }
    #expect(MetricDialect.named("k6") == nil)
  }

  @Test("A record without any event gives no figures in any dialect", arguments: MetricDialect.all)
  func empty(dialect: MetricDialect) {
    let record = RequestRecord(
      index: 0, timeline: StreamTimeline(started: SampleRecords.at(0)),
      outcome: Outcome(Outcome.Kind(.connectionRefused)))
    let figures = dialect.figures(for: record)
    #expect(figures.firstToken == nil)
    #expect(figures.endToEnd == nil)
    #expect(figures.perToken.allSatisfy { $0 == nil })
    #expect(figures.gaps?.isEmpty != false)
  }

  @Test("SGLang divides by the length asked for, with usage or without, and by usage where none was asked for")
  func sgLang() throws {
    var record = SampleRecords.nineAnswers
    record.requested.outputTokens = 64
    let figures = MetricDialect.sgLang.figures(for: record)
    #expect(figures.outputTokens == 64)
    #expect(figures.perToken.map(milliseconds) == [2.08])
    record.requested.outputTokens = nil
    #expect(MetricDialect.sgLang.figures(for: record).outputTokens == 10)
  }

  @Test("A request of n tokens weighs n in GuideLLM's TPOT and n - 1 in its ITL, and percentiles are samples")
  func weights() throws {
    // 10 tokens with a TPOT of 31.8 and 40 tokens with one of 20.45; in a mean of requests both weigh the same.
    let records = (0..<20).map { index in
      SampleRecords.paced(
        index: index, start: 0, firstToken: 300, gap: index % 2 == 0 ? 2 : 13.3333333, tokens: index % 2 == 0 ? 10 : 40)
    }
    var builder = try LoadReportBuilder(options: LoadReportBuilder.Options(percentiles: [50], dialects: [.guideLLM]))
    for record in records { builder.add(record) }
    let report = try #require(try builder.report().dialects.first)
    #expect(report.percentileMethod == .invertedCDF)
    let perToken = try #require(report.figures.first { $0.name == "TPOT" }?.latency)
    // (300 + 9 * 2) / 10 and (300 + 39 * 13.33) / 40: all time to the last token over all tokens.
    #expect(abs((perToken.mean ?? 0) - (318 + 820) / 50) < 0.001)
    #expect(abs((perToken.percentile(50)?.value ?? 0) - 20.5) < 0.001)
    let gap = try #require(report.figures.first { $0.name == "ITL" }?.latency)
    #expect(abs((gap.mean ?? 0) - (9 * 2 + 39 * 13.3333333) / 48) < 0.001)
  }

  @Test("Percentiles are read as the tool reads them")
  func percentiles() throws {
    let options = LoadReportBuilder.Options(percentiles: [50], dialects: [.evalScope, .vLLM])
    var builder = try LoadReportBuilder(options: options)
    for index in 0..<20 {
      builder.add(SampleRecords.paced(index: index, start: 0, firstToken: index % 2 == 0 ? 100 : 200))
    }
    let dialects = try builder.report().dialects
    #expect(dialects[0].figures.first?.latency.median == 100)
    #expect(dialects[1].figures.first?.latency.median == 150)
    #expect(dialects[0].version == "1.14.1")
  }

  @Test("AISBench counts the time per token of a response of one token as zero, others not at all")
  func oneToken() {
    let record = SampleRecords.paced(index: 0, start: 0, tokens: 1)
    for dialect in MetricDialect.all {
      let expected: [Duration?] = dialect == .aisBench ? [.zero] : [nil]
      let figures = dialect.figures(for: record).perToken
      if dialect.name != "guidellm", dialect.name != "inference-perf", dialect.name != "llmperf" {
        #expect(figures == expected, "\(dialect.title)")
      }
    }
  }

  @Test("Without a usage object GuideLLM divides by the chunks")
  func withoutUsage() throws {
    var record = SampleRecords.nineAnswers
    record.tokens = TokenCounts()
    #expect(MetricDialect.guideLLM.figures(for: record).outputTokens == 4)
    #expect(MetricDialect.vLLM.figures(for: record).perToken == [nil])
  }

  @Test("inference-perf counts the response without reasoning, from usage where chunks say nothing")
  func answerTokens() {
    var record = SampleRecords.nineAnswers
    for index in record.timeline.events.indices { record.timeline.events[index].tokens = nil }
    // Two of four chunks bear answer text.
    #expect(MetricDialect.inferencePerf.figures(for: record).outputTokens == 5)
    record.tokens.completion = nil
    #expect(MetricDialect.inferencePerf.figures(for: record).outputTokens == nil)
    record.tokens.completion = 10
    record.tokens.reasoning = 5
    let figures = MetricDialect.inferencePerf.figures(for: record)
    #expect(figures.outputTokens == 5)
    #expect(milliseconds(figures.perToken.first ?? nil) == 2.5)
    #expect(figures.gaps == nil)
  }

  @Test("inference-perf has gaps where every chunk bears one token, with reasoning or without")
  func singleTokens() {
    var record = SampleRecords.paced(index: 0, start: 0, tokens: 10)
    for event in 0..<5 { record.timeline.events[event].content = [.choices, .reasoning] }
    let figures = MetricDialect.inferencePerf.figures(for: record)
    #expect(figures.outputTokens == 5)
    #expect(figures.gaps == Array(repeating: .milliseconds(10), count: 4))
    #expect(figures.perToken.first == .milliseconds(10))
  }

  @Test("A false token count of the server does not make a list of its size")
  func hugeCount() {
    var record = SampleRecords.nineAnswers
    record.timeline.events[3].tokens = .max
    #expect(MetricDialect.inferencePerf.figures(for: record).gaps == nil)
    // Nor does one that another, negative one makes up for.
    record.timeline.events[4].tokens = -.max
    #expect(MetricDialect.inferencePerf.figures(for: record).gaps == nil)
  }
}
