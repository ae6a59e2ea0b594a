import Foundation
import NPUMetrics
import NPUTelemetry
import Synchronization
import TestSupport
import Testing

@testable import NPUDeployment

/// What a driver 25.2.0 and a CANN 8.2.RC1 say of themselves.
private let driverText = """
  Version=25.2.0
  ascendhal_version=7.35.23
  Innerversion=V100R001C22SPC003B220
  compatible_version=[V100R001C18],[V100R001C19],[V100R001C20],[V100R001C21],[V100R001C22]
  package_version=25.2.0

  """
private let cannText = """
  package_name=Ascend-cann-toolkit
  version=8.2.RC1
  innerversion=V100R001C22SPC001B231
  compatible_version=[V100R001C15],[V100R001C18],[V100R001C19],[V100R001C20],[V100R001C21],[V100R001C23]
  arch=aarch64

  """

@Suite("Checks of the environment", .timeLimit(.minutes(30)))
struct EnvironmentTests {
  /// A machine whose commands say what a script says.
  private struct ScriptedMachine: CommandRunner {
    var chips = ChipTable.text(hbm: [(used: 2 << 10, total: 64 << 10), (used: 40 << 10, total: 64 << 10)])
    var cann = CommandEnd(.exited(status: 0), output: Array("toolkit_running_version=[7.5.0.1.129:8.0.RC3]\n".utf8))
    var python = CommandEnd(.exited(status: 0), output: Array("a warning\nnpus 2 2.1.0.post6\n".utf8))
    var versions = Self.said(driverText + "--- CANN\n" + cannText)
    var processes = Self.said("")
    var governors = Self.said("performance\nperformance\n")

    func run(_ command: [String], timeout: Duration, outputLimit: Int) async -> CommandEnd {
      guard command.first == "/bin/sh", let script = command.dropFirst(2).first else {
        return switch command.first {
        case "npu-smi": CommandEnd(.exited(status: 0), output: Array(chips.utf8))
        case "cat": cann
        default: python
        }
      }
      return script.contains("scaling_governor") ? governors : script.contains("/proc") ? processes : versions
    }

    static func said(_ text: String) -> CommandEnd { CommandEnd(.exited(status: 0), output: Array(text.utf8)) }
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
    "driver and CANN go together if either lists the other",
    arguments: [
      // As published: 25.2.0 with 8.2.RC1, 25.0.RC1.1 with 8.2.RC1, 24.1.RC2.2 with 8.2.RC2, 25.3.RC1 with 8.0.0.
      ("C22", "C18 C19 C20 C21 C22", "C22", "C15 C18 C19 C20 C21 C23", EnvironmentFinding.Verdict.passed),
      ("C21", "C17 C18 C19 C20 C21", "C22", "C15 C18 C19 C20 C21 C23", .passed),
      ("C23", "C19 C20 C21 C22 C23", "C20", "C15 C17 C18 C19 C20", .passed),
      ("C15", "C30 C13 C15 C17", "C22", "C18 C19 C20 C21 C23", .failed), ("C15", "", "C22", "C18", .unknown),
      ("C15", "C13", "C22", "", .unknown),
    ])
  func versions(
    driver: String, knows: String, cann: String, works: String, verdict: EnvironmentFinding.Verdict
  ) async throws {
    func list(_ names: String) -> String {
      names.split(separator: " ").map { "[V100R001\($0)]" }.joined(separator: ",")
    }
    var machine = ScriptedMachine()
    machine.versions = ScriptedMachine.said(
      "Innerversion=V100R001\(driver)SPC001B1\npackage_version=D\ncompatible_version=\(list(knows))\n--- CANN\n"
        + "innerversion=V100R001\(cann)B2\nversion=C\ncompatible_version=\(list(works))\n")
    let finding = try await finding(.driverAndCANN, machine: machine)
    #expect(finding.verdict == verdict, "\(finding)")
    #expect(finding.message.contains("driver D (V100R001\(driver)) and CANN C (V100R001\(cann))"), "\(finding)")
  }

