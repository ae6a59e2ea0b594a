/// How the simulator responds: speed, length, shape and faults.
///
/// The same members, in the JSON names of the coding keys, may stand in a request under `simulator`, or in the request
/// header `X-Simulator-Behaviour`; those that are given replace the server's for that request.
public struct Behaviour: Sendable, Hashable {
  /// Time from the request's last byte, or from leaving the queue, to the first token.
  public var timeToFirstToken: Duration = .zero
  /// Time between two tokens.
  public var interTokenLatency: Duration = .zero
  /// The fraction by which both times vary, 0 to 1, decided by the seed.
  public var jitter = 0.0
  /// How many tokens a response has when the request sets no lower limit; reasoning comes on top.
  public var outputTokens = 64
  /// How many tokens share one chunk, at least one.
  public var tokensPerChunk = 1
  /// How many reasoning tokens come before the content of a chat response.
  public var reasoningTokens = 0
  /// Which members carry them.
  public var reasoningStyle = ReasoningStyle.reasoning
  /// How many tools a response calls if the request offers tools; a forced choice always gets a call.
  public var toolCalls = 0
  /// A fixed text for every response in place of generated words.
  public var text: String?
  /// The script of generated words.
  public var script = Script.latin
  /// When streams carry usage.
  public var usage = UsagePolicy.asked
  /// Whether every chunk carries usage so far, asked for or not.
  public var continuousUsage = false
  /// Whether a chat stream begins with a chunk that holds the role alone.
  public var roleChunk = true
  /// Whether the finish reason comes with the last token instead of a chunk of its own, as in MindIE and completions.
  public var finishesWithLastToken = false
  /// A finish reason in place of the true one, such as the `abort` of a server that is shut down.
  public var finishReason: String?
  /// The names under which the model is served; the first one is the model's own.
  public var models = ["simulated-chat"]
  /// The longest prompt and response together, in tokens.
  public var maxModelLength = 131_072
  /// The key that requests to guarded routes must bear.
  public var apiKey: String?
  /// The gateway that stands before every route, if there is one.
  public var gateway: GatewayBehaviour?
  /// The object store beside the services, if there is one.
  public var objectStore: ObjectStoreBehaviour?
  /// Whose responses these are.
  public var wireProtocol = WireProtocol.vllm
  /// What is particular to a MindIE server.
  public var mindie = MindIEBehaviour()
  /// How many requests are answered at once; others wait their turn.
  public var maxConcurrency: Int?
  /// Whether one connection is served at a time, from its first byte to its end, as by a server without threads; each
  /// response ends its connection.
  public var isSerial = false
  /// What decides generated text, jitter and chance faults, unless the request has a seed.
  public var seed: UInt64 = 0
  /// The status of the health routes.
  public var healthStatus = 200
  /// The status of the list of models; other than 200 it is an error.
  public var modelsStatus = 200
  /// The version that the version route reports.
  public var version = "0.21.0"
  /// Whether the response to a chat is the text in double quotes of its last message, or else of its first that has
  /// one; and in MindIE's own protocols that of the prompt.
  public var repeatsQuotes = false
  /// The responses to prompts that are known, by the text of the prompt or of the last message.
  public var knownResponses: [String: String] = [:]
  /// By how much the model differs from the one of the same seed.
  public var perturbation = ModelPerturbation()
  /// Whether the images of a chat are looked at: unreadable ones are refused, and different ones change the response.
  public var seesImages = false
  /// The texts in images, by their addresses; a model that repeats quotes responds with them.
  public var imageTexts: [String: String] = [:]
  /// What is wrong with responses that are whole.
  public var flaws: Set<Flaw> = []
  /// Which responses say something wrong.
  public var corruption: Corruption?
  /// What breaks when something happens, and stays broken.
  public var breakdown: Breakdown?
  /// Whether log-probabilities are null: a spoiled response.
  var losesLogprobs = false
  /// How images are made.
  public var images = ImageBehaviour()
  /// How image tasks are worked through.
  public var tasks = TaskBehaviour()
  /// How transcriptions and speech are made, and how media in chats are looked at.
  public var audio = AudioBehaviour()
  /// How responses are sent as messages of a WebSocket.
  public var webSocket = WebSocketBehaviour()
  /// What goes wrong.
  public var fault: Fault?
  /// The fraction of requests that meet the fault, 0 to 1, decided by the seed.
  public var faultRate = 1.0
  /// The requests that meet the fault, by their number from 0 among the generation requests; replaces the rate.
  public var faultRequests: [Int]?

  /// Creates the default behaviour: a healthy server that responds with 64 tokens at once.
  public init() {}

  /// Creates a behaviour that differs from the default in speed, length and fault.
  ///
  /// - Parameters:
  ///   - timeToFirstToken: Time to the first token.
  ///   - interTokenLatency: Time between two tokens.
  ///   - outputTokens: Tokens of a response.
  ///   - fault: What goes wrong.
  public init(
    timeToFirstToken: Duration = .zero, interTokenLatency: Duration = .zero, outputTokens: Int = 64, fault: Fault? = nil
  ) {
    self.timeToFirstToken = timeToFirstToken
    self.interTokenLatency = interTokenLatency
    self.outputTokens = outputTokens
    self.fault = fault
  }

  /// A service of moderate speed, which tools measure when they are told of no other.
  public static let demonstration = Behaviour(
    timeToFirstToken: .milliseconds(120), interTokenLatency: .milliseconds(12)
  ).with { $0.jitter = 0.2 }

  /// A copy with some members changed, for use in an expression.
  public func with(_ change: (inout Behaviour) -> Void) -> Behaviour {
    var copy = self
    change(&copy)
    return copy
  }
}

extension Behaviour {
  /// The fault that a request meets, if any.
  ///
  /// - Parameter index: The number of the request from 0.
  /// - Returns: The fault, or nothing for a request that goes well.
  func fault(forRequest index: Int) -> Fault? {
    guard let fault else { return nil }
    if let faultRequests { return faultRequests.contains(index) ? fault : nil }
    guard faultRate < 1 else { return fault }
    let chance = SplitMix64.unit(SplitMix64.mix(seed, 0x6661_756C_74, UInt64(truncatingIfNeeded: index)))
    return chance < faultRate ? fault : nil
  }
}
