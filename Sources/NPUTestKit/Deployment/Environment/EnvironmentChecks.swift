internal import NPUBase
internal import NPUMetrics
package import NPUTelemetry

/// Looks whether a machine is ready for a service on NPUs, before the service is started.
///
/// ```swift
/// let report = await EnvironmentChecks(devices: [0, 1, 2, 3], freeMemoryBytes: 30 << 30).run()
/// for finding in report.findings { print(finding) }
/// try report.require()
/// ```
public struct EnvironmentChecks: Sendable {
  /// The machine.
  public var host: ServiceHost
  /// Which checks are made.
  public var checks: [EnvironmentFinding.Check]
  /// The chips that the service will use, by the order in which npu-smi shows them (their logic IDs); `nil` for all.
  public var devices: [Int]?
  /// How many bytes of memory each of the chips must have free.
  public var freeMemoryBytes: Int
  /// The npu-smi of the machine.
  public var npuSMI: String
  /// The file that names the version of CANN; its folder depends on the version and on who installed it.
  public var cannVersionFile: String
  /// The file in which the driver names its version, and with which releases of CANN it works.
  public var driverVersionFile: String
  /// The Python that the service will use.
  public var python: String
  /// How long one command may take; the first import of torch_npu takes its time.
  public var timeout: Duration
  let runner: any CommandRunner

  /// Creates checks.
  public init(
    on host: ServiceHost = .local, checks: [EnvironmentFinding.Check] = EnvironmentFinding.Check.allCases,
    devices: [Int]? = nil, freeMemoryBytes: Int = 0, npuSMI: String = "npu-smi",
    cannVersionFile: String = "/usr/local/Ascend/ascend-toolkit/latest/version.cfg",
    driverVersionFile: String = "/usr/local/Ascend/driver/version.info", python: String = "python3",
    timeout: Duration = .seconds(60)
  ) {
    self.init(
      on: host, checks: checks, devices: devices, freeMemoryBytes: freeMemoryBytes, npuSMI: npuSMI,
      cannVersionFile: cannVersionFile, driverVersionFile: driverVersionFile, python: python, timeout: timeout,
      runner: ProcessRunner())
  }

  /// Creates checks whose commands another runner runs.
  package init(
    on host: ServiceHost = .local, checks: [EnvironmentFinding.Check] = EnvironmentFinding.Check.allCases,
    devices: [Int]? = nil, freeMemoryBytes: Int = 0, npuSMI: String = "npu-smi",
    cannVersionFile: String = "/usr/local/Ascend/ascend-toolkit/latest/version.cfg",
    driverVersionFile: String = "/usr/local/Ascend/driver/version.info", python: String = "python3",
    timeout: Duration = .seconds(60), runner: any CommandRunner
  ) {
    self.host = host
    self.checks = checks
    self.devices = devices
    self.freeMemoryBytes = freeMemoryBytes
    self.npuSMI = npuSMI
    self.cannVersionFile = cannVersionFile
    self.driverVersionFile = driverVersionFile
    self.python = python
    self.timeout = timeout
    self.runner = runner
  }

  /// Makes the checks, one after the other.
  ///
  /// - Returns: One finding for each.
  public func run() async -> EnvironmentReport {
    var findings: [EnvironmentFinding] = []
    let ofChips: Set<EnvironmentFinding.Check> = [.npuSMI, .chipHealth, .freeMemory, .zombieProcesses]
    let needsChips = !ofChips.isDisjoint(with: checks)
    let chips: Result<ChipReport, SampleGap>? = needsChips ? await readChips() : nil
    for check in checks {
      let finding: EnvironmentFinding? =
        switch check {
        case .npuSMI: chips.map(toolFinding)
        case .chipHealth: chips.map(healthFinding)
        case .freeMemory: chips.map(memoryFinding)
        case .cann: await cannFinding()
        case .driverAndCANN: await versionsFinding()
        case .torchNPU: await torchFinding()
        case .zombieProcesses: if let chips { await processFinding(chips) } else { nil }
        case .cpuGovernor: await governorFinding()
        }
      if let finding { findings.append(finding) }
    }
    return EnvironmentReport(findings: findings)
  }

