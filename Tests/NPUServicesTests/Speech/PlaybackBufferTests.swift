import NPUBase
import NPUServices
import Testing

@Suite("Playing audio as it arrives")
struct PlaybackBufferTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Instants of arrival and lengths, in milliseconds.
    var arrivals: [(at: Int, audio: Int)]
    var end: Int
    var buffer: Int
    var begin: Int?
    var underruns = 0
    var silence = 0
    var finished: Int?
  }

  @Test(
    "finds the gaps that a listener would hear",
    arguments: [
      Case(testDescription: "nothing", arrivals: [], end: 50, buffer: 0, begin: nil, finished: nil),
      Case(
        testDescription: "faster than real time", arrivals: [(10, 100), (20, 100)], end: 30, buffer: 0, begin: 10,
        finished: 210),
      Case(
        testDescription: "just in time", arrivals: [(10, 100), (110, 100)], end: 110, buffer: 0, begin: 10,
        finished: 210),
      Case(
        testDescription: "one gap", arrivals: [(0, 100), (150, 100)], end: 160, buffer: 0, begin: 0, underruns: 1,
        silence: 50, finished: 250),
      Case(
        testDescription: "the buffer hides it", arrivals: [(0, 100), (150, 100)], end: 160, buffer: 150, begin: 150,
        finished: 350),
      Case(
        testDescription: "the buffer is filled again", arrivals: [(0, 200), (300, 50), (350, 150)], end: 400,
        buffer: 200,
        begin: 0, underruns: 1, silence: 150, finished: 550),
      Case(
        testDescription: "the end empties the buffer", arrivals: [(0, 50)], end: 80, buffer: 200, begin: 80,
        finished: 130),
      Case(
        testDescription: "silence after the last sample is none", arrivals: [(0, 50)], end: 500, buffer: 0, begin: 0,
        finished: 50),
      Case(
        testDescription: "pieces without samples", arrivals: [(0, 0), (20, 30)], end: 25, buffer: 0, begin: 20,
        finished: 50),
      Case(
        testDescription: "time never goes back", arrivals: [(20, 30), (10, 30)], end: 5, buffer: 0, begin: 20,
        finished: 80),
    ])
  func plays(test: Case) {
    func instant(_ milliseconds: Int) -> MonotonicInstant {
      MonotonicInstant(nanoseconds: 5_000_000_000 + Int64(milliseconds) * 1_000_000)
    }
    var buffer = PlaybackBuffer(jitterBuffer: .milliseconds(test.buffer))
    for (at, audio) in test.arrivals { buffer.arrive(.milliseconds(audio), at: instant(at)) }
    buffer.end(at: instant(test.end))
    let report = buffer.report
    #expect(report.begin == test.begin.map(instant))
    #expect(report.underruns == test.underruns)
    #expect(report.silence == .milliseconds(test.silence))
    #expect(report.longestSilence == .milliseconds(test.silence))
    #expect(report.end == test.finished.map(instant))
    buffer.arrive(.seconds(1), at: instant(10_000))
    #expect(buffer.report == report)
  }
}
