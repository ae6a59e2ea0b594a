import NPULoad
import NPUReporting
import Testing

@Suite("Progress")
struct ProgressTests {
  private func snapshot(_ seconds: Double, completed: Int, tokens: Int, isWarmup: Bool = false) -> ProgressSnapshot {
    ProgressSnapshot(
      elapsed: .milliseconds(Int(seconds * 1000)), planned: 100, sent: completed + 3, completed: completed, failed: 1,
      inFlight: 2, outputTokens: tokens, isWarmup: isWarmup)
  }

  @Test("A line has time, counts and rates")
  func line() {
    let line = snapshot(75, completed: 30, tokens: 1500).line()
    #expect(line == "01:15  30/100 done  1 failed  2 in flight  0.4 req/s  20 tok/s")
    var timed = ProgressSnapshot(elapsed: .seconds(3661), plannedDuration: .seconds(7200), isWarmup: true)
    timed.inFlight = 1
    #expect(timed.line() == "1:01:01/2:00:00  warm-up  0 done  0 failed  1 in flight  0.0 req/s  0 tok/s")
  }

  @Test("Rates are those since the line before")
  func rates() {
    let earlier = snapshot(10, completed: 10, tokens: 100)
    let line = snapshot(12, completed: 30, tokens: 300).line(since: earlier)
    #expect(line.hasSuffix("10.0 req/s  100 tok/s"))
    #expect(ProgressSnapshot(elapsed: .zero).line().hasSuffix("- req/s  - tok/s"))
  }

  @Test("A terminal gets one line drawn over, cut to its width")
  func terminal() {
    var printer = ProgressPrinter(style: TerminalStyle(redraws: true, usesColor: false), width: 20)
    #expect(printer.finish() == nil)
    #expect(printer.update(snapshot(1, completed: 1, tokens: 1)) == "\r00:01  1/100 done  \u{1B}[K")
    #expect(printer.update(snapshot(1.1, completed: 2, tokens: 1)) == nil)
    #expect(printer.update(snapshot(1.2, completed: 2, tokens: 1))?.hasPrefix("\r") == true)
    #expect(printer.finish() == "\n")
    #expect(printer.finish() == nil)
  }

  @Test("A terminal gets the rates of two seconds, and at the end the last counts with the rates of the run")
  func smooth() {
    var printer = ProgressPrinter(style: TerminalStyle(redraws: true, usesColor: false))
    for step in 0...10 { _ = printer.update(snapshot(Double(step) / 2, completed: step * 10, tokens: step * 100)) }
    #expect(printer.update(snapshot(5.5, completed: 100, tokens: 1000))?.contains("15.0 req/s  150 tok/s") == true)
    #expect(printer.update(snapshot(5.6, completed: 112, tokens: 1120)) == nil)
    #expect(printer.finish() == "\r00:05  112/100 done  1 failed  2 in flight  20.0 req/s  200 tok/s\u{1B}[K\n")
  }

  @Test("A file gets nothing before something can have happened")
  func early() {
    var printer = ProgressPrinter(style: .plain)
    #expect(printer.update(ProgressSnapshot(elapsed: .milliseconds(1))) == nil)
    #expect(printer.update(snapshot(1.1, completed: 0, tokens: 0)) != nil)
  }

  @Test("A file gets a plain line now and then")
  func file() {
    var printer = ProgressPrinter(style: .plain, interval: .seconds(5))
    #expect(printer.update(snapshot(1, completed: 1, tokens: 1))?.hasSuffix("tok/s\n") == true)
    #expect(printer.update(snapshot(5.9, completed: 2, tokens: 1)) == nil)
    let next = printer.update(snapshot(6, completed: 11, tokens: 51))
    #expect(next?.hasSuffix("2.0 req/s  10 tok/s\n") == true)
    #expect(printer.finish() == nil)
  }

  @Test("The end of the warm-up is printed at once, with rates of its own")
  func warmup() {
    var printer = ProgressPrinter(style: .plain)
    #expect(printer.update(snapshot(1, completed: 10, tokens: 1, isWarmup: true))?.contains("warm-up") == true)
    let line = printer.update(snapshot(2, completed: 1, tokens: 8))
    #expect(line?.contains("0.5 req/s  4 tok/s") == true)
  }
}
