public import ArgumentParser
public import NPUSimulator
import ToolSupport

/// Runs the simulated service until it is interrupted.
@main
struct NPUSimulatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "npu-simulator",
    abstract: "Runs a simulated OpenAI-compatible inference service until it is interrupted.",
    discussion: """
      Flags win over the behaviour file. The first line of output is the base URL, the second the management address if \
      that is another.
      """)

  @Option(help: "The address to listen on.") var host = "127.0.0.1"
  @Option(help: "The port; 0 for a free one.") var port = 8000
  @Option(help: "A Unix-domain socket to listen on instead.") var unixSocket: String?
  @Option(help: "Event loop threads.") var threads = 1
  @Option(help: "A JSON file with the members of a behaviour.") var behaviour: String?
  @Flag(
    help: """
      Do what the conformance checks ask for: repeat quoted text, tell images apart, refuse what is wrong. What is drawn \
      in an image is not read: pass --skip semantic to llm-check --suite multimodal.
      """)
  var exemplary = false
  @Option(
    help: """
      Stand in for a GPU or an NPU service in comparisons: gpu is the baseline, npu the same model with a known loss.
      """)
  var mode: Mode?
  @Option(help: "The model's name.") var model: String?
  @Option(name: .customLong("protocol"), help: "Whose responses to give: vllm or mindie.") var wireProtocol:
    WireProtocol?
  @Option(help: "The port of MindIE's management address, 0 for a free one. Default: that of requests.")
  var managementPort: Int?
  @Option(help: "What the health routes of MindIE say: normal, busy, starting, stopping, abnormal or lost_node.")
  var mindieState: MindIEBehaviour.State?
  @Flag(help: "Each event of a MindIE stream repeats the text so far, as with its fullTextEnabled.") var fullText =
    false
  @Option(help: "Time to the first token, in milliseconds.") var ttft: Double?
  @Option(help: "Time between tokens, in milliseconds.") var itl: Double?
  @Option(help: "The fraction by which both vary, 0 to 1.") var jitter: Double?
  @Option(help: "Tokens of a response.") var outputTokens: Int?
  @Option(help: "Reasoning tokens before the content.") var reasoningTokens: Int?
  @Option(help: "Requests answered at once; others wait.") var maxConcurrency: Int?
  @Option(help: "Time of one denoising step of an image, in milliseconds.") var imageStep: Double?
  @Option(help: "By how much samples of an image differ from the reference, 0 to 255.") var imagePerturbation: Int?
  @Option(help: "The share of prompts whose response has a tie of two tokens.") var turnRate: Double?
  @Option(help: "The margin of the two tokens of a tie, in nats.") var turnMargin: Double?
  @Flag(help: "Take the second best token at each tie.") var turns = false
  @Option(help: "The share of known responses that are wrong.") var wrongRate: Double?
  @Option(help: "The share of requests that take the other token at a tie by chance.") var runNoise: Double?
  @Option(help: "What is added to each log-probability, in nats, 0 or less.") var logprobShift: Double?
  @Option(help: "By how much log-probabilities differ at most to either side, in nats.") var logprobNoise: Double?
  @Option(name: .customLong("task-protocol"), help: "Whose responses the task service gives: readme or code.")
  var taskProtocol: TaskBehaviour.WireProtocol?
  @Option(help: "The key that requests must bear.") var apiKey: String?
  @Option(help: "A fault by its kind; parameters go into a behaviour file.") var fault: Fault.Kind?
  @Option(help: "The fraction of requests that meet the fault.") var faultRate: Double?
  @Option(help: "Responses that say something wrong, by kind: loop, leak and so on, separated by commas, or all.")
  var corrupt: String?
  @Option(help: "The fraction of responses that say something wrong.") var corruptRate = 0.001
  @Option(help: "Decides texts, jitter and faults.") var seed: UInt64?
  @OptionGroup(title: "Known differences of images and sounds") var media: MediaPerturbationOptions

  enum Mode: String, ExpressibleByArgument, CaseIterable { case gpu, npu }

  static func main() async {
    await runAsTool(rules: [
      .excludes(["--host", "--port", "--management-port"], ["--unix-socket"], "it listens in one place"),
      .needs(
        ["--management-port", "--mindie-state", "--full-text"], "--protocol", in: ["mindie"], byDefault: "vllm",
        or: ["--behaviour"], "no other server has them"),
      .excludes(["--exemplary"], ["--behaviour", "--mode"], "each is a whole behaviour"),
      .excludes(["--mode"], ["--behaviour"], "both are a whole behaviour"),
      .needs(["--fault-rate"], oneOf: ["--fault", "--behaviour"], "there is no fault that requests could meet"),
      .needs(["--corrupt-rate"], oneOf: ["--corrupt"]),
    ])
  }

  func validate() throws {
    try ValidationError.unless("--port", port, isIn: 0...65_535)
    try ValidationError.unless("--management-port", managementPort, isIn: 0...65_535)
    try ValidationError.unless("--threads", threads, isIn: 1...1024)
    for (name, time) in [("--ttft", ttft), ("--itl", itl), ("--image-step", imageStep)] {
      try ValidationError.unless(name, time, isIn: 0...3.2e10)
    }
    try ValidationError.unless("--jitter", jitter, isIn: 0...1)
    try ValidationError.unless("--fault-rate", faultRate, isIn: 0...1)
    for (name, share) in [("--turn-rate", turnRate), ("--wrong-rate", wrongRate), ("--run-noise", runNoise)] {
      try ValidationError.unless(name, share, isIn: 0...1)
    }
    try ValidationError.unless("--turn-margin", turnMargin, isIn: 0...ModelPerturbation.mostNats)
    try ValidationError.unless("--logprob-shift", logprobShift, isIn: -ModelPerturbation.mostNats...0)
    try ValidationError.unless("--logprob-noise", logprobNoise, isIn: 0...ModelPerturbation.mostNoise)
    try ValidationError.unless("--corrupt-rate", corruptRate, isIn: 0...1)
    _ = try corruption
    try ValidationError.unless("--image-perturbation", imagePerturbation, isIn: 0...255)
    try ValidationError.unless("--output-tokens", outputTokens, isIn: 0...Behaviour.mostTokens)
    try ValidationError.unless("--reasoning-tokens", reasoningTokens, isIn: 0...Behaviour.mostTokens)
    try ValidationError.unless("--max-concurrency", maxConcurrency, isIn: 1...Int.max)
  }

  func run() async throws {
    var options = Simulator.Options()
    options.threads = threads
    options.managementPort = managementPort
    let behaviour = try composedBehaviour()
    let signals = await TerminationSignals.caught()
    let simulator =
      if let unixSocket {
        try await Simulator.start(behaviour: behaviour, unixSocket: unixSocket, options: options)
      } else {
        try await Simulator.start(behaviour: behaviour, host: host, port: port, options: options)
      }
    try Console.write(simulator.baseURL + "\n")
    if let management = simulator.managementURL { try Console.write(management + "\n") }
    await signals.first()
    try await simulator.shutDown()
  }

  private var corruption: Corruption? {
    get throws {
      guard let corrupt else { return nil }
      guard corrupt != "all" else { return Corruption(rate: corruptRate) }
      let kinds = try corrupt.split(separator: ",").map { name in
        guard let kind = Corruption.Kind(rawValue: name.filter { !$0.isWhitespace }) else {
          let known = Corruption.Kind.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError("--corrupt knows all, \(known); found \(name).")
        }
        return kind
      }
      return Corruption(kinds, rate: corruptRate)
    }
  }

  private func composedBehaviour() throws -> Behaviour {
    var result = try behaviour.map { try Behaviour(contentsOf: $0) } ?? baseBehaviour
    if let model { result.models = [model] }
    if let ttft { result.timeToFirstToken = .microseconds(Int64(ttft * 1000)) }
    if let itl { result.interTokenLatency = .microseconds(Int64(itl * 1000)) }
    if let imageStep { result.images.stepLatency = .microseconds(Int64(imageStep * 1000)) }
    perturb(&result.perturbation)
    result.images.perturbation = imagePerturbation ?? result.images.perturbation
    result.tasks.wireProtocol = taskProtocol ?? result.tasks.wireProtocol
    if let fault { result.fault = Fault(fault) }
    result.corruption = try corruption ?? result.corruption
    result.wireProtocol = wireProtocol ?? result.wireProtocol
    result.mindie.state = mindieState ?? result.mindie.state
    result.mindie.fullText = fullText || result.mindie.fullText
    result.jitter = jitter ?? result.jitter
    result.outputTokens = outputTokens ?? result.outputTokens
    result.reasoningTokens = reasoningTokens ?? result.reasoningTokens
    result.maxConcurrency = maxConcurrency ?? result.maxConcurrency
    result.apiKey = apiKey ?? result.apiKey
    result.faultRate = faultRate ?? result.faultRate
    result.seed = seed ?? result.seed
    media.apply(to: &result)
    return result
  }

  private var baseBehaviour: Behaviour {
    switch mode {
    case .gpu: .gpu
    case .npu: .npu
    case nil: exemplary ? .exemplary : Behaviour()
    }
  }

  private func perturb(_ model: inout ModelPerturbation) {
    model.turnRate = turnRate ?? model.turnRate
    model.turnMargin = turnMargin ?? model.turnMargin
    model.turns = turns || model.turns
    model.wrongRate = wrongRate ?? model.wrongRate
    model.runNoise = runNoise ?? model.runNoise
    model.logprobShift = logprobShift ?? model.logprobShift
    model.logprobNoise = logprobNoise ?? model.logprobNoise
  }
}

extension WireProtocol: ExpressibleByArgument {}

extension MindIEBehaviour.State: ExpressibleByArgument {}

extension TaskBehaviour.WireProtocol: ExpressibleByArgument {}

extension Fault.Kind: ExpressibleByArgument {
  /// Takes the names of earlier versions too.
  public init?(argument: String) {
    self.init(name: argument)
  }
}
