import NPULoad
import NPUMetrics
import Testing

@testable import NPUReliability

@Suite("What drifts over a soak")
struct SoakDriftTests {
  private func verdict(
    _ subject: SoakVerdict.Subject, windows count: Int = 120, _ limits: SoakLimits = SoakLimits(),
    _ window: (Int, inout SeededGenerator) -> SoakWindow
  ) -> SoakVerdict? {
    var generator = SeededGenerator(seed: 11)
    let windows = (0..<count).map { window($0, &generator) }
    return SoakDrift(windows, limits).verdicts.first { $0.subject == subject }
  }

  @Test(
    "A latency that grows by more than its limit fails; noise, and what falls, do not",
    arguments: [(0.0, ObjectiveVerdict.Outcome.pass), (0.05, .pass), (0.5, .fail), (-0.5, .pass)])
  func latency(growth: Double, outcome: ObjectiveVerdict.Outcome) {
    let found = verdict(.latency) { number, generator in
      SoakSamples.window(
        number, p50: 100 * (1 + growth * Double(number) / 120) + generator.normal(standardDeviation: 2))
    }
    #expect(found?.outcome == outcome, "\(found?.reason ?? "")")
    #expect(found?.target == "chat")
  }

  @Test("A step in latency is a service that became slower")
  func step() {
    let found = verdict(.latency) { number, generator in
      SoakSamples.window(number, p50: (number < 60 ? 100 : 200) + generator.normal(standardDeviation: 2))
    }
    #expect(found?.outcome == .fail, "\(found?.reason ?? "")")
  }

  @Test("Noise that depends on what came before is neither a trend nor a step", arguments: 0..<20 as Range<UInt64>)
  func correlated(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var noise = 0.0
    let windows = (0..<120).map { number in
      noise = 0.8 * noise + generator.normal(standardDeviation: 2)
      return SoakSamples.window(number, p50: 100 + noise)
    }
    let found = SoakDrift(windows, SoakLimits()).verdicts.first { $0.subject == .latency }
    #expect(found?.outcome == .pass, "\(found?.reason ?? "")")
  }

  @Test("A share of failures that grows fails", arguments: [(false, ObjectiveVerdict.Outcome.pass), (true, .fail)])
  func failures(grows: Bool, outcome: ObjectiveVerdict.Outcome) {
    let found = verdict(.failures) { number, generator in
      SoakSamples.window(number, failed: grows ? number / 12 : generator.integer(in: 0...2))
    }
    #expect(found?.outcome == outcome, "\(found?.reason ?? "")")
  }

  @Test("A soak at whose end the service is dead fails, however short the end is", arguments: [3, 16, 58])
  func failingEnd(windows dead: Int) {
    let found = verdict(.failures, windows: 400) { number, _ in
      SoakSamples.window(number, failed: number >= 400 - dead ? 1000 : 0)
    }
    #expect(found?.outcome == .fail, "\(found?.reason ?? "")")
  }

  @Test(
    "Memory that grows without end is a leak: of this process, of one of the server, of a chip",
    arguments: [SoakVerdict.Subject.ownMemory, .processMemory, .chipMemory, .idleCache], [0.0, 5])
  func leaks(subject: SoakVerdict.Subject, megabytesPerWindow: Double) {
    let found = verdict(subject) { number, generator in
      SoakSamples.window(number) { resources in
        let bytes = Int((500 + megabytesPerWindow * Double(number) + generator.normal()) * 0x1p20)
        switch subject {
        case .ownMemory: resources.ownBytes = bytes
        case .processMemory: resources.processes["vllm"] = bytes
        case .chipMemory:
          resources.chips["0"] = SoakResources.Chip()
          resources.chips["0"]?.memoryLeastBytes = bytes
        default:
          let share = 0.1 + megabytesPerWindow * Double(number) / 1_000 + generator.normal() / 10_000
          resources.server = SoakResources.Server(
            running: 1, waiting: 0, cachePeak: 1, cacheIdle: share, restarts: 0)
        }
      }
    }
    #expect(found?.outcome == (megabytesPerWindow > 0 ? .fail : .pass), "\(found?.reason ?? "")")
    if megabytesPerWindow > 0, subject != .idleCache {
      #expect(abs((found?.figures["slope_per_hour"] ?? 0) - 300) < 15)
    }
  }

  @Test("What grows in the first tenth alone is a beginning")
  func beginning() {
    let found = verdict(.ownMemory, windows: 200) { number, _ in
      SoakSamples.window(number) { $0.ownBytes = min(number, 10) << 24 }
    }
    #expect(found?.outcome == .pass)
  }

