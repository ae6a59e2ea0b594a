import Foundation
import NPUBase
import NPULoad
import NPUMetrics
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTelemetry
import NPUTransport
import Synchronization
import TestSupport
import Testing

@testable import NPUReliability

@Suite("A soak", .timeLimit(.minutes(30)))
struct SoakRunTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Asks for what there is no more of.
  private struct BrokenWorkload: Workload {
    var limit: Int

    func prepare(_ index: Int) async throws -> PreparedRequest? {
      guard index < limit else { throw PromptError(kind: .noPrompts, message: "the file is gone") }
      return try await NumberedWorkload().prepare(index)
    }
  }

  private func soak(_ requests: Int, failing: @escaping @Sendable (Int) -> Bool = { _ in false }) throws -> Soak {
    var soak = Soak(
      try SoakSamples.mix(), try SoakSamples.plan(requests), over: SoakSamples.transport(failing: failing))
    soak.journal = SoakJournalOptions(path: folder.file("j"), resumes: true)
    return soak
  }

  /// The numbers of all requests that have a line, with their services.
  private func lines() throws -> [Int: [String]] {
    var lines: [Int: [String]] = [:]
    var reader = try JournalReader(path: folder.file("j"))
    while let record = try reader.next() { lines[record.index, default: []].append(record.service ?? "") }
    #expect(reader.repeatedLines == 0)
    return lines
  }

  @Test("Does what was planned, and says what failed while it goes on")
  func whole() async throws {
    let told = Mutex<[Int]>([])
    let report = try await soak(200) { $0 % 50 == 7 }.run { event in
      if case .failed(let record) = event { told.withLock { $0.append(record.index) } }
    }
    #expect(report.end == .complete && report.sessions == 1)
    #expect(report.requests.completed == 196 && report.requests.failures == ["http_503": 4])
    #expect(told.withLock { $0.sorted() } == [7, 57, 107, 157])
    #expect(report.services.values.map(\.counts.ended).reduce(0, +) == 200)
    #expect(report.windows.map(\.counts.ended).reduce(0, +) == 200)
    #expect(report.passes, "\(report.failureReasons)")
    let mix = try SoakSamples.mix()
    #expect(try lines() == Dictionary(uniqueKeysWithValues: (0..<200).map { ($0, [mix.part(of: $0).name]) }))
  }

  @Test("A request that never ends has failed, and is told as such")
  func hanging() async throws {
    try await withSimulator(behaviour: Behaviour(fault: .stall(afterTokens: 2))) { simulator in
      let service = try Service(simulator.baseURL)
      let mix = try ServiceMix([.init("chat", try await service.chat.workload(prompts: .fixed("Hello.")))])
      let load = try LoadPlan(
        arrival: .closedLoop(concurrency: 1), stop: .requests(1), drainLimit: .milliseconds(50))
      let told = Mutex<[String]>([])
      let report = try await Soak(mix, try SoakPlan(load), over: service.transport).run { event in
        if case .failed(let record) = event { told.withLock { $0.append(record.outcome.kind.rawValue) } }
      }
      #expect(report.requests.failures == ["drain_timeout": 1])
      #expect(report.requests.cancelled == 0 && report.requests.completed == 0)
      #expect(told.withLock(\.self) == ["drain_timeout"])
    }
  }

  /// A closed loop of one for some seconds, whose service responds to each number as it is told.
  private func soak(
    seconds: Int, responding steps: @escaping @Sendable (Int) -> [ScriptedTransport.Step]
  ) throws -> Soak {
    let load = try LoadPlan(
      arrival: .closedLoop(concurrency: 1), pause: .seconds(1), stop: .duration(.seconds(seconds)))
    var soak = Soak(
      try SoakSamples.mix(), try SoakPlan(load), over: SoakSamples.transport(responding: steps))
    soak.journal = SoakJournalOptions(path: folder.file("j"), resumes: true)
    return soak
  }

  @Test("A service that hangs from some request on does not pass, nor when it is asked for the report once more")
  func hangingFromSomeRequestOn() async throws {
    for _ in 0..<2 {
      let report = try await soak(seconds: 60) { $0 < 20 ? SoakSamples.response($0) : [.head(status: 200), .hang] }
        .run()
      #expect(report.end == .complete && report.seconds == 60)
      #expect(report.requests.completed == 20 && report.requests.failures == ["drain_timeout": 1])
      #expect(!report.passes)
      #expect(report.failureReasons.contains { $0.contains("did not end within 120 s") }, "\(report.failureReasons)")
    }
  }

  @Test("A response that takes longer than the soak waits at its end is late, where others took as long")
  func slow() async throws {
    var soak = try soak(seconds: 400) { SoakSamples.response($0, after: .seconds($0 == 0 ? 300 : 290)) }
    soak.mix = try SoakSamples.mix([("chat", 1)])
    let report = try await soak.run()
    #expect(report.requests.completed == 1 && report.requests.failures == ["drain_timeout": 1])
    #expect(report.passes, "\(report.failureReasons)")
  }

  @Test("The time in which the last request ends is not soaked, and more time that is asked for is sent")
  func drained() async throws {
    for seconds in [30, 60] {
      let report = try await soak(seconds: seconds) { SoakSamples.response($0, after: .seconds(50)) }.run()
      #expect(report.end == .complete && report.seconds == Double(seconds))
      #expect(report.requests.completed == seconds / 30 && report.sessions == seconds / 30)
    }
    #expect(try lines().count == 2)
  }

  @Test("What was in flight when there was no more to be asked has no line, and is sent when there is")
  func broken() async throws {
    var soak = try soak(200)
    soak.mix = try ServiceMix(
      [.init("chat", weight: 3, BrokenWorkload(limit: 120)), .init("image", NumberedWorkload())], seed: 7)
    let report = try await soak.run()
    #expect(report.end == .failed && report.endReason?.contains("the file is gone") == true)
    #expect(report.requests.cancelled == 0 && report.requests.failed == 0)
    #expect(try lines().count == report.requests.completed)
    soak.mix = try SoakSamples.mix()
    #expect(try await soak.run().requests.completed == 200)
    #expect(try lines().count == 200)
  }

  @Test("Cancelled again and again, it goes on until every request has one line and no more")
  func interrupted() async throws {
    // More than are prepared ahead: a cancellation always leaves some.
    let soak = try soak(4_000) { $0 % 2 == 1 }
    for part in 1...3 {
      let failures = Mutex(0)
      let running = Task {
        try await soak.run { event in
          // Told by the task that runs the soak: the one that is cancelled.
          guard case .failed = event,
            failures.withLock({
              $0 += 1; return $0
            }) == 30, part < 3
          else { return }
          unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
        }
      }
      let report = try await running.value
      #expect(report.end == (part < 3 ? .stopped : .complete))
      #expect(report.sessions == part)
      #expect(report.requests.cancelled == 0, "what was broken off belongs to what is left")
      #expect(try lines().count == report.requests.ended)
    }
    let mix = try SoakSamples.mix()
    #expect(try lines() == Dictionary(uniqueKeysWithValues: (0..<4_000).map { ($0, [mix.part(of: $0).name]) }))
  }

  @Test(
    "A journal that was cut anywhere is completed to the same counts and the same verdicts",
    arguments: 0..<12 as Range<UInt64>)
  func killed(seed: UInt64) async throws {
    let whole = try await soak(150) { $0 % 30 == 3 }.run()
    let bytes = Array(try folder.text("j").utf8)
    var generator = SeededGenerator(seed: seed)
    let cut = Array(bytes[..<generator.integer(in: 0...bytes.count)])
    _ = try folder.write(cut, to: "j")
    let sent = Mutex(Set<Int>())
    let report = try await soak(150) { index in
      sent.withLock { _ = $0.insert(index) }
      return index % 30 == 3
    }.run()
    // What stood there whole stays and is not sent again: the soak has not begun anew. A header alone says nothing.
    let kept = String(decoding: cut, as: UTF8.self).split(separator: "\n").compactMap { line in
      (try? JSONCoding.decode(JSONValue.self, from: Array(line.utf8))).map { (line, $0) }
    }
    if kept.count > 1 { #expect(try folder.text("j").hasPrefix(kept.map(\.0).joined(separator: "\n"))) }
    let known = Set(kept.compactMap { $0.1["outcome"] == nil ? nil : $0.1["index"]?.integer })
    #expect(sent.withLock(\.self) == Set(0..<150).subtracting(known))
    let wasBegun = kept.contains { $0.1["kind"]?.string == "session" }
    #expect(report.sessions == (wasBegun && known.count < 150 ? 2 : 1))
    #expect(report.end == .complete)
    #expect(report.requests == whole.requests)
    #expect(report.services.mapValues(\.counts) == whole.services.mapValues(\.counts))
    #expect(try lines().count == 150)
    // Once more there is nothing left to do, and the same to say.
    let again = try await soak(150).run()
    #expect(again.requests == report.requests && again.end == .complete)
  }

  @Test("More requests, or more time, can be asked for of a soak that is complete")
  func extended() async throws {
    #expect(try await soak(50).run().end == .complete)
    let report = try await soak(80).run()
    #expect(report.requests.ended == 80 && report.sessions == 2)
    #expect(try lines().count == 80)
  }

  @Test("A rule ends the soak, and the report says which")
  func rule() async throws {
    try await withSimulator(behaviour: Behaviour(outputTokens: 1, fault: Fault(.status))) { simulator in
      let transport = try CurlTransport()
      defer { transport.shutDown() }
      let load = try LoadPlan(arrival: .closedLoop(concurrency: 2), stop: .duration(.seconds(600)))
      let soak = Soak(
        try ServiceMix([.init("chat", try SimulatedChats(simulator.baseURL))]),
        try SoakPlan(load, window: .milliseconds(100), stopRules: SoakStopRules(failureShare: 0.5)), over: transport)
      let report = try await soak.run()
      #expect(report.end == .rule && report.endReason?.contains("http_500") == true)
      #expect(!report.passes && report.requests.completed == 0)
    }
  }

  @Test("Windows hold the memory of this process and what the service says of itself")
  func resources() async throws {
    try await withSimulator(behaviour: Behaviour(outputTokens: 2)) { simulator in
      let transport = try CurlTransport()
      defer { transport.shutDown() }
      let service = try ServiceConfiguration(simulator.baseURL)
      let load = try LoadPlan(arrival: .closedLoop(concurrency: 2), pause: .milliseconds(1), stop: .requests(500))
      var soak = Soak(
        try ServiceMix([.init("chat", try SimulatedChats(simulator.baseURL))]),
        try SoakPlan(load, window: .milliseconds(50)), over: transport)
      let metrics = try ServerMetricsSource(transport: transport, service: service, route: "/metrics", model: nil)
      soak.watch.telemetry.server = ServerRecorder(source: metrics, plan: SamplingPlan(interval: .milliseconds(10)))
      soak.watch.health["chat"] = HealthClient(transport: transport, service: service)
      soak.watch.processes = [ProcessMemory([.init("\(ProcessInfo.processInfo.processIdentifier)"), .init("no such")])]
      let report = try await soak.run()
      #expect(report.end == .complete && report.requests.completed == 500)
      let last = try #require(report.windows.last)
      #expect((last.resources.ownBytes ?? 0) > 1 << 20)
      #expect(last.resources.processes.count == 1)
      #expect(last.resources.gaps == ["process no such": "no process matches 'no such'"])
      #expect(report.verdicts.contains { $0.target == "no such" && $0.outcome == .undetermined })
      #expect(SoakWindowLine(last).description.contains("process no such not read: no process matches 'no such'"))
      #expect(last.resources.unhealthy.isEmpty)
      let text = SoakText(report).console
      #expect(text.contains("500 completed") && text.contains("Verdicts"))
      #expect(SoakText(report).markdown.contains("### Windows"))
      let json = try JSONCoding.decode(JSONValue.self, from: Array(try report.summaryJSON().utf8))
      #expect(json["completed"]?.integer == 500)
    }
  }

  @Test(
    "A place where nothing can be written shows before the soak, and a device is not removed",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")), arguments: [false, true])
  func fullDisk(resumes: Bool) async throws {
    var soak = try soak(100)
    soak.journal = SoakJournalOptions(path: "/dev/full", resumes: resumes, replaces: !resumes)
    await #expect(throws: JournalError.self) { try await soak.run() }
    #expect(FileManager.default.fileExists(atPath: "/dev/full"))
  }

  @Test("A soak with a warm-up, or of windows without length, is refused")
  func refused() throws {
    let load = try LoadPlan(arrival: .closedLoop(concurrency: 1), warmUp: .requests(1), stop: .requests(1))
    #expect { try SoakPlan(load) } throws: { ($0 as? SoakError)?.kind == .plan }
    let other = try LoadPlan(arrival: .closedLoop(concurrency: 1), stop: .requests(1))
    #expect { try SoakPlan(other, window: .zero) } throws: { ($0 as? SoakError)?.kind == .plan }
    let hour = try LoadPlan(arrival: .closedLoop(concurrency: 1), stop: .duration(.seconds(600)))
    #expect(try SoakPlan(hour).window == .seconds(10))
  }
}
