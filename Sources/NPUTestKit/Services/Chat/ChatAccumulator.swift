/// Assembles the chunks of a streamed chat response into a whole one.
///
/// ```swift
/// var accumulator = ChatAccumulator()
/// let request = ChatRequest(model: "Qwen2-7B-Chat", messages: [.user("Hello")])
/// for try await chunk in service.chat.stream(request) { accumulator.add(chunk.value) }
/// print(accumulator.response.text ?? "")
/// ```
///
/// Usage is that of the last chunk that has any. Only where each of several choices ends with a usage of its own, as
/// with MindIE, it is their sum, with the prompt counted once. Memory grows with the text alone.
public struct ChatAccumulator: Sendable, Hashable {
  private let mode: StreamedText
  private var base = ChatResponse(id: nil, choices: [])
  private var choices: [Int: Partial] = [:]
  private var usage = UsageTally()
  private var fullText: String?

  fileprivate struct Partial: Sendable, Hashable {
    var role: Role?
    var content: TextAssembly
    var hasContent = false
    var reasoning: TextAssembly
    var hasReasoning = false
    var refusal: String?
    var calls = ToolCallAssembly()
    var finishReason: FinishReason?
    var stopReason: StopReason?
    var logprobs: [TokenLogprob]?
    var tokenIDs: [Int]?
    /// Whether each delta so far named its role.
    var namesRoleAlways = true

    init(_ mode: StreamedText) {
      content = TextAssembly(mode)
      reasoning = TextAssembly(mode)
    }
  }

  /// Creates an empty response.
  ///
  /// - Parameter text: How pieces of text add up; by default that is found out.
  public init(text: StreamedText = .detect) { mode = text }

  /// Takes the next chunk.
  public mutating func add(_ chunk: ChatChunk) {
    base.id = base.id ?? chunk.id
    base.created = base.created ?? chunk.created
    base.model = base.model ?? chunk.model
    base.systemFingerprint = base.systemFingerprint ?? chunk.systemFingerprint
    base.promptTokenIDs = base.promptTokenIDs ?? chunk.promptTokenIDs
    base.promptText = base.promptText ?? chunk.promptText
    for (name, value) in chunk.extras { base.extras[name] = value }
    fullText = chunk.fullText ?? fullText
    usage.add(chunk.usage, choices: chunk.progress)
    for choice in chunk.choices {
      choices[choice.index, default: Partial(mode)].add(choice)
    }
  }

  /// The response as far as it has come.
  public var response: ChatResponse {
    var response = base
    response.usage = usage.total
    // The full text belongs to one choice; with several it would be taken for the wrong one.
    let fullText = choices.count == 1 ? fullText : nil
    response.choices = choices.sorted { $0.key < $1.key }.map { index, partial in
      ChatResponse.Choice(
        index: index, message: partial.message(fullText: fullText), finishReason: partial.finishReason,
        stopReason: partial.stopReason, logprobs: partial.logprobs, tokenIDs: partial.tokenIDs)
    }
    return response
  }

  /// Whether every choice that was seen has its finish reason.
  public var isFinished: Bool { !choices.isEmpty && choices.values.allSatisfy { $0.finishReason != nil } }
}

extension ChatAccumulator.Partial {
  fileprivate mutating func add(_ choice: ChatChunk.Choice) {
    let delta = choice.delta
    namesRoleAlways = namesRoleAlways && delta.role != nil
    role = role ?? delta.role
    if let piece = delta.content {
      content.append(piece)
      hasContent = true
    }
    if let piece = delta.reasoning {
      reasoning.append(piece)
      hasReasoning = true
    }
    if let piece = delta.refusal { refusal = (refusal ?? "") + piece }
    for fragment in delta.toolCalls { calls.add(fragment) }
    finishReason = choice.finishReason ?? finishReason
    stopReason = choice.stopReason ?? stopReason
    if let tokens = choice.logprobs { logprobs = (logprobs ?? []) + tokens }
    if let tokens = choice.tokenIDs { tokenIDs = (tokenIDs ?? []) + tokens }
  }

  fileprivate func message(fullText: String?) -> ChatResponse.Message {
    ChatResponse.Message(
      role: role,
      content: hasContent ? content.text(mayRepeat: namesRoleAlways, fullText: fullText) : nil,
      reasoning: hasReasoning ? reasoning.text(mayRepeat: namesRoleAlways, fullText: nil) : nil,
      refusal: refusal, toolCalls: calls.calls)
  }
}

/// Puts the pieces of tool calls together.
struct ToolCallAssembly: Sendable, Hashable {
  private var order: [Int?] = []
  private(set) var calls: [ToolCall] = []

  /// Takes a piece: it belongs to the last call of its index, unless it names another identity than that call has.
  mutating func add(_ fragment: ToolCallFragment) {
    var position = fragment.index == nil ? calls.indices.last : order.lastIndex(of: fragment.index)
    if let found = position, let id = fragment.id, !id.isEmpty, let known = calls[found].id, known != id {
      position = nil
    }
    guard let position else {
      order.append(fragment.index)
      calls.append(
        ToolCall(
          id: fragment.id, type: fragment.type ?? "function", name: fragment.name ?? "",
          arguments: fragment.arguments ?? ""))
      return
    }
    if let id = fragment.id, !id.isEmpty { calls[position].id = id }
    if let type = fragment.type, !type.isEmpty { calls[position].type = type }
    // A name comes whole; a server that repeats it in every piece must not multiply it.
    if let name = fragment.name, name != calls[position].name { calls[position].name += name }
    calls[position].arguments += fragment.arguments ?? ""
  }
}
