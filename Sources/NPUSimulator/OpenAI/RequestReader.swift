/// Turns the JSON of a request into a checked request, or into the error with which vLLM would respond.
struct RequestReader {
  let behaviour: Behaviour
  private let reader: MemberReader

  /// - Throws: `ErrorResponse` if the document is not an object.
  init(_ document: JSONValue, behaviour: Behaviour) throws(ErrorResponse) {
    guard document.members != nil else {
      throw .shape("1 validation error:\n  the body should be an object, it is \(document.kindName)")
    }
    self.behaviour = behaviour
    self.reader = MemberReader(document: document)
  }

  /// Reads a request of either route.
  func read(_ kind: GenerationRequest.Kind) throws(ErrorResponse) -> GenerationRequest {
    let messages = kind == .chat ? try chatMessages() : nil
    let prompts =
      if let messages { [messages.prompt(tokensPerMedium: behaviour.audio.tokensPerMedium)] } else { try textPrompts() }
    let model = try modelName()
    guard messages?.isEmpty != true || behaviour.has(.acceptsEmptyMessages) else {
      throw .value("The list of messages is empty; provide at least one.")
    }
    var request = GenerationRequest(kind: kind, model: model, prompts: prompts, maxTokens: 0)
    request.echoText = messages?.last ?? ""
    request.quote = messages?.quote
    request.media = messages?.media ?? 0
    try readStream(into: &request)
    try readSampling(into: &request)
    try readLogprobs(into: &request)
    if kind == .chat { try readTools(into: &request) }
    request.maxTokens = try outputLimit(for: request)
    try ResponseBudget.check(request, behaviour)
    guard request.minTokens <= request.maxTokens else {
      throw .value("min_tokens=\(request.minTokens) is more than max_tokens=\(request.maxTokens).", "min_tokens")
    }
    return request
  }

  /// The text of a tokenizer request: a prompt, or the messages of a chat.
  func readTokenizerText() throws(ErrorResponse) -> GenerationRequest.Prompt {
    if reader.value("model") != nil { _ = try modelName() }
    if reader.value("messages") != nil {
      return try chatMessages().prompt(tokensPerMedium: behaviour.audio.tokensPerMedium)
    }
    guard reader.value("prompt") != nil else { throw reader.missing("prompt") }
    guard let prompt = try textPrompts().first else { throw reader.missing("prompt") }
    return prompt
  }

  private func modelName() throws(ErrorResponse) -> String {
    let own = behaviour.models.first ?? "simulated-chat"
    guard let name = try reader.string("model") else {
      guard behaviour.wireProtocol == .vllm else { throw reader.missing("model") }
      return own
    }
    guard behaviour.models.contains(name) || behaviour.has(.acceptsUnknownModel) else { throw .unknownModel(name) }
    return name
  }

  private func chatMessages() throws(ErrorResponse) -> ChatMessages {
    guard let elements = try reader.array("messages") else { throw reader.missing("messages") }
    let isSystem = { (element: JSONValue) in element["role"]?.stringValue == "system" }
    if behaviour.has(.refusesSystemRole), elements.contains(where: isSystem) {
      throw .value("System role not supported", "messages")
    }
    var kept = behaviour.has(.forgetsHistory) ? elements.suffix(1) : elements[...]
    if behaviour.has(.dropsSystemMessages) { kept.removeAll(where: isSystem) }
    if behaviour.has(.dropsToolMessages) {
      kept.removeAll { $0["role"]?.stringValue == "tool" || $0["tool_calls"]?.arrayValue != nil }
    }
    return try ChatMessages(Array(kept), behaviour)
  }

  private func textPrompts() throws(ErrorResponse) -> [GenerationRequest.Prompt] {
    guard let value = reader.value("prompt") else { throw reader.missing("prompt") }
    if let text = value.stringValue { return [.init(text)] }
    guard let elements = value.arrayValue, !elements.isEmpty else {
      throw reader.wrong("prompt", value, "a string, or an array with at least one element")
    }
    if elements.allSatisfy({ $0.integerValue != nil }) {
      return [.init(identifiers: elements.compactMap(\.integerValue))]
    }
    var prompts: [GenerationRequest.Prompt] = []
    for element in elements {
      if let text = element.stringValue {
        prompts.append(.init(text))
      } else if let numbers = element.arrayValue, numbers.allSatisfy({ $0.integerValue != nil }) {
        prompts.append(.init(identifiers: numbers.compactMap(\.integerValue)))
      } else {
        throw reader.wrong("prompt", element, "made of strings or of arrays of whole numbers")
      }
    }
    return prompts
  }

  private func readStream(into request: inout GenerationRequest) throws(ErrorResponse) {
    request.streams = try reader.bool("stream") ?? false
    guard let options = reader.value("stream_options") else { return }
    guard options.members != nil else { throw reader.wrong("stream_options", options, "an object") }
    guard request.streams else {
      throw .shape("1 validation error:\n  stream_options can only be given when stream is true", at: "stream_options")
    }
    let members = MemberReader(document: options)
    request.includeUsage = try members.bool("include_usage") ?? false
    request.continuousUsage = try members.bool("continuous_usage_stats") ?? false && request.includeUsage
  }

