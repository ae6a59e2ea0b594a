import NPULoad
import NPUMetrics
import Testing

@testable import NPUReliability

@Suite("What drifts over a soak")
struct SoakDriftTests {
  private func drift(
    _ windows: [SoakWindow], _ limits: SoakLimits = SoakLimits(), watched: SoakWatchList = SoakWatchList(),
    limit: Int = 2048
  ) -> SoakDrift {
    SoakDrift(windows.reduce(into: SoakWindowSeries(limit: limit)) { $0.append($1) }, limits, watched)
  }

  private func verdict(
    _ subject: SoakVerdict.Subject, windows count: Int = 120, _ limits: SoakLimits = SoakLimits(),
    _ window: (Int, inout SeededGenerator) -> SoakWindow
  ) -> SoakVerdict? {
    var generator = SeededGenerator(seed: 11)
    let windows = (0..<count).map { window($0, &generator) }
    return drift(windows, limits).verdicts.first { $0.subject == subject }
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
    let found = drift(windows).verdicts.first { $0.subject == .latency }
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
    "The end of a soak is that of all its windows, where every second, fourth and so on is kept", arguments: [1, 3, 5])
  func endOfMany(windows dead: Int) {
    let windows = (0..<240).map { number in
      SoakSamples.window(number, completed: number >= 240 - dead ? 0 : 2, failed: number >= 240 - dead ? 2 : 0) {
        if number < 240 - dead { $0.processes["vllm"] = 500 << 20 } else { $0.gaps["process vllm"] = "it is gone" }
      }
    }
    let watched = SoakWatchList(processes: ["vllm"])
    let verdicts = drift(windows, watched: watched, limit: 64).verdicts
    #expect(verdicts.first { $0.subject == .failures }?.outcome == (dead > 2 ? .fail : .pass))
    let memory = verdicts.first { $0.subject == .processMemory }
    #expect(memory?.outcome == (dead > 2 ? .undetermined : .pass), "\(memory?.reason ?? "")")
    if dead > 2 { #expect(memory?.reason.contains("it is gone") == true) }
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

  /// The verdicts on windows in which the process `vllm`, the chips 0 and 1 and an idle server are read, or are not.
  private func verdicts(
    _ subject: SoakVerdict.Subject, megabytesPerWindow: Double = 0, processes: [String] = ["vllm"],
    isRead: (Int) -> Bool, _ change: (Int, inout SoakResources) -> Void = { _, _ in }
  ) -> [SoakVerdict] {
    let windows = (0..<120).map { number in
      SoakSamples.window(number, completed: 1) { resources in
        if isRead(number) {
          let bytes = Int((500 + megabytesPerWindow * Double(number)) * 0x1p20)
          var chip = SoakResources.Chip()
          chip.memoryLeastBytes = bytes
          resources.processes["vllm"] = bytes
          (resources.chips["0"], resources.chips["1"]) = (chip, chip)
          resources.server = SoakResources.Server(
            running: 1, waiting: 0, cachePeak: 1, cacheIdle: 0.1 + megabytesPerWindow * Double(number) / 1_000,
            restarts: 0)
        } else {
          resources.gaps = ["npu": "no npu-smi", "metrics": "refused", "process vllm": "no process matches 'vllm'"]
        }
        change(number, &resources)
      }
    }
    let watched = SoakWatchList(processes: processes, chips: true, metrics: true)
    return drift(windows, watched: watched).verdicts.filter { $0.subject == subject }
  }

  @Test(
    "What was to be read and never was has a verdict that says why",
    arguments: [
      (SoakVerdict.Subject.processMemory, "no process matches 'vllm'"), (.chipMemory, "no npu-smi"),
      (.idleCache, "refused"),
    ])
  func neverRead(subject: SoakVerdict.Subject, gap: String) {
    let found = verdicts(subject) { _ in false }
    #expect(found.map(\.outcome) == [.undetermined])
    #expect(found.first?.reason.contains(gap) == true)
    // Nor is anything said of what nobody asked for.
    let windows = (0..<40).map { SoakSamples.window($0, completed: 1) }
    #expect(!drift(windows).verdicts.contains { $0.subject == subject })
  }

  @Test(
    "Readings that stop prove nothing of what came after; a leak that they show is one",
    arguments: [SoakVerdict.Subject.processMemory, .chipMemory, .idleCache], [0.0, 5])
  func stoppedReading(subject: SoakVerdict.Subject, megabytesPerWindow: Double) {
    let found = verdicts(subject, megabytesPerWindow: megabytesPerWindow) { $0 < 90 }
    #expect(found.count == (subject == .chipMemory ? 2 : 1))
    for verdict in found {
      #expect(verdict.outcome == (megabytesPerWindow > 0 ? .fail : .undetermined), "\(verdict.reason)")
      #expect(verdict.reason.contains("30 of 110 windows, the last among them"), "\(verdict.reason)")
    }
  }

  @Test(
    "Some gaps on the way change nothing; more than a tenth, or the last three windows, leave no verdict",
    arguments: [
      (20, 0, ObjectiveVerdict.Outcome.pass), (5, 0, .undetermined), (1_000, 2, .pass), (1_000, 3, .undetermined),
    ])
  func gaps(every: Int, last: Int, outcome: ObjectiveVerdict.Outcome) {
    for subject in [SoakVerdict.Subject.processMemory, .chipMemory, .idleCache] {
      let found = verdicts(subject) { $0 % every != every - 1 && $0 < 120 - last }
      #expect(found.allSatisfy { $0.outcome == outcome } && !found.isEmpty, "\(found.map(\.reason))")
    }
  }

  @Test("A process that was never found, and a chip that is lost while others are read, have no good verdict")
  func lost() {
    let processes = verdicts(.processMemory, processes: ["vllm", "vlm"], isRead: { _ in true }) { _, resources in
      resources.gaps["process vlm"] = "no process matches 'vlm'"
    }
    #expect(processes.map(\.target) == ["vllm", "vlm"].sorted())
    #expect(processes.map(\.outcome) == [.pass, .undetermined])
    let chips = verdicts(.chipMemory, isRead: { _ in true }) { number, resources in
      if number > 80 { resources.chips["1"] = nil }
    }
    #expect(chips.map(\.outcome) == [.pass, .undetermined])
    #expect(chips.last?.reason.contains("not among what was read") == true)
  }

  @Test(
    "An idle cache that was seen in the first hours alone says nothing of the others, one never seen nothing at all")
  func busyServer() {
    let early = verdicts(.idleCache, isRead: { _ in true }) { number, resources in
      if number > 50 { resources.server?.cacheIdle = nil }
    }
    #expect(early.map(\.outcome) == [.undetermined])
    #expect(early.first?.reason.contains("between 630 s and 3030 s alone") == true, "\(early.map(\.reason))")
    let never = verdicts(.idleCache, isRead: { _ in true }) { _, resources in resources.server?.cacheIdle = nil }
    #expect(never.map(\.outcome) == [.undetermined])
    #expect(never.first?.reason.contains("no reading found") == true)
    let silent = verdicts(.idleCache, isRead: { _ in true }) { _, resources in
      resources.server?.cacheIdle = nil
      resources.server?.cachePeak = nil
    }
    #expect(silent.first?.reason.contains("do not tell") == true)
  }

  @Test("A few windows decide nothing", arguments: [0, 1, 19])
  func tooFew(count: Int) {
    var windows = (0..<count).map { SoakSamples.window($0, p50: Double(100 * ($0 + 1))) { $0.ownBytes = 1 << 20 } }
    let verdicts = drift(windows).verdicts
    #expect(verdicts.allSatisfy { $0.outcome == .undetermined })
    #expect(verdicts.contains { $0.subject == .failures })
    // Nor do many that were cut short.
    for index in windows.indices where index > 2 { windows[index].seconds = 1 }
    #expect(drift(windows).verdicts.allSatisfy { $0.outcome == .undetermined })
  }
}

@Suite("When a soak ends before its time")
struct SoakStopRulesTests {
  private func recent(_ windows: [SoakWindow], least: Int = 10) -> SoakRecentRequests {
    windows.reduce(into: SoakRecentRequests(least: least)) { $0.add($1) }
  }

  @Test(
    "By the share of failures in a window of enough requests",
    arguments: [
      (0.5, 5, 5, true), (0.5, 6, 4, false), (0.5, 2, 2, false), (0.01, 99, 1, true), (1, 0, 10, true),
      (nil, 0, 100, false), (0.5, 100, 0, false),
    ] as [(Double?, Int, Int, Bool)])
  func failures(share: Double?, completed: Int, failed: Int, ends: Bool) {
    let rules = SoakStopRules(failureShare: share)
    let window = SoakSamples.window(3, completed: completed, failed: failed)
    let reason = rules.reason(after: window, recent([window]), unhealthy: 0)
    #expect((reason != nil) == ends, "\(reason ?? "")")
    if ends { #expect(reason?.contains("window 3") == true && reason?.contains("http_503") == true) }
  }

  @Test("By the share of failures over as many windows as it takes, where each has few requests")
  func fewRequests() {
    let rules = SoakStopRules(failureShare: 0.5)
    var recent = SoakRecentRequests(least: rules.leastRequests)
    var ended: Int?
    for number in 0..<40 where ended == nil {
      // Five in a window, of which none fails at first, and then all; in some windows nothing ends at all.
      let (completed, failed) = number % 3 == 2 ? (0, 0) : number < 12 ? (5, 0) : (0, 5)
      let window = SoakSamples.window(number, completed: completed, failed: failed)
      recent.add(window)
      guard let reason = rules.reason(after: window, recent, unhealthy: 0) else { continue }
      ended = number
      #expect(reason.contains("5 of 10 requests of windows 10 to 12 failed"), "\(reason)")
    }
    #expect(ended == 12)
  }

  @Test("Many requests in a window are judged by that window alone")
  func manyRequests() {
    var recent = SoakRecentRequests(least: 10)
    recent.add(SoakSamples.window(0, completed: 500))
    recent.add(SoakSamples.window(1, completed: 4, failed: 6))
    #expect(recent.counts.completed == 4 && recent.counts.failed == 6)
    #expect(recent.span == "window 1")
  }

  @Test(
    "By the health of a service in windows in a row",
    arguments: [(nil, 9, false), (3, 2, false), (3, 3, true)] as [(Int?, Int, Bool)])
  func health(limit: Int?, unhealthy: Int, ends: Bool) {
    let window = SoakSamples.window(0) { $0.unhealthy["chat"] = "503 engine dead" }
    let reason = SoakStopRules(unhealthyWindows: limit).reason(after: window, recent([window]), unhealthy: unhealthy)
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