  /// What reads the chips of the machine.
  private var chipSource: ChipCommandSource {
    ChipCommandSource(command: host.run([npuSMI, "info"]), arguments: [], runner: runner)
  }

  private func readChips() async -> Result<ChipReport, SampleGap> {
    do throws(SampleGap) {
      return .success(try await chipSource.read(timeout: timeout))
    } catch {
      return .failure(error)
    }
  }

  // MARK: Chips

  private func toolFinding(_ chips: Result<ChipReport, SampleGap>) -> EnvironmentFinding {
    switch chips {
    case .failure(let gap):
      return EnvironmentFinding(
        .npuSMI, .failed, "\(gap); install the driver and firmware, or give the path of npu-smi")
    case .success(let report):
      let count = report.chips.count
      if let missing = missing(among: count) { return EnvironmentFinding(.npuSMI, .failed, missing) }
      let driver = report.versions.driver.map { ", driver \($0)" } ?? ""
      return EnvironmentFinding(.npuSMI, .passed, "npu-smi shows \(count) chips\(driver)")
    }
  }

  /// Which of the devices that are asked for are not among so many, and what to do; `nil` if all are there.
  private func missing(among count: Int) -> String? {
    let missing = (devices ?? []).filter { !(0..<count).contains($0) }.map { "device \($0)" }
    guard !missing.isEmpty else { return nil }
    let choice = count > 0 ? "choose devices from 0 to \(count - 1), or give" : "give"
    return "npu-smi shows \(count) chips, and \(missing.joined(separator: ", ")) is asked for; \(choice) the container "
      + "more"
  }

  private func healthFinding(_ chips: Result<ChipReport, SampleGap>) -> EnvironmentFinding {
    if let finding = missing(.chipHealth, chips) { return finding }
    guard let chosen = chosen(chips), !chosen.isEmpty else { return unseen(.chipHealth) }
    let sick = chosen.filter { $0.health != .ok }
    guard !sick.isEmpty else { return EnvironmentFinding(.chipHealth, .passed, "\(chosen.count) chips are OK") }
    let list = sick.map { "\($0.chip): \($0.health?.rawValue ?? "not shown")" }.joined(separator: ", ")
    // A chip whose health is not shown may be well.
    let isKnown = sick.contains { $0.health != nil && $0.health != .unknown }
    return EnvironmentFinding(
      .chipHealth, isKnown ? .failed : .unknown,
      "\(list); npu-smi info -t health -i ID names the fault: reset the chip, or leave it out")
  }

  private func memoryFinding(_ chips: Result<ChipReport, SampleGap>) -> EnvironmentFinding {
    if let finding = missing(.freeMemory, chips) { return finding }
    guard let chosen = chosen(chips), !chosen.isEmpty else { return unseen(.freeMemory) }
    var short: [String] = []
    var unknown: [String] = []
    var least = Int.max
    for chip in chosen {
      guard let total = chip.memoryTotalBytes, let used = chip.memoryUsedBytes else {
        unknown.append("\(chip.chip)")
        continue
      }
      least = min(least, total - used)
      if total - used < freeMemoryBytes { short.append("\(chip.chip): \(Self.gibibytes(total - used))") }
    }
    if !short.isEmpty {
      return EnvironmentFinding(
        .freeMemory, .failed,
        "free are \(short.joined(separator: ", ")), needed \(Self.gibibytes(freeMemoryBytes)); end what holds the "
          + "memory: the processes at the end of npu-smi info, or one whose main process was killed")
    }
    guard unknown.isEmpty else {
      return EnvironmentFinding(
        .freeMemory, .unknown, "npu-smi does not show the memory of \(unknown.joined(separator: ", "))")
    }
    return EnvironmentFinding(
      .freeMemory, .passed, "\(Self.gibibytes(least)) or more are free on each of \(chosen.count) chips")
  }

  /// That a check cannot pass because a chip that is asked for is not there.
  private func missing(
    _ check: EnvironmentFinding.Check, _ chips: Result<ChipReport, SampleGap>
  ) -> EnvironmentFinding? {
    guard case .success(let report) = chips else { return nil }
    return missing(among: report.chipReadings.count).map { EnvironmentFinding(check, .failed, $0) }
  }

