import NPUBase
import NPULoad
import NPUMetrics
import NPUTransport
import Testing

@testable import NPUReliability

@Suite("What a soak knows of itself")
struct SoakStateTests {
  private func second(_ second: Double) -> MonotonicInstant { MonotonicInstant(nanoseconds: Int64(second * 1e9)) }

  @Test("A request counts once, whatever comes again")
  func once() {
    var state = SoakState()
    state.beginSession(at: second(0))
    let added = (0..<2).map { _ in state.add(SoakSamples.record(4)) }
    #expect(added == [true, false])
    #expect(state.done.count == 1)
    #expect(state.totals["chat"]?.counts.completed == 1)
  }

  @Test("The time of soaking counts while a part goes on, and what lies between two parts does not")
  func time() {
    var state = SoakState()
    state.beginSession(at: second(1_000))
    state.add(SoakSamples.record(0, at: 1_030))
    let first = state.closeWindow(at: state.seconds(at: second(1_060)), endedAt: "", resources: SoakResources())
    #expect(first.number == 0 && first.start == 0 && first.seconds == 60 && first.session == 0)
    // The machine was started anew, and its clock with it.
    state.beginSession(at: second(5))
    state.add(SoakSamples.record(1, at: 20))
    #expect(state.elapsed == 75)
    let next = state.closeWindow(at: state.seconds(at: second(65)), endedAt: "", resources: SoakResources())
    #expect(next.number == 1 && next.start == 60 && next.seconds == 60 && next.session == 1)
    #expect(state.sessions == 2)
  }

  @Test("The time in which the last requests end is no time of load, in this part and in those after it")
  func drain() throws {
    var state = SoakState()
    state.beginSession(at: second(10), lasting: 60)
    state.add(SoakSamples.record(0, at: 30))
    #expect(state.loaded == 20 && state.elapsed == 20)
    state.add(SoakSamples.record(1, at: 140))
    let window = state.closeWindow(at: 130, endedAt: "", resources: SoakResources())
    #expect(window.loaded == 60 && window.seconds == 130)
    #expect(state.loaded == 60 && state.elapsed == 130)
    // A resumption, which a rule ends after 20 s.
    state.beginSession(at: second(500), lasting: 60)
    state.endLoad(at: second(520))
    state.add(SoakSamples.record(2, at: 555))
    let last = state.closeWindow(at: state.seconds(at: second(570)), endedAt: "", resources: SoakResources())
    #expect(last.loaded == 80 && last.start == 130 && last.seconds == 70)
    #expect(state.loaded == 80 && state.elapsed == 200)
    let plan = { (seconds: Int) throws -> SoakPlan in
      try SoakPlan(LoadPlan(arrival: .closedLoop(concurrency: 1), stop: .duration(.seconds(seconds))))
    }
    #expect(try plan(80).rest(after: state.loaded, leavingOut: state.done) == nil)
    #expect(try plan(140).rest(after: state.loaded, leavingOut: state.done)?.stop.duration == .seconds(60))
  }

  @Test("A window that a journal holds says when a rule ended the load, and one of an earlier version says nothing")
  func drainOfJournal() {
    var state = SoakState()
    state.beginSession(at: second(0), lasting: 600)
    for (number, loaded) in [60.0, 100].enumerated() {
      state.take(
        SoakWindow(
          number: number, session: 0, start: 60 * Double(number), seconds: 60, loaded: loaded, endedAt: "",
          services: [:],
          resources: SoakResources()))
    }
    state.add(SoakSamples.record(0, at: 150))
    #expect(state.loaded == 100 && state.elapsed == 150)
    var earlier = SoakState()
    earlier.beginSession(at: second(0))
    earlier.take(
      SoakWindow(
        number: 0, session: 0, start: 0, seconds: 60, endedAt: "", services: [:], resources: SoakResources()))
    #expect(earlier.loaded == 60)
  }

  @Test("A window hands over what could not be read, and what an earlier version wrote of it")
  func gaps() throws {
    var resources = SoakResources()
    resources.gaps = ["npu": "no npu-smi"]
    resources.processes["vllm"] = 7
    let bytes = try JSONCoding.encode(resources)
    #expect(try JSONCoding.decode(SoakResources.self, from: bytes) == resources)
    let earlier =
      #"{"chips":{},"gaps":["no process matches 'vlm'","no npu-smi"],"process_rss_bytes":{},"unhealthy":{}}"#
    let read = try JSONCoding.decode(SoakResources.self, from: Array(earlier.utf8))
    #expect(read.gaps.values.map(\.self) == ["no process matches 'vlm'; no npu-smi"])
    #expect(try JSONCoding.decode(SoakResources.self, from: Array("{}".utf8)) == SoakResources())
  }

