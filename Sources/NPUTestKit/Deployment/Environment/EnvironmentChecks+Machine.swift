internal import NPUBase
internal import NPUMetrics
internal import NPUTelemetry

/// What runs on the machine and how fast its processors may.
extension EnvironmentChecks {
  /// Prints the status lines of processes that have ended and were not collected, and of those that are asked for.
  ///
  /// A name may hold anything: what counts stands behind its last bracket.
  private static let processScript = """
    [ -r /proc/self/stat ] || exit 3
    wanted=" $* "
    for file in /proc/[0-9]*/stat; do
      { IFS= read -r line <"$file"; } 2>/dev/null || continue
      case "${line##*) }" in
        Z*) printf "%s\\n" "$line" ;;
        *) case "$wanted" in *" ${line%% *} "*) printf "%s\\n" "$line" ;; esac ;;
      esac
    done
    true
    """

  func processFinding(_ chips: Result<ChipReport, SampleGap>) async -> EnvironmentFinding {
    let holders = (try? chips.get())?.processes.filter { $0.processID != nil } ?? []
    let numbers = Set(holders.compactMap(\.processID)).sorted()
    let end = await runner.run(
      host.shell(Self.processScript, numbers.map(String.init)), timeout: timeout, outputLimit: 1 << 20)
    guard case .exited(status: 0) = end.kind else {
      return EnvironmentFinding(
        .zombieProcesses, .unknown, "the processes of the machine cannot be read (\(Self.reason(end)))")
    }
    let states = String(decoding: end.output, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap(
      ProcessLine.init)
    let zombies = states.filter { $0.state == "Z" }
    let ended = Set(zombies.map(\.number))
    let stuck = holders.filter { ended.contains($0.processID ?? -1) }
    if !stuck.isEmpty {
      return EnvironmentFinding(
        .zombieProcesses, .failed,
        "\(Self.list(stuck)): ended and not gone, with memory of the chips; end the parent, and if they stay, reset the "
          + "chip (npu-smi set -t reset -i ID -c CHIP) or start the machine anew")
    }
    let seen = Set(states.map(\.number))
    let unseen = holders.filter { !seen.contains($0.processID ?? -1) }
    if !unseen.isEmpty {
      return EnvironmentFinding(
        .zombieProcesses, .warning,
        "\(Self.list(unseen)): npu-smi shows them, and this system does not: they belong to another container, or are gone "
          + "and have left their memory taken; look on the host")
    }
    if !zombies.isEmpty {
      let names = zombies.prefix(5).map { "\($0.number) \($0.name)" }.joined(separator: ", ")
      return EnvironmentFinding(
        .zombieProcesses, .warning,
        "\(zombies.count) processes have ended and were not collected: \(names); end their parents if they are of an "
          + "inference server, since such a process may still hold memory of a chip")
    }
    if case .failure(let gap) = chips {
      return EnvironmentFinding(
        .zombieProcesses, .unknown,
        "no process has ended without going; which run on the chips is not known: \(gap.message)")
    }
    let running = holders.isEmpty ? "nothing runs on the chips" : "on the chips run \(Self.list(holders))"
    return EnvironmentFinding(.zombieProcesses, .passed, "no process has ended without going; \(running)")
  }

  /// Processes on chips, as many as a message bears.
  private static func list(_ processes: [ChipProcess]) -> String {
    let texts = processes.prefix(8).map { process in
      let name = process.name.map { " " + Excerpt.of($0, limit: 40) } ?? ""
      let memory = process.memoryBytes.map { " with \($0 >> 20) MB" } ?? ""
      return "\(process.processID ?? 0)\(name)\(memory) on \(process.npuID.map(String.init) ?? "?")"
    }
    return texts.joined(separator: ", ") + (processes.count > 8 ? " and \(processes.count - 8) more" : "")
  }

  private static let governorScript = """
    cat /sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor 2>/dev/null
    true
    """

  func governorFinding() async -> EnvironmentFinding {
    let end = await runner.run(host.shell(Self.governorScript, []), timeout: timeout, outputLimit: 1 << 18)
    guard case .exited(status: 0) = end.kind else {
      return EnvironmentFinding(.cpuGovernor, .unknown, "the governors cannot be read (\(Self.reason(end)))")
    }
    return Self.judge(governors: String(decoding: end.output, as: UTF8.self).split(whereSeparator: \.isWhitespace))
  }

  static func judge(governors: [Substring]) -> EnvironmentFinding {
    guard !governors.isEmpty else {
      return EnvironmentFinding(
        .cpuGovernor, .passed, "no processor has a governor here: a virtual machine, or a fixed frequency")
    }
    let others = governors.filter { $0 != "performance" }
    guard !others.isEmpty else {
      return EnvironmentFinding(.cpuGovernor, .passed, "all \(governors.count) processors have performance")
    }
    let names = Set(others).sorted().prefix(4).map { Excerpt.of(String($0), limit: 40) }.joined(separator: ", ")
    return EnvironmentFinding(
      .cpuGovernor, .warning,
      "\(others.count) of \(governors.count) processors have \(names): latencies grow and vary; set "
        + "cpupower frequency-set -g performance")
  }
}

/// A line of `/proc/PID/stat`.
private struct ProcessLine {
  var number: Int
  var name: String
  var state: Substring

  init?(_ line: Substring) {
    guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"), open < close,
      let number = Int(line[..<open].filter { !$0.isWhitespace }),
      let state = line[line.index(after: close)...].split(separator: " ").first
    else { return nil }
    self.number = number
    self.state = state
    name = Excerpt.of(String(line[line.index(after: open)..<close]), limit: 40)
  }
}
