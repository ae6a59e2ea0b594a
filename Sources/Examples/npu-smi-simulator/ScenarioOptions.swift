public import ArgumentParser
public import NPUSimulator
import ToolSupport

/// The options of the stand-in, which come before the command line of npu-smi.
struct ScenarioOptions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "npu-smi-simulator", abstract: "Answers the command line of npu-smi without a device.",
    usage: "npu-smi-simulator [<options>] info ...",
    discussion: """
      Exit status: that of npu-smi, which --fault makes that of a failure; 2 when the options cannot be used or nothing \
      could be written.
      """)

  @Option(help: "The server family and layout: \(SMILayout.allCases.map(\.rawValue).joined(separator: ", ")).")
  var layout = SMILayout.hbmHugepages
  @Option(help: "How many cards the server has, 0 to 64.") var cards = 8
  @Option(
    help: "How busy the chips are: 0.8, or sine:60, square:60, ramp:600 with a time in seconds; ramp needs --state.")
  var load: SMILoadShape?
  @Option(help: "The /metrics URL of a service; its running requests are the load.") var metricsURL: String?
  @Option(help: "How many running requests are a full load.") var fullLoad = 8
  @Option(help: "How much memory leaks in a minute, in MB; needs --state.") var leak = 0.0
  @Option(help: "A card that is lost.") var lostCard: Int?
  @Option(help: "A card with an alarm.") var alarmCard: Int?
  @Option(help: "How the tool fails: \(SMIFault.allCases.map(\.rawValue).joined(separator: ", ")).")
  var fault: SMIFault?
  @Option(help: "How long each call takes, in seconds.") var delay = 0.0
  @Option(help: "A file that keeps when the scenario began; made by the first call.") var state: String?
  @Option(help: "How long ago the scenario began, in seconds; without it and --state, waves go by the clock.")
  var elapsed: Double?
  @Option(help: "After how many rounds `info watch` ends; the real one never does.") var rounds: Int?

  func validate() throws {
    try ValidationError.unless("--cards", cards, isIn: 0...64)
    try ValidationError.unless("--leak", leak, isIn: 0...1_000_000, unit: "MB a minute")
    try ValidationError.unless("--delay", delay, isIn: 0...86_400, unit: "seconds")
    try ValidationError.unless("--elapsed", elapsed, isIn: -999_999_999_999...999_999_999_999, unit: "seconds")
    if elapsed == nil, state == nil {
      // Each call is a process of its own, in which a scenario would begin anew.
      var isRamp = false
      if case .ramp? = load { isRamp = true }
      if isRamp || leak > 0 {
        throw ValidationError(
          "\(isRamp ? "--load ramp" : "--leak") needs the time since the beginning: give --state file, which keeps it "
            + "between calls, or --elapsed seconds.")
      }
    }
    try ValidationError.unless("--full-load", fullLoad, isIn: 1...Int.max)
    try ValidationError.unless("--rounds", rounds, isIn: 1...Int.max)
    for (name, card) in [("--lost-card", lostCard), ("--alarm-card", alarmCard)] {
      guard card == nil || cards > 0 else { throw ValidationError("\(name) needs a card, and --cards is 0.") }
      try ValidationError.unless(name, card, isIn: 0...max(0, cards - 1), unit: "as --cards is \(cards)")
    }
  }

  /// Which flags need or exclude which.
  ///
  /// - Parameter isWatch: Whether the command line of npu-smi is one of `info watch`.
  /// - Returns: The rules.
  static func rules(isWatch: Bool) -> [FlagRule] {
    [
      .excludes(["--load"], ["--metrics-url"], "the service's requests are the load"),
      .needs(["--full-load"], oneOf: ["--metrics-url"]),
      .excludes(["--elapsed"], ["--state"], "both say how long ago the scenario began"),
      FlagRule(["--rounds"]) { flag, _ in isWatch ? nil : "\(flag) needs the command info watch." },
    ]
  }

  var scenario: SMIScenario {
    SMIScenario(
      layout: layout, cards: cards, load: load, leakMegabytesPerMinute: leak, lostCard: lostCard, alarmCard: alarmCard,
      fault: fault)
  }

  /// Parts the options of the stand-in, each of which takes a value, from the command line of the tool behind them.
  static func split(_ arguments: [String]) -> (options: [String], command: [String]) {
    var place = 0
    while place < arguments.count, arguments[place].hasPrefix("--"), arguments[place] != "--help" {
      place += arguments[place].contains("=") ? 1 : 2
    }
    place = min(place, arguments.count)
    return (Array(arguments[..<place]), Array(arguments[place...]))
  }
}

extension SMILayout: ExpressibleByArgument {}
extension SMIFault: ExpressibleByArgument {}
extension SMILoadShape: ExpressibleByArgument {
  /// Reads the text of an option.
  public init?(argument: String) { self.init(argument) }
}
