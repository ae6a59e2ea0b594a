/// A stand-in for npu-smi: responds to its command line from a scenario, without a device.
///
/// It shares nothing with the parser of the kit, so that a mistake in one does not cancel out in the other.
public struct SMISimulator: Sendable {
  /// What the tool prints on its standard output, and the status with which it ends.
  public struct Output: Sendable, Hashable {
    /// The output; errors go there too.
    public var text: String
    /// The exit status.
    public var exitStatus: UInt8

    /// Creates an output.
    public init(text: String, exitStatus: UInt8 = 0) {
      self.text = text
      self.exitStatus = exitStatus
    }

    /// The tool returns codes below 0, of which a process keeps eight bits.
    init(text: String, code: Int) {
      self.init(text: text, exitStatus: UInt8(truncatingIfNeeded: code))
    }
  }

  private static let usage = """
    Usage: npu-smi info <watch|-h|-m|-l|-t type> [Options...]

    Commands:
           watch          Show all device's status in scrolling format
           -m             Show all device's mapping information
           -l             Show all device's topology information
           -t type        Show information for type
                          type: \(SMIQueryPrinter.types.joined(separator: ", "))

    """

  /// What the NPUs do.
  public var scenario: SMIScenario

  /// Creates a stand-in.
  public init(_ scenario: SMIScenario) { self.scenario = scenario }

  /// The output for a command line.
  ///
  /// - Parameters:
  ///   - command: The command line. Of `info watch` the output is the headings and one round.
  ///   - elapsed: The time since the start of the scenario in seconds, which loads and leaks follow.
  ///   - load: How busy the chips are, from 0 to 1, where it is measured; nil for the load of the scenario.
  /// - Returns: What is printed. A scenario that hangs has no output, and gives nil.
  public func output(for command: SMICommandLine, elapsed: Double, load: Double? = nil) -> Output? {
    if scenario.fault == .hang { return nil }
    // The driver is asked first by every command, even by the one for the version.
    if let (text, code) = scenario.fault?.sentence { return Output(text: text, code: code) }
    let chips = SMIServer(scenario: scenario, elapsed: elapsed, load: load).chips
    var output = output(of: command, chips)
    if scenario.fault == .truncated {
      // In the middle of a row: rows hold slashes, rules do not.
      let part = output.text.prefix(output.text.count * 2 / 3)
      output.text = String(part[..<(part.lastIndex(of: "/") ?? part.endIndex)])
    }
    return output
  }

  /// One round of `info watch`, without the headings; nil for other commands and where there is no output.
  ///
  /// - Parameters:
  ///   - command: The command line.
  ///   - elapsed: The time since the start of the scenario in seconds.
  ///   - load: How busy the chips are, from 0 to 1, where it is measured; nil for the load of the scenario.
  /// - Returns: The lines.
  public func watchRound(_ command: SMICommandLine, elapsed: Double, load: Double? = nil) -> String? {
    guard case .watch(let card, let chip, _, let columns) = command, scenario.fault == nil else { return nil }
    let chips = SMIServer(scenario: scenario, elapsed: elapsed, load: load).chips
    return SMIWatchPrinter(layout: scenario.layout, columns: columns).round(Self.select(chips, card: card, chip: chip))
  }

  private func output(of command: SMICommandLine, _ chips: [SMIChipState]) -> Output {
    let layout = scenario.layout
    switch command {
    case .info:
      if chips.isEmpty { return Output(text: "There is no NPU card on this server.\n", code: -9008) }
      return Output(text: SMITablePrinter(layout: layout, chips: chips).text)
    case .list:
      if chips.isEmpty { return Output(text: "There is no NPU card on this server.\n", code: -9008) }
      return Output(text: SMIListPrinter(layout: layout, chips: chips).list)
    case .mapping:
      if chips.isEmpty { return Output(text: "There is no NPU card on this server.\n", code: -9008) }
      return Output(text: SMIListPrinter(layout: layout, chips: chips).mapping)
    case .version: return Output(text: "npu-smi version: \(layout.version)\n")
    case .help: return Output(text: Self.usage, code: -9017)
    case .badNumber(let option): return Output(text: "Error parameter of \(option)\n" + Self.usage, code: -9001)
    case .watch(let card, let chip, _, let columns):
      if let refusal = refusal(card: card, chip: chip) { return refusal }
      let printer = SMIWatchPrinter(layout: layout, columns: columns)
      return Output(text: printer.heading + printer.round(Self.select(chips, card: card, chip: chip)))
    case .query(let type, let card, let chip): return query(type, card: card, chip: chip, chips)
    }
  }

  private func query(_ type: String, card: Int?, chip: Int?, _ chips: [SMIChipState]) -> Output {
    let layout = scenario.layout
    if type == "topo" { return Output(text: SMIListPrinter(layout: layout, chips: chips).topology) }
    guard SMIQueryPrinter.types.contains(type) else { return Output(text: Self.usage, code: -9017) }
    guard let card else { return Output(text: "This command must input card id.\n" + Self.usage, code: -9001) }
    if let refusal = refusal(card: card, chip: chip) { return refusal }
    if type == "sensors", layout == .device {
      return Output(text: "This device does not support querying \(type).\n", code: -8255)
    }
    let printer = SMIQueryPrinter(layout: layout, chips: chips)
    let text =
      type == "proc-mem" ? printer.processes(card: card, chip: chip) : printer.text(type: type, card: card, chip: chip)
    return Output(text: text)
  }

  private func refusal(card: Int?, chip: Int?) -> Output? {
    if let card, card >= scenario.cards {
      return Output(text: "Invalid card id.\nError parameter of -i\n" + Self.usage, code: -9001)
    }
    if let chip, chip >= scenario.layout.chipsPerCard || scenario.layout == .ascend950 {
      return Output(text: "Invalid chip id.\nError parameter of -c\n" + Self.usage, code: -9001)
    }
    return nil
  }

  private static func select(_ chips: [SMIChipState], card: Int?, chip: Int?) -> [SMIChipState] {
    chips.filter { (card == nil || $0.card == card) && (chip == nil || $0.chip == chip) }
  }
}
