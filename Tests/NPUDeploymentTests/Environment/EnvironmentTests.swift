import NPUMetrics
import NPUTelemetry
import Synchronization
import TestSupport
import Testing

@testable import NPUDeployment

@Suite("Checks of the environment") struct EnvironmentTests {
  /// A machine whose commands say what a script says.
  private struct ScriptedMachine: CommandRunner {
    var chips = ChipTable.text(hbm: [(used: 2 << 10, total: 64 << 10), (used: 40 << 10, total: 64 << 10)])
    var cann = CommandEnd(.exited(status: 0), output: Array("toolkit_running_version=[7.5.0.1.129:8.0.RC3]\n".utf8))
    var python = CommandEnd(.exited(status: 0), output: Array("a warning\nnpus 2 2.1.0.post6\n".utf8))

    func run(_ command: [String], timeout: Duration, outputLimit: Int) async -> CommandEnd {
      switch command.first {
      case "npu-smi": CommandEnd(.exited(status: 0), output: Array(chips.utf8))
      case "cat": cann
      default: python
      }
    }
  }

  private func finding(
    _ check: EnvironmentFinding.Check, devices: [Int]? = nil, free: Int = 0,
    machine: ScriptedMachine = ScriptedMachine()
  ) async throws -> EnvironmentFinding {
    let checks = EnvironmentChecks(checks: [check], devices: devices, freeMemoryBytes: free << 30, runner: machine)
    return try #require(await checks.run().findings.first)
  }

  @Test("a machine that has everything passes")
  func good() async throws {
    let report = await EnvironmentChecks(runner: ScriptedMachine()).run()
    #expect(report.findings.map(\.check) == EnvironmentFinding.Check.allCases)
    #expect(report.passes && !report.hasFailures, "\(report.findings)")
    try report.require()
    let messages = report.findings.map(\.message)
    #expect(messages.contains("CANN 8.0.RC3"))
    #expect(messages.contains("torch_npu 2.1.0.post6 sees 2 chips"))
  }

  @Test("a report on nothing passes nothing")
  func nothing() async {
    let report = await EnvironmentChecks(checks: [], runner: ScriptedMachine()).run()
    #expect(!report.passes)
    #expect(throws: EnvironmentError.self) { try report.require() }
  }

  @Test(
    "memory is judged on the devices that are asked for",
    arguments: [([0], 60, true), ([1], 60, false), ([0, 1], 20, true)])
  func memory(devices: [Int], free: Int, passes: Bool) async throws {
    let finding = try await finding(.freeMemory, devices: devices, free: free)
    #expect((finding.verdict == .passed) == passes, "\(finding)")
    if !passes { #expect(finding.message.contains("24.0 GiB") && finding.message.contains("needed 60.0 GiB")) }
  }

  @Test(
    "a device that is not there is named, whatever is asked of it",
    arguments: [EnvironmentFinding.Check.npuSMI, .chipHealth, .freeMemory], [[0, 7], [7], [-1]])
  func missingDevice(_ check: EnvironmentFinding.Check, devices: [Int]) async throws {
    let finding = try await finding(check, devices: devices)
    #expect(finding.verdict == .failed && finding.message.contains("device \(devices.last ?? 0)"), "\(finding)")
  }

  @Test("a sick chip is named")
  func sick() async throws {
    var machine = ScriptedMachine()
    machine.chips = ChipTable.text(hbm: [(used: 0, total: 1024)], health: "Alarm")
    let finding = try await finding(.chipHealth, machine: machine)
    #expect(finding.verdict == .failed && finding.message.contains("Alarm"), "\(finding)")
  }

  @Test("without npu-smi nothing is known of chips, and the tool has failed")
  func noTool() async throws {
    var machine = ScriptedMachine()
    machine.chips = "bash: npu-smi: command not found\n"
    #expect(try await finding(.npuSMI, machine: machine).verdict == .failed)
    #expect(try await finding(.chipHealth, machine: machine).verdict == .unknown)
    #expect(try await finding(.freeMemory, machine: machine).verdict == .unknown)
  }

  @Test(
    "what is wrong with the software says what to do",
    arguments: [
      (
        CommandEnd(.exited(status: 1), errors: Array("cat: no such file".utf8)), EnvironmentFinding.Verdict.failed,
        "install the CANN"
      ),
      (CommandEnd(.exited(status: 0), output: Array("nothing".utf8)), .unknown, "names no version"),
      (CommandEnd(.timedOut), .failed, "took too long"),
    ])
  func cann(end: CommandEnd, verdict: EnvironmentFinding.Verdict, words: String) async throws {
    var machine = ScriptedMachine()
    machine.cann = end
    let finding = try await finding(.cann, machine: machine)
    #expect(finding.verdict == verdict && finding.message.contains(words), "\(finding)")
  }

  @Test(
    "torch_npu is imported and sees chips",
    arguments: [
      ("npus 0 2.1", 0, EnvironmentFinding.Verdict.failed, "sees no chip"), ("", 1, .failed, "cannot import"),
      ("hello", 0, .unknown, "nothing that is understood"), ("npus 8 2.1", 0, .passed, "sees 8 chips"),
    ])
  func torch(output: String, status: Int, verdict: EnvironmentFinding.Verdict, words: String) async throws {
    var machine = ScriptedMachine()
    machine.python = CommandEnd(.exited(status: status), output: Array(output.utf8))
    let finding = try await finding(.torchNPU, machine: machine)
    #expect(finding.verdict == verdict && finding.message.contains(words), "\(finding)")
  }

  @Test(
    "the version of CANN is found",
    arguments: [
      ("Version=8.0.RC1\n", "8.0.RC1"), ("version = 8.1.RC1.alpha001\r\n", "8.1.RC1.alpha001"),
      ("runtime_running_version=[7.1:8.0.0]\ntoolkit_running_version=[7.2:8.0.1]\n", "8.0.1"),
      ("runtime_running_version=[7.1:8.0.0]\n", "8.0.0"), ("# version: 1.0\n", nil), ("version=\n", nil), ("", nil),
    ] as [(String, String?)])
  func version(text: String, version: String?) {
    #expect(CANNVersion.read(Array(text.utf8)) == version)
  }
}
