import ArgumentParser
import NPUTestKit
import ToolSupport

/// Which machine is checked, and for what.
struct EnvironmentOptions: ParsableArguments {
  @Flag(help: "Check whether a machine can run a service: chips, driver, CANN, torch_npu, processes, governor.")
  var checkEnvironment = false
  @Option(
    help: ArgumentHelp(
      "Check another machine over ssh with a key that asks for no password: host, or user@host.", valueName: "text"))
  var ssh: String?
  @Option(help: ArgumentHelp("Further options of ssh, such as '-p 2222'.", valueName: "text"))
  var sshOptions: String?
  @Option(
    name: .customLong("devices"),
    help: ArgumentHelp(
      "The chips that the service uses, such as 0,1,2,3. Default: all, or the first.", valueName: "ids"))
  var deviceList: String?
  @Option(help: ArgumentHelp("Memory that must be free on each chip, in GB.", valueName: "number"))
  var freeHBM = 0.0
  @Option(help: ArgumentHelp("The checks to make, separated by commas. Default: all.", valueName: "names"))
  var only: String?
  @Option(help: ArgumentHelp("The npu-smi of the machine.", valueName: "path"))
  var npuSMI = "npu-smi"
  @Option(help: ArgumentHelp("The Python that the service uses.", valueName: "path"))
  var python = "python3"
  @Option(help: ArgumentHelp("The file that names the version of CANN.", valueName: "path"))
  var cannVersionFile = "/usr/local/Ascend/ascend-toolkit/latest/version.cfg"
  @Option(help: ArgumentHelp("The file that names the version of the driver.", valueName: "path"))
  var driverVersionFile = "/usr/local/Ascend/driver/version.info"
  @Option(help: ArgumentHelp("How long one command may take.", valueName: "seconds"))
  var checkTimeout = Seconds(60)

  /// The flags that need `--check-environment`.
  static let flags = [
    "--ssh", "--ssh-options", "--free-hbm", "--only", "--npu-smi", "--python", "--cann-version-file",
    "--driver-version-file", "--check-timeout",
  ]

  func validate() throws {
    try ValidationError.unless("--free-hbm", freeHBM, isIn: 0...100_000, unit: "GB")
    try ValidationError.unless("--check-timeout", checkTimeout.number, isAbove: 0, unit: "seconds")
    _ = (try readDevices(), try chosen(), try sshWords())
  }

  /// The chips, where they are named.
  var devices: [Int]? { try? readDevices() }

  private func readDevices() throws -> [Int]? {
    guard let deviceList else { return nil }
    let devices = deviceList.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let known = devices.compactMap(\.self)
    guard known.count == devices.count, known.allSatisfy({ (0...1023).contains($0) }), Set(known).count == known.count
    else {
      throw ValidationError("--devices takes different numbers from 0 to 1023, such as 0,1,2,3; found \(deviceList).")
    }
    return known
  }

  private func chosen() throws -> [EnvironmentFinding.Check] {
    guard let only else { return EnvironmentFinding.Check.allCases }
    return try only.split(separator: ",").map { name in
      guard let check = EnvironmentFinding.Check(rawValue: String(name)) else {
        let all = EnvironmentFinding.Check.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--only knows no check \"\(name)\"; there are \(all).")
      }
      return check
    }
  }

  private func sshWords() throws -> [String] {
    if let ssh, ssh.isEmpty || ssh.hasPrefix("-") {
      throw ValidationError("--ssh takes a host or user@host; found \"\(ssh)\".")
    }
    return try ValidationError.naming("--ssh-options") { try sshOptions.map { try CommandWords.split($0) } ?? [] }
  }

  /// The machine.
  var host: ServiceHost {
    ssh.map { ServiceHost.ssh($0, options: (try? sshWords()) ?? []) } ?? .local
  }

  /// The checks.
  var checks: EnvironmentChecks {
    EnvironmentChecks(
      on: host, checks: (try? chosen()) ?? EnvironmentFinding.Check.allCases, devices: devices,
      freeMemoryBytes: Int(freeHBM * 1_073_741_824), npuSMI: npuSMI, cannVersionFile: cannVersionFile,
      driverVersionFile: driverVersionFile, python: python, timeout: checkTimeout.duration)
  }
}

/// What the checks have found, for people and for programs.
struct EnvironmentText: Encodable {
  var host: String
  var passes: Bool
  var findings: [EnvironmentFinding]

  init(_ report: EnvironmentReport, _ host: ServiceHost) {
    self.host = host.description
    passes = report.passes
    findings = report.findings
  }

  /// A line for each finding, and a verdict.
  var text: String {
    let words = ["passed": "ok  ", "warning": "WARN", "failed": "FAIL", "unknown": "?   "]
    let lines = findings.map { finding in
      "\(words[finding.verdict.rawValue] ?? finding.verdict.rawValue)  \(finding.check.rawValue): \(finding.message)"
        .onOneLine
    }
    let failures = findings.count { $0.verdict == .failed }
    let unknown = findings.count { $0.verdict == .unknown }
    let verdict =
      passes
      ? "\(host): a service can run" : "\(host): \(failures) checks failed, \(unknown) could not be found out"
    return (lines + ["", verdict.onOneLine]).joined(separator: "\n") + "\n"
  }
}