  @Test("A window holds what ended in it, and the totals hold all")
  func windows() {
    var state = SoakState()
    state.beginSession(at: second(0))
    for index in 0..<100 { state.add(SoakSamples.record(index, at: 1, taking: Double(index + 1))) }
    state.add(SoakSamples.record(100, at: 2, Outcome(.httpStatus(503))))
    state.add(SoakSamples.record(101, at: 2, Outcome(.init(.cancelled))))
    let window = state.closeWindow(at: 10, endedAt: "", resources: SoakResources())
    #expect(window.counts.completed == 100 && window.counts.failed == 1 && window.counts.cancelled == 1)
    #expect(window.counts.failures == ["http_503": 1])
    let latency = window.services["chat"]?.endToEnd
    #expect(abs((latency?.p50 ?? 0) - 50) < 0.1 && abs((latency?.p99 ?? 0) - 99) < 0.1)
    #expect(latency?.maximum == 100)
    #expect(abs((latency?.p99CountingFailures ?? 0) - 100) < 0.2)
    let empty = state.closeWindow(at: 20, endedAt: "", resources: SoakResources())
    #expect(empty.counts.ended == 0)
    #expect(state.totals["chat"]?.figures.counts.ended == 102)
  }

  @Test(
    "What a segment of a journal begins with is the state: percentiles, counts, windows and time",
    arguments: [1, 5_000])
  func carried(windows: Int) throws {
    var state = SoakState()
    state.beginSession(at: second(3), lasting: 1e6)
    var generator = SeededGenerator(seed: 1)
    for index in 0..<windows {
      for place in 0..<3 {
        let time = generator.exponential(mean: 200)
        state.add(SoakSamples.record(index * 3 + place, at: 4 + Double(index), taking: time))
      }
      _ = state.closeWindow(at: Double(index + 1), endedAt: "now", resources: SoakResources())
    }
    let bytes = try JSONCoding.encode(state)
    #expect(bytes.count < 4 << 20, "it does not grow with the soak")
    var read = try JSONCoding.decode(SoakState.self, from: bytes)
    #expect(read.done == state.done && read.elapsed == state.elapsed && read.sessions == state.sessions)
    #expect(read.loaded == state.loaded)
    #expect(read.series.windows == state.series.windows && read.series.count == state.series.count)
    #expect(read.totals["chat"]?.counts == state.totals["chat"]?.counts)
    for percent in [1.0, 50, 90, 99, 99.9] {
      let (one, other) = (read.totals["chat"]?.endToEnd, state.totals["chat"]?.endToEnd)
      let (found, expected) = (try #require(one).percentile(percent), try #require(other).percentile(percent))
      #expect(abs(found - expected) <= expected / 1_000)
    }
    // Both go on in the same way.
    let record = SoakSamples.record(windows * 3, at: 4 + Double(windows))
    let added = [read.add(record), state.add(record)]
    #expect(added == [true, true])
    #expect(read.elapsed == state.elapsed && read.loaded == state.loaded)
  }

  @Test("The windows of a day take the room of those of an hour")
  func thinned() {
    var series = SoakWindowSeries(limit: 64)
    for number in 0..<10_000 { series.append(SoakSamples.window(number, completed: 0)) }
    #expect(series.count == 10_000)
    #expect(series.windows.count < 64 && series.windows.count >= 32)
    let numbers = series.windows.map(\.number)
    #expect(numbers == (0..<numbers.count).map { $0 * series.stride })
    #expect(series.windowsToTheEnd.suffix(16).map(\.number) == Array(9_984..<10_000))
    #expect(series.windowsToTheEnd.map(\.number) == series.windowsToTheEnd.map(\.number).sorted())
  }

  @Test("Ten thousand kinds of failures are counted in the room of some")
  func kinds() {
    var counts = SoakCounts()
    for index in 0..<10_000 { counts.add(Outcome(.init(rawValue: "kind_\(index)"))) }
    #expect(counts.failed == 10_000)
    #expect(counts.failures.count == 65)
    #expect(counts.failures.values.reduce(0, +) == 10_000)
  }
}
