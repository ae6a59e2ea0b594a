import NPUBase
import NPULoad
import NPUServices
import TestSupport
import Testing

@Suite("Metrics of one request")
struct RequestMetricsTests {
  private func at(_ milliseconds: Double) -> MonotonicInstant { SampleRecords.at(milliseconds) }

  @Test("The sample stream has the figures of the written definitions")
  func sampleStream() {
    let metrics = SampleRecords.nineAnswers.metrics
    #expect(metrics.timeToFirstToken == .milliseconds(100))
    #expect(metrics.timeToFirstContent == .milliseconds(200))
    #expect(metrics.endToEnd == .milliseconds(210))
    #expect(metrics.untilClosed == .milliseconds(231))
    #expect(metrics.timePerOutputToken == Duration.milliseconds(110) / 9)
    #expect(metrics.outputTokens == 10)
    #expect(metrics.tokenEvents == 4)
    #expect(metrics.scheduleLag == nil)
    #expect(
      SampleRecords.nineAnswers.timeline.interTokenLatencies
        == [.milliseconds(40), .milliseconds(60), .milliseconds(10)])
  }

  @Test("Latency from the intended instant holds the lag of the client")
  func intended() {
    var record = SampleRecords.nineAnswers
    record.timeline.intended = at(-30)
    record.timeline.sent = at(2)
    let metrics = record.metrics
    #expect(metrics.scheduleLag == .milliseconds(30))
    #expect(metrics.timeToFirstToken == .milliseconds(98))
    #expect(metrics.timeToFirstTokenFromIntended == .milliseconds(130))
    #expect(metrics.endToEnd == .milliseconds(210))
    #expect(metrics.endToEndFromIntended == .milliseconds(240))
  }

  @Test("Time per output token is undefined for fewer than two tokens or an unknown count", arguments: [nil, 0, 1])
  func undefinedTimePerToken(count: Int?) {
    var record = SampleRecords.nineAnswers
    record.tokens.completion = count
    #expect(record.metrics.timePerOutputToken == nil)
  }

  @Test("A request without any token-bearing event has no latencies, not zero")
  func noTokens() {
    var record = SampleRecords.nineAnswers
    record.timeline.events = [StreamEvent(instant: at(5), content: [.choices, .role])]
    let metrics = record.metrics
    #expect(metrics.timeToFirstToken == nil)
    #expect(metrics.endToEnd == nil)
    #expect(metrics.timePerOutputToken == nil)
    #expect(metrics.tokenEvents == 0)
    #expect(record.timeline.interTokenLatencies == [])
  }

  @Test("A tool call bears tokens but is no content")
  func toolCall() {
    var record = SampleRecords.nineAnswers
    record.timeline.events = [StreamEvent(instant: at(70), content: [.choices, .toolCall], bytes: 5)]
    #expect(record.metrics.timeToFirstToken == .milliseconds(70))
    #expect(record.metrics.timeToFirstContent == nil)
  }

  @Test("Events that share a stamp have a gap of zero")
  func coalesced() {
    var record = SampleRecords.nineAnswers
    record.timeline.events[2].instant = at(100)
    #expect(record.timeline.interTokenLatencies == [.zero, .milliseconds(100), .milliseconds(10)])
  }
}
