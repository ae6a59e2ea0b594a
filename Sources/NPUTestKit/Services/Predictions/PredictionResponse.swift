public import NPUBase

/// The whole response of a service of one's own on ModelArts.
public struct PredictionResponse: Sendable, Hashable {
  /// The member `result`: a text from a language model, anything else from other models.
  public var result: JSONValue?
  /// Why the response ended, if the service says so.
  public var finishReason: FinishReason?
  /// The token counts, if the service has any.
  public var usage: Usage?
  /// Every other member that has a value.
  public var extras: [String: JSONValue]

  /// Creates a response.
  public init(
    result: JSONValue? = nil, finishReason: FinishReason? = nil, usage: Usage? = nil,
    extras: [String: JSONValue] = [:]
  ) {
    self.result = result
    self.finishReason = finishReason
    self.usage = usage
    self.extras = extras
  }

  /// The result, where it is a text.
  public var text: String? { result?.string }
}

extension PredictionResponse: Decodable {
  private static let known: Set<String> = ["result", "finish_reason", "usage"]

  /// Reads a response; nothing is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      result: container.lenient("result"), finishReason: container.finishReason("finish_reason"),
      usage: container.lenient("usage"),
      extras: container.extras(known: Self.known).filter { $0.value != .null })
  }
}
