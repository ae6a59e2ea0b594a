/// Generates the tokens of one choice: reasoning, then content or tool calls, then the reason to finish.
struct ChoiceGenerator: Sendable {
  /// Why the choice ended; set together with its last token.
  private(set) var finish: Finish?
  /// The number of tokens generated so far.
  private(set) var produced = 0
  /// The number of reasoning tokens among them.
  private(set) var reasoned = 0
  /// The names of the tools called.
  let calls: [String]

  private let reasoningCount: Int
  private let total: Int
  private let minTokens: Int
  private let endReason: String
  private let overridingReason: String?
  private let callPieces: [Piece]
  private let losesThird: Bool
  private var reasoning: TextSource
  private var content: TextSource
  /// Where the model nearly chose another token, if it did.
  private var tie: ModelTie?
  private var matcher: StopMatcher

  /// - Parameters:
  ///   - request: What is asked for.
  ///   - behaviour: How the simulated model responds.
  ///   - index: The number of the choice among all of the request.
  init(_ request: GenerationRequest, _ behaviour: Behaviour, index: Int) {
    let prompt = request.prompts[index / request.choices]
    let seed = SplitMix64.mix(
      request.seed ?? behaviour.seed, SplitMix64.digest(prompt.bytes), UInt64(index % request.choices))
    let isChat = request.kind == .chat
    let text = Self.fixedText(request, prompt, behaviour)
    let fixed = Self.tokens(of: text ?? "", request, behaviour)
    losesThird = request.streams && behaviour.has(.losesStreamedToken)
    reasoningCount = isChat && request.includesReasoning ? behaviour.reasoningTokens : 0
    reasoning = TextSource(script: behaviour.script, seed: seed ^ 1, opensText: true)
    content = TextSource(fixed: fixed, script: behaviour.script, seed: seed, opensText: isChat)
    matcher = StopMatcher(stops: request.stops, keepsStop: request.keepsStop)
    let tools = Self.tools(request, behaviour)
    calls = tools.map(\.name)
    var maker = ToolCallMaker(seed: seed ^ 2)
    var pieces: [Piece] = []
    for (number, tool) in tools.enumerated() {
      let name = Array(tool.name.utf8)
      pieces.append(Piece(kind: .toolName(number), text: name, token: name))
      let arguments = maker.arguments(for: tool.parameters)
      let whole = behaviour.has(.cutsToolArguments) ? String(arguments.dropLast()) : arguments
      for token in Tokenizer.pieces(Array(whole.utf8)) {
        pieces.append(Piece(kind: .toolArguments(number), text: token, token: token))
      }
    }
    callPieces = pieces
    minTokens = request.minTokens
    let contentCount = text == nil ? behaviour.outputTokens : fixed.count
    var natural = Int.sum(reasoningCount, tools.isEmpty ? contentCount : pieces.count)
    if tools.isEmpty { natural = request.ignoresEnd ? request.maxTokens : max(natural, minTokens) }
    total = min(natural, request.maxTokens)
    if total >= request.maxTokens {
      endReason = "length"
    } else if tools.isEmpty {
      endReason = "stop"
    } else if case .named = request.toolChoice, behaviour.wireProtocol == .vllm {
      // vLLM reports a call that the request itself named as an ordinary stop.
      endReason = "stop"
    } else {
      endReason = "tool_calls"
    }
    overridingReason = behaviour.finishReason
    if text == nil, tools.isEmpty {
      tie = ModelTie(
        behaviour.perturbation, seed: seed, among: total - reasoningCount, script: behaviour.script,
        turnsByChance: request.turnsByChance)
    }
    if total == 0 { end(endReason) }
  }

  /// The next token, or nothing once the choice is finished.
  mutating func next() -> Piece? {
    guard finish == nil else { return nil }
    produced += 1
    var piece: Piece
    if produced <= reasoningCount {
      reasoned += 1
      let token = reasoning.next()
      piece = Piece(kind: .reasoning, text: token, token: token)
    } else if !callPieces.isEmpty {
      piece = callPieces[produced - reasoningCount - 1]
    } else {
      var token = content.next()
      let rival = tie?.take(&token, at: produced - reasoningCount)
      let (text, stop) = matcher.push(token, matches: produced >= minTokens)
      piece = Piece(kind: .content, text: losesThird && produced == 3 ? [] : text, token: token, rival: rival)
      if let stop {
        end("stop", stop)
        return piece
      }
    }
    if produced == total {
      if piece.kind == .content { piece.text += matcher.flush() }
      end(endReason)
    }
    return piece
  }

  private mutating func end(_ reason: String, _ stop: String? = nil) {
    finish = Finish(reason: overridingReason ?? reason, stop: stop)
  }

  /// The text of a response that is not drawn; nothing for one that is.
  private static func fixedText(
    _ request: GenerationRequest, _ prompt: GenerationRequest.Prompt, _ behaviour: Behaviour
  ) -> String? {
    if let text = behaviour.text { return text }
    let asked = request.kind == .chat ? request.echoText : String(decoding: prompt.bytes, as: UTF8.self)
    let known = behaviour.knownResponses[asked] ?? (behaviour.repeatsQuotes ? request.quote : nil)
    guard let known else { return nil }
    return behaviour.perturbation.isWrong(prompt.bytes, seed: behaviour.seed) ? ModelPerturbation.wrong : known
  }

  /// The tokens of a fixed text; some flaws tear its characters.
  private static func tokens(
    of text: String, _ request: GenerationRequest, _ behaviour: Behaviour
  ) -> [[UInt8]] {
    let tokens = Tokenizer.pieces(Array(text.utf8))
    let replaces = request.streams && behaviour.has(.replacesTornCharacters)
    guard behaviour.has(.tearsCharacters) || replaces else { return tokens }
    return tokens.flatMap { token in
      guard let first = token.first, first >= 0x80 else { return [token] }
      return replaces ? [[0xEF, 0xBF, 0xBD], [0xEF, 0xBF, 0xBD]] : [[first], Array(token.dropFirst())]
    }
  }

  private static func tools(_ request: GenerationRequest, _ behaviour: Behaviour) -> [GenerationRequest.Tool] {
    switch request.toolChoice {
    case .none: return []
    case .named(let name):
      let tool = request.tools.filter { $0.name == name }.prefix(1)
      return Array(tool) + (behaviour.has(.doublesToolCalls) ? Array(tool) : [])
    case .required: return called(request.tools, max(1, behaviour.toolCalls))
    case .auto: return called(request.tools, behaviour.toolCalls)
    }
  }

  private static func called(_ tools: [GenerationRequest.Tool], _ count: Int) -> [GenerationRequest.Tool] {
    tools.isEmpty ? [] : (0..<count).map { tools[$0 % tools.count] }
  }
}

/// What one generated token adds to a response.
struct Piece: Sendable, Hashable {
  /// Where the text belongs.
  enum Kind: Sendable, Hashable {
    case reasoning
    case content
    /// The name of a tool, which opens a call with this number.
    case toolName(Int)
    /// A fragment of a call's arguments.
    case toolArguments(Int)
  }

  var kind: Kind
  /// The text that may be sent now; shorter or longer than the token if stop strings are looked for.
  var text: [UInt8]
  /// The token itself.
  var token: [UInt8]
  /// The token that was nearly chosen in its place.
  var rival: Rival?
}

/// Why a choice ended.
struct Finish: Sendable, Hashable {
  /// The `finish_reason`.
  var reason: String
  /// The stop string that was found.
  var stop: String?
}