  private func chosen(_ chips: Result<ChipReport, SampleGap>) -> [ChipReading]? {
    guard case .success(let report) = chips else { return nil }
    let readings = report.chipReadings
    return devices.map { $0.compactMap { readings.indices.contains($0) ? readings[$0] : nil } } ?? readings
  }

  private func unseen(_ check: EnvironmentFinding.Check) -> EnvironmentFinding {
    EnvironmentFinding(check, .unknown, "npu-smi shows no such chip; see what it says by itself")
  }

  private static func gibibytes(_ bytes: Int) -> String {
    let tenths = (Double(bytes) / Double(1 << 30) * 10).rounded()
    return "\(tenths / 10) GiB"
  }

  // MARK: Software

  private func cannFinding() async -> EnvironmentFinding {
    let end = await runner.run(host.run(["cat", cannVersionFile]), timeout: timeout, outputLimit: 1 << 16)
    guard case .exited(status: 0) = end.kind else {
      return EnvironmentFinding(
        .cann, .failed,
        "\(cannVersionFile) cannot be read (\(Self.reason(end))); install the CANN toolkit, or give the file of "
          + "where it is")
    }
    guard let version = CANNVersion.read(end.output) else {
      return EnvironmentFinding(
        .cann, .unknown, "\(cannVersionFile) names no version: \"\(Excerpt.of(end.output, limit: 120))\"")
    }
    return EnvironmentFinding(.cann, .passed, "CANN \(version)")
  }

  private func torchFinding() async -> EnvironmentFinding {
    let script = "import torch, torch_npu; print('npus', torch.npu.device_count(), torch_npu.__version__)"
    let end = await runner.run(host.run([python, "-c", script]), timeout: timeout, outputLimit: 1 << 20)
    guard case .exited(status: 0) = end.kind else {
      return EnvironmentFinding(
        .torchNPU, .failed,
        "\(python) cannot import torch_npu (\(Self.reason(end))); install the version for this torch and CANN, and "
          + "source the set_env.sh of CANN before")
    }
    // The import may print warnings before.
    let lines = String(decoding: end.output, as: UTF8.self).split(whereSeparator: \.isNewline)
    let words = lines.last { $0.hasPrefix("npus ") }?.split(separator: " ") ?? []
    guard words.count == 3, let count = Int(words[1]) else {
      return EnvironmentFinding(
        .torchNPU, .unknown, "\(python) said nothing that is understood: \"\(Excerpt.of(end.output, limit: 120))\"")
    }
    guard count > 0 else {
      return EnvironmentFinding(
        .torchNPU, .failed,
        "torch_npu \(words[2]) sees no chip; see ASCEND_RT_VISIBLE_DEVICES, the driver's mounts and /dev/davinci*")
    }
    return EnvironmentFinding(.torchNPU, .passed, "torch_npu \(words[2]) sees \(count) chips")
  }

  static func reason(_ end: CommandEnd) -> String {
    let text = Excerpt.of(end.errors.suffix(400), limit: 200)
    let how =
      switch end.kind {
      case .exited(let status): "status \(status)"
      case .signalled(let number): "signal \(number)"
      case .timedOut: "it took too long"
      case .stuck: "it hangs and cannot be killed"
      case .tooMuchOutput: "it printed too much"
      case .notStarted(let reason): Excerpt.of(reason, limit: 200)
      case .cancelled: "cancelled"
      }
    return text.isEmpty ? how : "\(how): \(text)"
  }
}

/// The version of CANN in its `version.cfg`.
enum CANNVersion {
  /// Finds the running version: `toolkit_running_version=[7.0.0.5.242:8.0.RC1]`, or a line `Version=8.0.RC1` or
  /// `version=8.0.RC1` of other files of CANN.
  ///
  /// - Returns: `nil` if there is none.
  static func read(_ text: [UInt8]) -> String? {
    var version: String?
    for line in String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let key = parts[0].filter { !$0.isWhitespace }.lowercased()
      let value = parts[1].filter { !"[]\"".contains($0) && !$0.isWhitespace }
      // The release stands behind the last colon.
      let release = String(value.split(separator: ":").last ?? "")
      guard !release.isEmpty else { continue }
      if key == "version" || key == "toolkit_running_version" { return release }
      if key.hasSuffix("_running_version") { version = version ?? release }
    }
    return version
  }
}
