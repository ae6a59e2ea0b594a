public import NPUServices
public import NPUTransport

/// A tokenizer that can be asked, usually the service's own over its tokenize endpoint.
///
/// Counts must leave out special tokens: a request with `add_special_tokens` set to false.
public protocol TokenCounter: Sendable {
  /// The tokens of a text.
  func tokens(of text: String) async throws -> [Int]

  /// The text of tokens.
  func text(of tokens: [Int]) async throws -> String

  /// The number of tokens of a text; by default the tokens are asked for and counted.
  func tokenCount(of text: String) async throws -> Int

  /// The number of tokens of a chat with the service's template around it; missing if the service cannot tell.
  func tokenCount(of messages: [PromptMessage]) async throws -> Int?
}

extension TokenCounter {
  /// The number of tokens of a text.
  public func tokenCount(of text: String) async throws -> Int { try await tokens(of: text).count }

  /// Unknown.
  public func tokenCount(of messages: [PromptMessage]) async throws -> Int? { nil }
}

/// Counts tokens with the tokenizer of the service under test.
public struct ServiceTokenCounter: TokenCounter {
  private let client: TokenizerClient
  private let model: String?

  /// Looks for a tokenizer that the service offers: vLLM's, that of llama.cpp's server, or MindIE's.
  ///
  /// - Parameters:
  ///   - transport: What carries the questions.
  ///   - service: The service.
  ///   - model: The model whose tokenizer is meant, where a service has several.
  /// - Returns: A counter, or `nil` if the service has no tokenizer route that gives token ids.
  /// - Throws: ``ServiceError`` of kind `transport` if nobody answers.
  public static func find(
    transport: any Transport, service: ServiceConfiguration, model: String? = nil
  ) async throws -> ServiceTokenCounter? {
    for wireProtocol in TokenizerRequest.WireProtocol.allCases {
      let client = TokenizerClient(transport: transport, service: service, wireProtocol: wireProtocol)
      do {
        // A route that takes another body answers with no tokens, or with an error.
        let answer = try await client.tokenize("one two three", model: model).value
        if let answer, answer.tokenIDs.map({ !$0.isEmpty }) ?? (answer.count > 0) {
          return ServiceTokenCounter(client: client, model: model)
        }
      } catch let error as ServiceError where error.kind != .transport {
        continue
      }
    }
    return nil
  }

  private init(client: TokenizerClient, model: String?) {
    self.client = client
    self.model = model
  }

  /// The token ids of a text without the special tokens that a request would add.
  public func tokens(of text: String) async throws -> [Int] {
    guard let tokens = try await answer(to: .text(text)).tokenIDs else { throw unsupported("token ids") }
    return tokens
  }

  /// The text of token ids.
  public func text(of tokens: [Int]) async throws -> String {
    guard let text = try await client.detokenize(tokens, model: model).value else { throw unsupported("detokenizing") }
    return text
  }

  /// How many tokens a text has, without the special tokens that a request would add.
  public func tokenCount(of text: String) async throws -> Int { try await answer(to: .text(text)).count }

  /// How many tokens a conversation has with its template; `nil` where the service does not say.
  public func tokenCount(of messages: [PromptMessage]) async throws -> Int? {
    guard client.wireProtocol == .vllm else { return nil }
    let messages = messages.map { ChatMessage(role: Role(rawValue: $0.role), content: $0.content) }
    do {
      return try await client.tokenize(TokenizerRequest(.messages(messages), model: model)).value?.count
    } catch let error as ServiceError where error.kind != .transport {
      return nil  // a model without a chat template
    }
  }

  private func answer(to input: TokenizerRequest.Input) async throws -> TokenizerResponse {
    let request = TokenizerRequest(input, model: model, addSpecialTokens: client.wireProtocol == .mindIE ? nil : false)
    guard let answer = try await client.tokenize(request).value else { throw unsupported("tokenizing") }
    return answer
  }

  private func unsupported(_ what: String) -> PromptError {
    PromptError(kind: .invalidSetting, message: "The service has stopped offering \(what); use estimated lengths.")
  }
}
