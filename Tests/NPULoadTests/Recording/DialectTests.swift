import NPULoad
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
    Answer(dialect: .evalScope, firstToken: 5, perToken: [25.0], gapMean: 41.4, gapCount: 5, endToEnd: 230),
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

  @Test("Without a usage object SGLang divides by the requested length and GuideLLM by the chunks")
  func withoutUsage() throws {
    var record = SampleRecords.nineAnswers
    record.tokens = TokenCounts()
    record.requested.outputTokens = 14
    #expect(MetricDialect.sgLang.figures(for: record).outputTokens == 14)
    #expect(MetricDialect.guideLLM.figures(for: record).outputTokens == 4)
    #expect(MetricDialect.vLLM.figures(for: record).perToken == [nil])
  }

  @Test("inference-perf counts the response without reasoning, from usage where chunks say nothing")
  func answerTokens() {
    var record = SampleRecords.nineAnswers
    for index in record.timeline.events.indices { record.timeline.events[index].tokens = nil }
    #expect(MetricDialect.inferencePerf.figures(for: record).outputTokens == nil)
    record.tokens.reasoning = 5
    let figures = MetricDialect.inferencePerf.figures(for: record)
    #expect(figures.outputTokens == 5)
    #expect(milliseconds(figures.perToken.first ?? nil) == 2.5)
    #expect(figures.gaps == nil)
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
