import NPULoad
import NPUMetrics
import NPUTelemetry
import Synchronization
import Testing

@testable import NPUReliability

@Suite("The leak loop")
struct LeakLoopTests {
  /// An npu-smi whose chip holds more with every call.
  private final class Tool: CommandRunner {
    private let calls = Mutex(0)
    private let growth: Int
    private let fails: Bool

    init(growth: Int, fails: Bool = false) { (self.growth, self.fails) = (growth, fails) }

    func run(_ command: [String], timeout: Duration, outputLimit: Int) async -> CommandEnd {
      guard !fails else { return CommandEnd(.notStarted("no npu-smi")) }
      let call = calls.withLock { calls in
        calls += 1
        return calls
      }
      let used = "\(3_000 + growth * call)"
      let table = """
        | npu-smi 24.1.rc2                 Version: 24.1.rc2                                             |
        +---------------------------+---------------+----------------------------------------------------+
        | NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
        | Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
        +===========================+===============+====================================================+
        | 2     910B4               | OK            | 100.0       40                0    / 0             |
        | 0                         | 0000:81:00.0  | 50          0    / 0          \(used) / 32768         |
        +===========================+===============+====================================================+
        """
      return CommandEnd(.exited(status: 0), output: Array(table.utf8))
    }
  }

  private func run(
    _ tool: Tool, generations: Int = 60, failing: @escaping @Sendable (Int) -> Bool = { _ in false }
  ) async throws -> LeakLoopReport {
    let loop = LeakLoop(
      NumberedWorkload(), over: SoakSamples.transport(failing: failing), generations: generations,
      chips: ChipCommandSource(runner: tool))
    return try await loop.run()
  }

  @Test("Memory that each generation keeps is a leak; memory that stays is none", arguments: [0, 5])
  func verdict(growth: Int) async throws {
    let report = try await run(Tool(growth: growth))
    #expect(report.completed == 60)
    #expect(report.verdicts.map(\.outcome) == [growth > 0 ? .fail : .pass])
    #expect(abs((report.verdicts.first?.figures["slope_mb_per_generation"] ?? 0) - Double(growth)) < 0.01)
    if growth > 0 {
      #expect(throws: LeakLoopFailure.self) { try report.require() }
    } else {
      try report.require()
    }
  }

  @Test("A loop whose requests all fail has generated nothing and shows nothing")
  func nothingGenerated() async throws {
    let report = try await run(Tool(growth: 0)) { _ in true }
    #expect(report.completed == 0 && report.failures == ["http_503": 60] && report.verdicts.isEmpty)
    #expect(throws: LeakLoopFailure.self) { try report.require() }
  }

  /// Requests up to a number.
  private struct SomeRequests: Workload {
    var limit: Int

    func prepare(_ index: Int) async throws -> PreparedRequest? {
      index < limit ? try await NumberedWorkload().prepare(index) : nil
    }
  }

  @Test("A loop that was interrupted, or that has no more to ask, is not whole, whatever its memory says")
  func missing() async throws {
    let chips = ChipCommandSource(runner: Tool(growth: 0))
    let short = LeakLoop(SomeRequests(limit: 50), over: SoakSamples.transport(), generations: 60, chips: chips)
    let report = try await short.run()
    #expect(report.completed == 40 && report.planned == 60 && report.missing == 20)
    #expect(report.verdicts.map(\.outcome) == [.pass])
    #expect { try report.require() } throws: { "\($0)".contains("20 of 60 generations are missing") }
    let long = LeakLoop(NumberedWorkload(), over: SoakSamples.transport(), generations: 60, chips: chips)
    let interrupted = try await Task {
      try await long.run { record, _ in
        if record.index == 44 { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
      }
    }.value
    #expect(interrupted.completed == 35 && interrupted.missing == 25)
    #expect(throws: LeakLoopFailure.self) { try interrupted.require() }
  }

  @Test("The limit is that of each generation", arguments: [(1.0, ObjectiveVerdict.Outcome.fail), (9, .pass)])
  func limit(megabytes: Double, outcome: ObjectiveVerdict.Outcome) async throws {
    var loop = LeakLoop(
      NumberedWorkload(), over: SoakSamples.transport(), generations: 40,
      chips: ChipCommandSource(runner: Tool(growth: 5)))
    loop.limitMegabytes = megabytes
    #expect(try await loop.run().verdicts.map(\.outcome) == [outcome])
  }

  /// Transcriptions of which half of the words are wrong.
  private struct WrongWords: Workload {
    func prepare(_ index: Int) async throws -> PreparedRequest? {
      PreparedRequest(
        operation: ServiceOperation { _ in OperationResult(measures: [.wordErrors: 5, .referenceWords: 10]) })
    }
  }

  @Test("A response that the mix does not let pass is no generation", arguments: [(0.5, 20), (0.4, 0)])
  func judged(limit: Double, completed: Int) async throws {
    let mix = try ServiceMix([.init("asr", WrongWords(), wordErrorLimit: limit)])
    let loop = LeakLoop(
      mix, over: SoakSamples.transport(), generations: 20, chips: ChipCommandSource(runner: Tool(growth: 0)))
    let report = try await loop.run()
    #expect(report.completed == completed)
    #expect(report.failures == (completed == 0 ? ["wrong_transcription": 20] : [:]))
  }

  @Test("Without a tool, and with a few generations, nothing is shown")
  func tooLittle() async throws {
    let blind = try await run(Tool(growth: 0, fails: true))
    #expect(blind.missedReadings == 70 && blind.firstGap?.contains("no npu-smi") == true)
    #expect(throws: LeakLoopFailure.self) { try blind.require() }
    let short = try await run(Tool(growth: 9), generations: 10)
    #expect(short.verdicts.map(\.outcome) == [.undetermined])
  }
}
