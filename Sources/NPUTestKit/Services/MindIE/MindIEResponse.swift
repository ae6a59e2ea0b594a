public import NPUBase

/// The whole response of one of MindIE's own protocols.
public struct MindIEResponse: Sendable, Hashable {
  /// The identity of the request, in Triton's protocol.
  public var id: String?
  /// The model, in Triton's protocol.
  public var model: String?
  /// The text of each choice; several only in vLLM's protocol.
  ///
  /// In that protocol the server writes the prompt and a space before each; ``MindIEClient`` takes them away.
  public var texts: [String]
  /// Why the response ended, if the request asked for details.
  ///
  /// MindIE writes `stop_sequence` for requests that were aborted or failed in the engine, too.
  public var finishReason: FinishReason?
  /// The token counts, if the request asked for details; `/infer` and Triton do not count the prompt.
  public var usage: Usage?
  /// The tokens of the response, on request.
  public var tokenIDs: [Int]?
  /// The seed of the sampling.
  public var seed: Int?
  /// Every other field that has a value, those of `details` included.
  public var extras: [String: JSONValue]

  /// Creates a response.
  public init(
    id: String? = nil, model: String? = nil, texts: [String], finishReason: FinishReason? = nil, usage: Usage? = nil,
    tokenIDs: [Int]? = nil, seed: Int? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.id = id
    self.model = model
    self.texts = texts
    self.finishReason = finishReason
    self.usage = usage
    self.tokenIDs = tokenIDs
    self.seed = seed
    self.extras = extras
  }

  /// The text of the first choice.
  public var text: String? { texts.first }
}

extension MindIEResponse: Decodable {
  private static let known: Set<String> = ["id", "model_name", "generated_text", "text_output", "text", "details"]

  /// Reads a response of any of the protocols; a list of one response, as at TGI's route `/`, is that response.
  public init(from decoder: any Decoder) throws {
    if let list = try? decoder.singleValueContainer().decode([MindIEResponse].self) {
      guard let first = list.first else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "the list of responses is empty"))
      }
      self = first
      return
    }
    let container = try decoder.container(keyedBy: JSONKey.self)
    let single =
      container.lenient("generated_text", as: String.self) ?? container.lenient("text_output", as: String.self)
    guard let texts = single.map({ [$0] }) ?? container.texts("text") else {
      throw DecodingError.keyNotFound(
        JSONKey("generated_text"),
        .init(codingPath: decoder.codingPath, debugDescription: "no generated_text, no text_output and no text"))
    }
    let details = MindIEDetails(container.lenient("details"))
    self.init(
      id: container.text("id"), model: container.text("model_name"), texts: texts,
      finishReason: details.finishReason, usage: details.usage, tokenIDs: details.tokenIDs, seed: details.seed,
      extras: container.extras(known: Self.known).filter { $0.value != .null }.merging(details.extras) { own, _ in own }
    )
  }
}

/// What MindIE and TGI say of a response beside its text.
struct MindIEDetails {
  var finishReason: FinishReason?
  var usage: Usage?
  var tokenIDs: [Int]?
  var seed: Int?
  var extras: [String: JSONValue] = [:]

  private static let known: Set<String> = [
    "finish_reason", "generated_tokens", "prompt_tokens", "batch_size", "queue_wait_time", "generated_token_ids",
    "tokens", "seed",
  ]

  init(_ details: JSONValue?) {
    guard let details, let members = details.object else { return }
    finishReason = details["finish_reason"]?.string.flatMap {
      $0.isEmpty || $0 == "null" ? nil : FinishReason(rawValue: $0)
    }
    let prompt = WholeNumber.of(details["prompt_tokens"])
    let generated = WholeNumber.of(details["generated_tokens"])
    if prompt != nil || generated != nil {
      usage = Usage(
        promptTokens: prompt, completionTokens: generated, batchSizes: Self.integers(details["batch_size"]),
        queueWaitTimes: Self.integers(details["queue_wait_time"]))
    }
    tokenIDs =
      details["generated_token_ids"]?.array?.compactMap(\.integer)
      ?? details["tokens"]?.array?.compactMap { $0["id"]?.integer }
    seed = details["seed"]?.integer
    extras = members.filter { !Self.known.contains($0.key) && $0.value != .null }
  }

  /// Numbers of a list, or the one number that stands for itself.
  private static func integers(_ value: JSONValue?) -> [Int]? {
    value?.array?.compactMap(\.integer) ?? value?.integer.map { [$0] }
  }
}

extension KeyedDecodingContainer where Key == JSONKey {
  /// A list of texts, of which those that are none are empty.
  func texts(_ key: JSONKey) -> [String]? {
    lenient(key, as: JSONValue.self)?.array?.map { $0.string ?? "" }
  }
}
