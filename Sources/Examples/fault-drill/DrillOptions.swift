public import ArgumentParser
import ExampleSupport
public import NPUTestKit
import ToolSupport

/// Which scenarios, and how long and hard they are.
struct DrillOptions: ParsableArguments {
  @Option(
    name: .customLong("scenario"), parsing: .upToNextOption,
    help: ArgumentHelp("Run only these scenarios; --list names them. Default: all that apply.", valueName: "names"))
  var scenarios: [String] = []
  @Flag(help: "List the scenarios and what a service must do in each, and exit.")
  var list = false
  @Option(help: "Which kind of service probes are for in scenarios of any kind.")
  var service = ProbedService.llm
  @OptionGroup var audio: AudioProtocolOptions
  @Option(help: "What the image service speaks.")
  var imageProtocol = ImageRequest.WireProtocol.diffusers
  @Option(
    name: .customLong("inject"),
    help: ArgumentHelp(
      "Command that brings a fault about, as scenario=command; for device-error, distributed-failure, launcher-missing "
        + "and project-missing, which run only with one, and for network-cut in place of the proxy. Can be repeated.",
      valueName: "name=command"))
  var injections: [String] = []
  @Option(
    name: .customLong("restore"),
    help: ArgumentHelp("Command that takes it away again, as scenario=command.", valueName: "name=command"))
  var restorations: [String] = []
  @Option(help: ArgumentHelp("Pause between the starts of two probes. Default: 0.25.", valueName: "seconds"))
  var probeInterval: Seconds?
  @Option(help: ArgumentHelp("How long one probe may take. Default: 10.", valueName: "seconds"))
  var probeTimeout: Seconds?
  @Option(
    help: ArgumentHelp(
      "How long the canary that tells the state of the service may take. Default: 5; 2 for the built-in simulator.",
      valueName: "seconds"))
  var canaryTimeout: Seconds?
  @Option(
    help: ArgumentHelp(
      "How long a fault lasts once it has been noticed. Default: 3; 1 for the built-in simulator.",
      valueName: "seconds"))
  var hold: Seconds?
  @Option(help: ArgumentHelp("How long to wait for the recovery.", valueName: "seconds"))
  var recoveryTimeout = Seconds(300)
  @Option(help: ArgumentHelp("How long abandoned requests may stay in the server.", valueName: "seconds"))
  var drainTimeout = Seconds(60)
  @Option(help: ArgumentHelp("How long one request of a scenario may take.", valueName: "seconds"))
  var requestTimeout = Seconds(120)
  @Option(help: ArgumentHelp("Streams that are abandoned at once.", valueName: "count"))
  var disconnects = 500
  @Option(help: ArgumentHelp("The token after which they are abandoned.", valueName: "count"))
  var disconnectToken = 3
  @Option(help: ArgumentHelp("Clients that connect anew at once.", valueName: "count"))
  var reconnects = 200
  @Option(help: ArgumentHelp("Length of an oversized sound.", valueName: "seconds"))
  var oversizedAudio = 3600

  func validate() throws {
    let times: [(String, Seconds?)] = [
      ("--probe-interval", probeInterval), ("--probe-timeout", probeTimeout), ("--canary-timeout", canaryTimeout),
      ("--recovery-timeout", recoveryTimeout), ("--drain-timeout", drainTimeout), ("--request-timeout", requestTimeout),
    ]
    for (name, time) in times { try ValidationError.unless(name, time?.number, isAbove: 0, unit: "seconds") }
    try ValidationError.unless("--hold", hold?.number, isIn: 0...86_400)
    try ValidationError.unless("--disconnects", disconnects, isIn: 1...65_536)
    try ValidationError.unless("--disconnect-token", disconnectToken, isIn: 1...100_000)
    try ValidationError.unless("--reconnects", reconnects, isIn: 1...65_536)
    try ValidationError.unless("--oversized-audio", oversizedAudio, isIn: 1...36_000)
    _ = (try chosen, try commands)
  }

  /// The scenarios that are wanted.
  var chosen: [FaultScenario] {
    get throws {
      guard !scenarios.isEmpty else { return FaultScenario.all }
      let names = scenarios.flatMap { $0.split(separator: ",").map(String.init) }
      return try names.map { name in
        guard let scenario = FaultScenario.named(name) else {
          let known = FaultScenario.all.map(\.id).joined(separator: ", ")
          throw ValidationError("No scenario is called \"\(name)\"; there are \(known).")
        }
        return scenario
      }
    }
  }

  /// The limits; what takes minutes with a real model takes seconds with the simulator.
  func limits(ofSimulator isSimulated: Bool) -> DrillLimits {
    var limits = DrillLimits()
    if isSimulated { (limits.canary, limits.hold) = (.seconds(2), .seconds(1)) }
    limits.interval = probeInterval?.duration ?? limits.interval
    limits.probe = probeTimeout?.duration ?? limits.probe
    limits.canary = canaryTimeout?.duration ?? limits.canary
    limits.hold = hold?.duration ?? limits.hold
    limits.recovery = recoveryTimeout.duration
    limits.drain = drainTimeout.duration
    limits.request = requestTimeout.duration
    limits.disconnects = disconnects
    limits.disconnectToken = disconnectToken
    limits.reconnects = reconnects
    limits.oversizedAudio = oversizedAudio
    return limits
  }

  var protocols: DrillProtocols {
    DrillProtocols(transcription: audio.transcription, speech: audio.speech, image: imageProtocol)
  }

  /// The commands of the tester, by scenario.
  var commands: [String: FaultCommand] {
    get throws {
      let undo = Dictionary(try restorations.map { try Self.parts(of: $0, "--restore") }) { $1 }
      let commands = try injections.map { text in
        let (name, line) = try Self.parts(of: text, "--inject")
        return (name, FaultCommand(inject: line, restore: undo[name]))
      }
      let named = Dictionary(commands) { $1 }
      if let stray = undo.keys.sorted().first(where: { named[$0] == nil }) {
        throw ValidationError("--restore \(stray)=... needs --inject \(stray)=...: there is no fault to take away.")
      }
      return named
    }
  }

  private static func parts(of text: String, _ flag: String) throws -> (String, String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let name = parts.first, let line = parts.last else {
      throw ValidationError("\(flag) takes scenario=command, such as device-error='npu-smi set ...'.")
    }
    guard let scenario = FaultScenario.named(name), scenario.takesCommand else {
      let known = FaultScenario.all.filter(\.takesCommand).map(\.id).joined(separator: ", ")
      throw ValidationError("\(flag) knows no scenario \"\(name)\" that takes a command; there are \(known).")
    }
    return (name, line)
  }
}

extension ProbedService: ExpressibleByArgument {}
