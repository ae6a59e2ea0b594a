/// How much one request may ask for: no request takes so much memory, or so long a turn of the event loop, that the
/// other requests are lost.
///
/// Streams of any length are made as they are read, and need no limit.
enum ResponseBudget {
  /// Responses to one request, all prompts together.
  static let choices = 1024
  /// Tokens of a response in one document, and of one chunk of a stream, all choices and alternatives together.
  static let tokens = 1 << 20
  /// Bytes of what is repeated in every choice: an echo, a fixed text.
  static let repeatedBytes = 16 << 20
  /// Values of all schemas of called tools.
  static let schemaValues = 1 << 18
  /// Stop strings, and their bytes together: the text is searched for each after every token.
  static let stops = (count: 64, bytes: 65_536)

  /// - Throws: `ErrorResponse` with the member that asks for too much.
  static func check(_ request: GenerationRequest, _ behaviour: Behaviour) throws(ErrorResponse) {
    let count = request.choiceCount
    let alternatives = 1 + (request.logprobs ?? 0)
    if request.streams {
      try demand(
        [count, behaviour.tokensPerChunk, alternatives], atMost: tokens, "tokens in one chunk", "n")
    } else {
      try demand(
        [count, longestChoice(request, behaviour), alternatives], atMost: tokens,
        "tokens in one document; ask for a stream", "max_tokens")
    }
    let echoed = request.echo ? request.prompts.map(\.bytes.count).max() ?? 0 : 0
    try demand(
      [count, max(echoed, behaviour.text?.utf8.count ?? 0)], atMost: repeatedBytes, "bytes of repeated text", "n")
    if let top = request.promptLogprobs {
      try demand(
        [request.promptTokens, max(1, top)], atMost: tokens, "log-probabilities of the prompt", "prompt_logprobs")
    }
    if !request.tools.isEmpty {
      let values = request.tools.map(\.parameters.valueCount).max() ?? 1
      try demand(
        [count, max(1, behaviour.toolCalls), values], atMost: schemaValues, "values in the arguments of tools", "tools")
    }
    let bytes = request.stops.reduce(0) { $0 + $1.utf8.count }
    guard request.stops.count <= stops.count, bytes <= stops.bytes else {
      throw .value(
        "stop has \(request.stops.count) strings of \(bytes) bytes; it may have \(stops.count) of \(stops.bytes) bytes.",
        "stop")
    }
  }

  /// The most tokens that a choice can have.
  private static func longestChoice(_ request: GenerationRequest, _ behaviour: Behaviour) -> Int {
    guard !request.ignoresEnd else { return request.maxTokens }
    let content = max(behaviour.text?.utf8.count ?? behaviour.outputTokens, request.minTokens)
    return min(request.maxTokens, Int.sum(content, behaviour.reasoningTokens))
  }

  private static func demand(
    _ factors: [Int], atMost limit: Int, _ what: String, _ parameter: String
  ) throws(ErrorResponse) {
    let product = factors.reduce(1, Int.product)
    guard product <= limit else {
      let shown = product == .max ? "more than \(Int.max - 1)" : "\(product)"
      throw .value("The request asks for \(shown) \(what); the simulator makes at most \(limit).", parameter)
    }
  }
}

extension Int {
  /// The sum of two counts, or the greatest number where it does not fit.
  static func sum(_ one: Int, _ other: Int) -> Int {
    let (sum, overflow) = one.addingReportingOverflow(other)
    return overflow ? .max : sum
  }

  /// The product of two counts, or the greatest number where it does not fit.
  static func product(_ one: Int, _ other: Int) -> Int {
    let (product, overflow) = one.multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}

extension JSONValue {
  /// How many values the document has, itself included.
  var valueCount: Int {
    switch self {
    case .array(let elements): elements.reduce(1) { $0 + $1.valueCount }
    case .object(let members): members.reduce(1) { $0 + $1.value.valueCount }
    default: 1
    }
  }
}