  private func readSampling(into request: inout GenerationRequest) throws(ErrorResponse) {
    request.choices = try reader.integer("n", atLeast: 1) ?? 1
    let most = ResponseBudget.choices
    guard request.choices <= most, request.prompts.count <= most, request.choiceCount <= most else {
      throw .value("n=\(request.choices) asks for more than \(most) answers.", "n")
    }
    request.minTokens = try reader.integer("min_tokens", atLeast: 0) ?? 0
    request.ignoresEnd = try reader.bool("ignore_eos") ?? false
    request.keepsStop = try reader.bool("include_stop_str_in_output") ?? false
    request.seed = try reader.integer("seed").map { UInt64(bitPattern: Int64($0)) }
    request.echo = try reader.bool("echo") ?? false
    request.returnsTokenIDs = try reader.bool("return_token_ids") ?? false
    request.includesReasoning = try reader.bool("include_reasoning") ?? true
    if let temperature = try reader.double("temperature"), temperature < 0 {
      throw .value("temperature must not be negative, got \(temperature).", "temperature")
    }
    if let topP = try reader.double("top_p"), topP <= 0 || topP > 1 {
      throw .value("top_p must be above 0 and at most 1, got \(topP).", "top_p")
    }
    if request.kind == .completion, reader.value("suffix") != nil { throw .value("suffix is not supported.", "suffix") }
    guard let stop = reader.value("stop") else { return }
    if let text = stop.stringValue {
      request.stops = [text]
    } else if let texts = stop.arrayValue, texts.allSatisfy({ $0.stringValue != nil }) {
      request.stops = texts.compactMap(\.stringValue)
    } else {
      throw reader.wrong("stop", stop, "a string or an array of strings")
    }
    guard !request.stops.contains("") else { throw .value("stop must not hold an empty string.", "stop") }
    if behaviour.has(.ignoresStop) { request.stops = [] }
    if behaviour.has(.leaksStop) { request.keepsStop = true }
  }

  private func readLogprobs(into request: inout GenerationRequest) throws(ErrorResponse) {
    if request.kind == .chat {
      let wanted = try reader.bool("logprobs") ?? false
      let top = try reader.integer("top_logprobs", atLeast: 0)
      guard wanted || (top ?? 0) == 0 else {
        throw .shape("1 validation error:\n  top_logprobs needs logprobs to be true", at: "top_logprobs")
      }
      request.logprobs = wanted ? top ?? 0 : nil
    } else {
      request.logprobs = try reader.integer("logprobs", atLeast: 0)
    }
    if request.logprobs != nil, behaviour.has(.refusesLogprobs) {
      throw .value("Log-probabilities are not supported.", "logprobs")
    }
    if behaviour.has(.omitsLogprobs) { request.logprobs = nil }
    if let count = request.logprobs, count > 20 {
      throw .value("\(count) log-probabilities for each token are more than the allowed 20.", "logprobs")
    }
    request.promptLogprobs = try reader.integer("prompt_logprobs", atLeast: 0).map { min($0, 20) }
    guard request.promptLogprobs == nil || !request.streams || request.promptLogprobs == 0 else {
      throw .shape("1 validation error:\n  prompt_logprobs cannot be had in a stream", at: "prompt_logprobs")
    }
  }

  private func readTools(into request: inout GenerationRequest) throws(ErrorResponse) {
    let elements = try reader.array("tools")
    if elements != nil {
      if behaviour.has(.refusesTools) { throw .value("Tools need a tool call parser, and none was chosen.") }
      if behaviour.has(.ignoresTools) { return }
    }
    if let elements {
      guard !elements.isEmpty else { throw .shape("1 validation error:\n  tools must not be empty", at: "tools") }
      for element in elements {
        guard let function = element["function"], let name = function["name"]?.stringValue else {
          throw .shape("1 validation error:\n  each of tools needs a function with a name", at: "tools")
        }
        request.tools.append(.init(name: name, parameters: function["parameters"] ?? .object([])))
      }
    }
    guard let choice = reader.value("tool_choice") else {
      request.toolChoice = elements == nil ? .none : .auto
      return
    }
    if choice.stringValue == "none" { return }
    guard elements != nil else {
      throw .shape("1 validation error:\n  tool_choice can only be given together with tools", at: "tool_choice")
    }
    switch choice.stringValue {
    case "auto": request.toolChoice = .auto
    case "required": request.toolChoice = .required
    default:
      guard let name = choice["function"]?["name"]?.stringValue else {
        throw reader.wrong("tool_choice", choice, "none, auto, required or a named function")
      }
      guard request.tools.contains(where: { $0.name == name }) else {
        throw .value("tool_choice names the function '\(name)', which is not one of tools.", "tool_choice")
      }
      request.toolChoice = .named(name)
    }
  }

  private func outputLimit(for request: GenerationRequest) throws(ErrorResponse) -> Int {
    let length = behaviour.maxModelLength
    let longest = request.prompts.map(\.count).max() ?? 0
    guard longest > 0 else { throw .value("The prompt is empty.", "prompt") }
    let key =
      request.kind == .chat && reader.value("max_completion_tokens") != nil ? "max_completion_tokens" : "max_tokens"
    // Zero is of use to completions alone, where echo scores the prompt without adding to it.
    let asked = try reader.integer(key, atLeast: request.kind == .completion && request.echo ? 0 : 1)
    let leastOutput = asked == 0 ? 0 : 1
    // Counts of the request stand alone on their side: together with another they may not fit.
    let room = length - longest
    if behaviour.has(.acceptsOverlongPrompts), asked ?? 16 > room { return max(leastOutput, asked ?? 16) }
    guard leastOutput <= room else {
      throw .value(
        "This model's maximum context length is \(length) tokens, but the prompt alone has \(longest). "
          + "Shorten the prompt.", "input_tokens")
    }
    guard let asked, !behaviour.has(.ignoresMaxTokens) else {
      return request.kind == .completion ? min(16, room) : room
    }
    guard asked <= room else {
      throw .value(
        "This model's maximum context length is \(length) tokens, and the prompt has \(longest); \(key)=\(asked) is "
          + "more than the \(room) that are left. Ask for fewer tokens.", key)
    }
    return asked
  }
}