  @Test(
    "versions that cannot be read are not known, and say which file is missing",
    arguments: [
      ("--- CANN\n" + cannText, "version.info"), (driverText + "--- CANN\n", "toolkit"),
      ("", "version.info"), ("Innerversion=VRC\n--- CANN\n", "version.info"),
      ("Innerversion=V99999999999999999999R1C1\n--- CANN\n", "version.info"),
    ])
  func noVersions(text: String, words: String) async throws {
    var machine = ScriptedMachine()
    machine.versions = ScriptedMachine.said(text)
    let finding = try await finding(.driverAndCANN, machine: machine)
    #expect(finding.verdict == .unknown && finding.message.contains(words), "\(finding)")
  }

  @Test(
    "processes that have ended and not gone are told from those that run",
    arguments: [
      ("", "", EnvironmentFinding.Verdict.passed, "nothing runs on the chips"),
      ("77 (python3) Z 1 77 77 0\n", "", .warning, "77 python3"),
      ("77 (a) b) Z 1 77 77 0\n", "", .warning, "77 a) b"),
      ("4242 (VLLM::EngineCor) S 1 1 1 0\n", "4242", .passed, "4242 VLLMEngineCor with 3000 MB on 2"),
      ("4242 (VLLM::EngineCor) Z 1 1 1 0\n", "4242", .failed, "reset the chip"),
      ("", "4242", .warning, "look on the host"), ("(\n) 1\nx (y) Z\n5 (z)\n", "", .passed, "nothing runs"),
    ] as [(String, String, EnvironmentFinding.Verdict, String)])
  func processes(lines: String, holder: String, verdict: EnvironmentFinding.Verdict, words: String) async throws {
    var machine = ScriptedMachine()
    machine.processes = ScriptedMachine.said(lines)
    if !holder.isEmpty {
      machine.chips += """
        +---------------------------+---------------+----------------------------------------------------+
        | NPU     Chip              | Process id    | Process name             | Process memory(MB)      |
        +===========================+===============+====================================================+
        | 2       0                 | \(holder)          | VLLMEngineCor            | 3000                    |
        +===========================+===============+====================================================+

        """
    }
    let finding = try await finding(.zombieProcesses, machine: machine)
    #expect(finding.verdict == verdict && finding.message.contains(words), "\(finding)")
  }

  @Test("a zombie of this machine is found, whatever its name holds")
  func zombie() async throws {
    // The shell starts a child that ends at once, and becomes a program that never collects it.
    let machine = ProcessRunner()
    let script = "sh -c 'exit 0' & exec sh -c 'while [ -e \"$1\" ]; do sleep 0.05; done' sh \"$1\""
    try await TemporaryFolder.with { folder in
      async let parent = machine.run(["sh", "-c", script, "sh", folder], timeout: .seconds(300), outputLimit: 1 << 10)
      let checks = EnvironmentChecks(checks: [.zombieProcesses], npuSMI: "/nonexistent/npu-smi")
      // Without npu-smi nothing is known of the chips until there is a zombie to warn of.
      var finding = await checks.run().findings.first
      while finding?.verdict == .unknown { finding = await checks.run().findings.first }
      #expect(finding?.verdict == .warning, "\(String(describing: finding))")
      try FileManager.default.removeItem(atPath: folder)
      _ = await parent
    }
  }

  @Test(
    "governors that slow processors down are a warning",
    arguments: [
      ("performance\nperformance\n", EnvironmentFinding.Verdict.passed, "all 2"), ("", .passed, "no processor"),
      ("performance\npowersave\nschedutil\n", .warning, "2 of 3 processors have powersave, schedutil"),
    ])
  func governor(text: String, verdict: EnvironmentFinding.Verdict, words: String) async throws {
    var machine = ScriptedMachine()
    machine.governors = ScriptedMachine.said(text)
    let report = await EnvironmentChecks(checks: [.cpuGovernor], runner: machine).run()
    let finding = try #require(report.findings.first)
    #expect(finding.verdict == verdict && finding.message.contains(words), "\(finding)")
    #expect(report.passes)
    try report.require()
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
