/// What a machine lacks to run a service on NPUs, and what to do about it.
public struct EnvironmentReport: Sendable, Hashable, Codable {
  /// What was looked at, in the order in which it was.
  public var findings: [EnvironmentFinding]

  /// Creates a report.
  public init(findings: [EnvironmentFinding]) { self.findings = findings }

  /// Whether something is known to be wrong.
  public var hasFailures: Bool { findings.contains { $0.verdict == .failed } }

  /// Whether a service can run: something was looked at, and of all of it a warning is the worst.
  public var passes: Bool {
    !findings.isEmpty && findings.allSatisfy { $0.verdict == .passed || $0.verdict == .warning }
  }

  /// Fails unless a service can run, as ``passes`` says.
  ///
  /// - Throws: ``EnvironmentError`` with what is wrong, and the warnings.
  public func require() throws(EnvironmentError) {
    guard !passes else { return }
    throw EnvironmentError(findings: findings.filter { $0.verdict != .passed })
  }
}

/// What one check of a machine has found.
public struct EnvironmentFinding: Sendable, Hashable, Codable, CustomStringConvertible {
  /// What is looked at.
  public enum Check: String, Sendable, Hashable, Codable, CaseIterable {
    /// Whether npu-smi shows the chips.
    case npuSMI = "npu_smi"
    /// Whether the chips are healthy.
    case chipHealth = "chip_health"
    /// Whether enough memory of the chips is free.
    case freeMemory = "free_memory"
    /// Which version of CANN is installed.
    case cann
    /// Whether driver and CANN work together.
    case driverAndCANN = "driver_cann"
    /// Whether Python has torch_npu, and sees the chips.
    case torchNPU = "torch_npu"
    /// Whether processes have ended and not gone, some of which may hold memory of the chips.
    case zombieProcesses = "zombie_processes"
    /// Whether the processors run at their full frequency.
    case cpuGovernor = "cpu_governor"
  }

  /// How it went.
  public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
    /// As it should be.
    case passed
    /// A service runs, but what is measured of it suffers, or somebody should look.
    case warning
    /// Not as it should be.
    case failed
    /// It could not be found out.
    case unknown
  }

  /// What was looked at.
  public var check: Check
  /// How it went.
  public var verdict: Verdict
  /// What was found, and what to do unless it passed.
  public var message: String

  /// Creates a finding.
  public init(_ check: Check, _ verdict: Verdict, _ message: String) {
    self.check = check
    self.verdict = verdict
    self.message = message
  }

  /// Such as `chip_health failed: …`.
  public var description: String { "\(check.rawValue) \(verdict.rawValue): \(message)" }
}

/// Why a machine cannot run a service.
public struct EnvironmentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, or could not be found out; empty if nothing was looked at.
  public var findings: [EnvironmentFinding]

  /// One line for each finding.
  public var description: String {
    findings.isEmpty
      ? "nothing was looked at; choose a check" : findings.map(\.description).joined(separator: "\n")
  }
}
