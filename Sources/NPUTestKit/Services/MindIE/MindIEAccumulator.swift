/// Assembles the events of a streamed response of MindIE's own protocols into a whole one.
public struct MindIEAccumulator: Sendable, Hashable {
  private let mode: StreamedText
  private var texts: [TextAssembly] = []
  private var whole = MindIEResponse(texts: [])
  private var generatedText: String?

  /// Most choices that are kept; a server can name any number.
  private static let choiceLimit = 1024

  /// Creates an empty response.
  ///
  /// - Parameter text: How the texts of events add up. With `detect` they are taken for repetitions where of at least
  ///   three each repeats the whole text before it and more, unless the last event gives the whole text.
  public init(text: StreamedText = .detect) { mode = text }

  /// Takes the next event.
  public mutating func add(_ chunk: MindIEChunk) {
    whole.id = whole.id ?? chunk.id
    whole.model = whole.model ?? chunk.model
    whole.finishReason = chunk.finishReason ?? whole.finishReason
    whole.seed = chunk.seed ?? whole.seed
    if let tokens = chunk.tokenIDs { whole.tokenIDs = (whole.tokenIDs ?? []) + tokens }
    if let usage = chunk.usage {
      // Triton gives the size of each step by itself.
      var usage = usage
      if let steps = usage.batchSizes { usage.batchSizes = (whole.usage?.batchSizes ?? []) + steps }
      if let steps = usage.queueWaitTimes { usage.queueWaitTimes = (whole.usage?.queueWaitTimes ?? []) + steps }
      whole.usage = usage
    }
    for (name, value) in chunk.extras { whole.extras[name] = value }
    generatedText = chunk.generatedText ?? generatedText
    for (index, text) in chunk.texts.prefix(Self.choiceLimit).enumerated() {
      if index == texts.count { texts.append(TextAssembly(mode)) }
      texts[index].append(text)
    }
  }

  /// The response as far as it has come.
  public var response: MindIEResponse {
    var response = whole
    if let generatedText {
      response.texts = [generatedText]
    } else {
      response.texts = texts.map { $0.text(mayRepeat: true, fullText: nil) }
    }
    return response
  }

  /// Whether the reason of its end has come.
  public var isFinished: Bool { whole.finishReason != nil || generatedText != nil }
}