  @Test("A resumption begins with another process: its smaller memory hides no leak of the longest part")
  func sessions() {
    let found = verdict(.ownMemory, windows: 160) { number, _ in
      SoakSamples.window(number, session: number < 100 ? 0 : 1) {
        $0.ownBytes = (500 + (number < 100 ? 5 * number : 0)) << 20
      }
    }
    #expect(found?.outcome == .fail, "\(found?.reason ?? "")")
  }

  @Test("A few windows decide nothing", arguments: [0, 1, 19])
  func tooFew(count: Int) {
    var windows = (0..<count).map { SoakSamples.window($0, p50: Double(100 * ($0 + 1))) { $0.ownBytes = 1 << 20 } }
    let verdicts = SoakDrift(windows, SoakLimits()).verdicts
    #expect(verdicts.allSatisfy { $0.outcome == .undetermined })
    #expect(verdicts.contains { $0.subject == .failures })
    // Nor do many that were cut short.
    for index in windows.indices where index > 2 { windows[index].seconds = 1 }
    #expect(SoakDrift(windows, SoakLimits()).verdicts.allSatisfy { $0.outcome == .undetermined })
  }
}

@Suite("When a soak ends before its time")
struct SoakStopRulesTests {
  @Test(
    "By the share of failures in a window of enough requests",
    arguments: [
      (0.5, 5, 5, true), (0.5, 6, 4, false), (0.5, 2, 2, false), (0.01, 99, 1, true), (1, 0, 10, true),
      (nil, 0, 100, false), (0.5, 100, 0, false),
    ] as [(Double?, Int, Int, Bool)])
  func failures(share: Double?, completed: Int, failed: Int, ends: Bool) {
    let rules = SoakStopRules(failureShare: share)
    let reason = rules.reason(after: SoakSamples.window(3, completed: completed, failed: failed), unhealthy: 0)
    #expect((reason != nil) == ends, "\(reason ?? "")")
    if ends { #expect(reason?.contains("window 3") == true && reason?.contains("http_503") == true) }
  }

  @Test(
    "By the health of a service in windows in a row",
    arguments: [(nil, 9, false), (3, 2, false), (3, 3, true)] as [(Int?, Int, Bool)])
  func health(limit: Int?, unhealthy: Int, ends: Bool) {
    let window = SoakSamples.window(0) { $0.unhealthy["chat"] = "503 engine dead" }
    let reason = SoakStopRules(unhealthyWindows: limit).reason(after: window, unhealthy: unhealthy)
    #expect((reason != nil) == ends)
    if ends { #expect(reason?.contains("chat") == true && reason?.contains("engine dead") == true) }
  }
}

@Suite("The limits of a soak")
struct SoakObjectiveTests {
  private var totals: [String: SoakTally] {
    var (chat, image) = (SoakTally(), SoakTally())
    for index in 0..<99 { chat.add(SoakSamples.record(index, taking: 100)) }
    chat.add(SoakSamples.record(99, Outcome(.httpStatus(500))))
    for index in 0..<100 { image.add(SoakSamples.record(index, taking: 2_000)) }
    return ["chat": chat, "image": image]
  }

  @Test(
    "A rate is of all services, a latency of each, and a name before a dot means one",
    arguments: [
      ("failure_rate<1%", [ObjectiveVerdict.Outcome.pass]), ("failure_rate<0.5%", [.fail]),
      ("chat.failure_rate<=1%", [.pass]), ("image.success_rate>=1", [.pass]), ("completed>=199", [.pass]),
      ("request_throughput>1", [.pass]), ("e2e:p50<1s", [.pass, .fail]), ("image.e2e:p99<3s", [.pass]),
      ("chat.e2e:p99.9<1s", [.fail]), ("chat.e2e:max<1s", [.fail]), ("chat.e2e:median<=101ms", [.pass]),
      ("ttft:p50<1s", [.undetermined]), ("audio.e2e:p50<1s", [.undetermined]),
      ("audio.failure_rate<1%", [.undetermined]),
    ])
  func verdicts(expression: String, outcomes: [ObjectiveVerdict.Outcome]) throws {
    let verdicts = try SoakObjective(expression).verdicts(on: totals, seconds: 100)
    #expect(verdicts.map(\.outcome) == outcomes, "\(verdicts.map(\.reason))")
    #expect(try SoakObjective(expression).description == expression)
  }

  @Test(
    "What cannot be judged is refused before the soak",
    arguments: [
      "wer<5%", "e2e<1s", "e2e:mean<1s", "failure_rate:p99<1", "e2e:p99<5%", "failure_rate<5", "completed>1s", "",
      "chat.<5", "e2e:p101<1s",
    ])
  func refused(expression: String) {
    #expect(throws: ObjectiveError.self) { try SoakObjective(expression) }
  }
}
