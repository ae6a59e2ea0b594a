public import NPUBase

/// One event of a streamed response in one of MindIE's own protocols.
public struct MindIEChunk: Sendable, Hashable {
  /// The identity of the request, in Triton's protocol.
  public var id: String?
  /// The model, in Triton's protocol.
  public var model: String?
  /// The text of each choice in this event; empty where it has none.
  public var texts: [String]
  /// The whole text of the response, in the last event of TGI and `/infer`.
  ///
  /// The last token of `/infer` stands here alone.
  public var generatedText: String?
  /// The tokens of the event.
  public var tokenIDs: [Int]?
  /// Why the response ended, in its last event.
  public var finishReason: FinishReason?
  /// The token counts so far, where the event carries them.
  public var usage: Usage?
  /// How long the server says that the first token took, from `/infer` and Triton.
  public var prefillTime: Duration?
  /// How long the server says that the token took, from `/infer` and Triton.
  public var decodeTime: Duration?
  /// The seed of the sampling, in the last event.
  public var seed: Int?
  /// Every other field that has a value, those of `details` included.
  public var extras: [String: JSONValue]

  /// Creates an event.
  public init(
    id: String? = nil, model: String? = nil, texts: [String], generatedText: String? = nil, tokenIDs: [Int]? = nil,
    finishReason: FinishReason? = nil, usage: Usage? = nil, prefillTime: Duration? = nil, decodeTime: Duration? = nil,
    seed: Int? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.id = id
    self.model = model
    self.texts = texts
    self.generatedText = generatedText
    self.tokenIDs = tokenIDs
    self.finishReason = finishReason
    self.usage = usage
    self.prefillTime = prefillTime
    self.decodeTime = decodeTime
    self.seed = seed
    self.extras = extras
  }

  /// The text of the first choice in this event.
  public var text: String? { texts.first }
}

extension MindIEChunk: StreamChunk {
  /// Makes one event of a whole response.
  public init(_ whole: MindIEResponse) {
    self.init(
      id: whole.id, model: whole.model, texts: whole.texts, tokenIDs: whole.tokenIDs, finishReason: whole.finishReason,
      usage: whole.usage, seed: whole.seed, extras: whole.extras)
  }

  private static let known: Set<String> = [
    "id", "model_name", "token", "generated_text", "text_output", "text", "details", "prefill_time", "decode_time",
  ]

  /// Reads an event of any of the protocols; nothing is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let token = container.lenient("token", as: JSONValue.self)
    let single = token?["text"]?.string ?? container.lenient("text_output", as: String.self)
    let details = MindIEDetails(container.lenient("details"))
    self.init(
      id: container.text("id"), model: container.text("model_name"),
      texts: single.map { [$0] } ?? container.texts("text") ?? [],
      generatedText: container.lenient("generated_text"),
      tokenIDs: token?["id"].flatMap { id in id.array?.compactMap(\.integer) ?? id.integer.map { [$0] } },
      finishReason: details.finishReason, usage: details.usage,
      prefillTime: Self.milliseconds(container.number("prefill_time")),
      decodeTime: Self.milliseconds(container.number("decode_time")), seed: details.seed,
      extras: container.extras(known: Self.known).filter { $0.value != .null }.merging(details.extras) { own, _ in own }
    )
  }

  /// A time in the milliseconds of the server; one that makes no sense is none.
  private static func milliseconds(_ number: Double?) -> Duration? {
    guard let number, (0...1e12).contains(number) else { return nil }
    return .microseconds(Int64((number * 1000).rounded()))
  }
}
