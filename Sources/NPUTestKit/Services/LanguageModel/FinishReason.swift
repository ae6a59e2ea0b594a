public import NPUBase

/// Why a server stopped generating.
public struct FinishReason: OpenString {
  /// The word as the server sent it.
  public var rawValue: String

  /// Wraps any word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The model ended its response, or a stop text was reached.
  public static let stop: FinishReason = "stop"
  /// The largest number of tokens was reached.
  public static let length: FinishReason = "length"
  /// The model calls a tool.
  public static let toolCalls: FinishReason = "tool_calls"
  /// A filter cut the response.
  public static let contentFilter: FinishReason = "content_filter"
  /// The server gave the request up, as vLLM does when it is told to terminate.
  public static let abort: FinishReason = "abort"
  /// Generation failed.
  public static let error: FinishReason = "error"
  /// The server found the model repeating itself.
  public static let repetition: FinishReason = "repetition"
  /// The end-of-sequence token, in the word of the TGI and Triton protocols.
  public static let endOfSequenceToken: FinishReason = "eos_token"
  /// A stop text, in the word of the TGI and Triton protocols.
  public static let stopSequence: FinishReason = "stop_sequence"

  /// The older word for a call of a tool.
  public static let functionCall: FinishReason = "function_call"

  /// Whether the response ended as asked: by the model, by length, or by a tool call.
  public var isRegular: Bool { kind == .regular }
}

/// Which stop condition ended a response: servers send the text or the identity of the token.
public enum StopReason: Sendable, Hashable, Codable {
  /// A stop text of the request.
  case text(String)
  /// A stop token.
  case token(Int)

  /// Reads a text or an integer.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let token = try? container.decode(Int.self) {
      self = .token(token)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  /// Writes the text or the integer.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .token(let token): try container.encode(token)
    }
  }
}

extension KeyedDecodingContainer where Key == JSONKey {
  /// The word of one key; some servers write an empty text, or the word null, while there is none yet.
  func finishReason(_ key: JSONKey) -> FinishReason? {
    lenient(key, as: String.self).flatMap { $0.isEmpty || $0 == "null" ? nil : FinishReason(rawValue: $0) }
  }

  /// The finish reason of a choice.
  func finishReason() -> FinishReason? {
    let reason = finishReason("finish_reason")
    // Gateways hand on the word of the server behind them, and make of its errors what they like.
    guard let native = finishReason("native_finish_reason"), native.kind == .failed, reason?.kind != .failed else {
      return reason
    }
    return native
  }
}
