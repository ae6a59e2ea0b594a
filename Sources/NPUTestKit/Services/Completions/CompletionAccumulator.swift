/// Assembles the chunks of a streamed continuation into a whole one.
///
/// Usage is that of the last chunk that has any; only where each of several continuations ends with a usage of its own,
/// as with MindIE, it is their sum.
public struct CompletionAccumulator: Sendable, Hashable {
  private let mode: StreamedText
  private var base = CompletionResponse(id: nil, choices: [])
  private var choices: [Int: Partial] = [:]
  private var usage = UsageTally()
  private var fullText: String?

  private struct Partial: Sendable, Hashable {
    var text: TextAssembly
    var choice: CompletionResponse.Choice
  }

  /// Creates an empty response.
  ///
  /// - Parameter text: How pieces of text add up. Completions have no role by which to tell MindIE, so that its
  ///   cumulative texts are found out only by the full text in the last chunk.
  public init(text: StreamedText = .detect) { mode = text }

  /// Takes the next chunk.
  public mutating func add(_ chunk: CompletionChunk) {
    base.id = base.id ?? chunk.id
    base.created = base.created ?? chunk.created
    base.model = base.model ?? chunk.model
    for (name, value) in chunk.extras { base.extras[name] = value }
    fullText = chunk.fullText ?? fullText
    usage.add(chunk.usage, choices: chunk.progress)
    for piece in chunk.choices {
      var partial =
        choices[piece.index]
        ?? Partial(
          text: TextAssembly(mode), choice: CompletionResponse.Choice(index: piece.index, text: "", finishReason: nil))
      partial.text.append(piece.text)
      partial.choice.add(piece)
      choices[piece.index] = partial
    }
  }

  /// The response as far as it has come.
  public var response: CompletionResponse {
    var response = base
    response.usage = usage.total
    let fullText = choices.count == 1 ? fullText : nil
    response.choices = choices.sorted { $0.key < $1.key }.map { _, partial in
      var choice = partial.choice
      choice.text = partial.text.text(mayRepeat: false, fullText: fullText)
      return choice
    }
    return response
  }

  /// Whether every continuation that was seen has its finish reason.
  public var isFinished: Bool { !choices.isEmpty && choices.values.allSatisfy { $0.choice.finishReason != nil } }
}

extension CompletionResponse.Choice {
  /// Takes what is new, the text apart.
  fileprivate mutating func add(_ piece: CompletionResponse.Choice) {
    finishReason = piece.finishReason ?? finishReason
    stopReason = piece.stopReason ?? stopReason
    promptLogprobs = promptLogprobs ?? piece.promptLogprobs
    promptTokenIDs = promptTokenIDs ?? piece.promptTokenIDs
    if let tokens = piece.tokenIDs { tokenIDs = (tokenIDs ?? []) + tokens }
    guard let pieces = piece.logprobs else { return }
    if logprobs == nil { logprobs = pieces } else { logprobs?.append(pieces) }
  }
}
