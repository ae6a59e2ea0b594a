internal import NPUBase
internal import NPUServices

extension ScoredResponse {
  /// The request by which a service scores a text behind a prompt: an echo of both.
  ///
  /// One token is generated and left out: not every server takes a limit of 0.
  static func request(model: String?, prompt: String, text: String, top: Int) -> CompletionRequest {
    var request = CompletionRequest(model: model, prompt: .text(prompt + text), logprobs: top)
    request.echo = true
    request.maxTokens = 1
    request.temperature = 0
    return request
  }

  /// The tokens of a text behind a prompt, from the response to such a request.
  ///
  /// A token belongs to the text if it begins in it; one that begins in the prompt and ends in the text is left out.
  ///
  /// - Returns: The tokens; nil if the server echoed nothing, as llama-server does, or no log-probabilities.
  static func tokens(of response: CompletionResponse, prompt: String, text: String) -> [RecordedToken]? {
    guard let choice = response.choices.first, let lists = choice.logprobs,
      choice.text.unicodeScalars.starts(with: (prompt + text).unicodeScalars),
      lists.textOffsets.count == lists.tokens.count, lists.tokenLogprobs.count == lists.tokens.count
    else { return nil }
    // A mark of the beginning counts in the offsets and is not in the text.
    let first = lists.tokens.first ?? ""
    let surplus = choice.text.unicodeScalars.starts(with: first.unicodeScalars) ? 0 : first.unicodeScalars.count
    let start = surplus + prompt.unicodeScalars.count
    let end = start + text.unicodeScalars.count
    let tokens = lists.tokens.indices.filter { (start..<end).contains(lists.textOffsets[$0]) }.map { index in
      RecordedToken(
        token: lists.tokens[index], logprob: lists.tokenLogprobs[index],
        top: lists.topLogprobs.indices.contains(index) ? lists.topLogprobs[index] : nil)
    }
    return tokens.isEmpty || tokens.contains { $0.logprob == nil } ? nil : tokens
  }
}
