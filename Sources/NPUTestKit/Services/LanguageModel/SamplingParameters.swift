public import NPUBase

/// How a server is to choose the tokens of a response.
///
/// A field left at `nil` is not sent, so that the server's default holds. All are plain properties of ``ChatRequest``
/// and ``CompletionRequest`` as well.
public struct SamplingParameters: Sendable, Hashable {
  /// Spread of the sampling; 0 is greedy.
  public var temperature: Double?
  /// Share of the probability to sample from, over 0 to 1.
  public var topP: Double?
  /// Most tokens to generate; vLLM's completions default to 16.
  public var maxTokens: Int?
  /// How many choices to generate.
  public var n: Int?
  /// Seed of the sampling.
  public var seed: Int?
  /// Texts that end the response.
  public var stop: [String]?
  /// Penalty by how often a token has occurred, from -2 to 2.
  public var frequencyPenalty: Double?
  /// Penalty for tokens that have occurred, from -2 to 2.
  public var presencePenalty: Double?
  /// Bias added to the logits of tokens, by token identity.
  public var logitBias: [String: Double]?
  /// How many of the likeliest tokens to sample from; 0 or -1 means all (vLLM).
  public var topK: Int?
  /// Least probability of a token relative to the likeliest one (vLLM).
  public var minP: Double?
  /// Factor against tokens of prompt and response so far; 1 is none (vLLM).
  public var repetitionPenalty: Double?
  /// Exponent of the length in beam search (vLLM).
  public var lengthPenalty: Double?
  /// Whether to search by beams instead of sampling (vLLM).
  public var useBeamSearch: Bool?
  /// Fewest tokens before the response may end (vLLM).
  public var minTokens: Int?
  /// Whether to go on after the end-of-sequence token, as load tests of fixed length do (vLLM).
  public var ignoreEOS: Bool?
  /// Tokens that end the response (vLLM).
  public var stopTokenIDs: [Int]?
  /// Whether the stop text stays in the response (vLLM).
  public var includeStopTextInOutput: Bool?
  /// Whether special tokens are left out of the text (vLLM).
  public var skipSpecialTokens: Bool?
  /// Whether spaces stand between special tokens (vLLM).
  public var spacesBetweenSpecialTokens: Bool?
  /// How many tokens of the prompt to keep, from its end (vLLM).
  public var truncatePromptTokens: Int?
  /// The only tokens that may be generated (vLLM).
  public var allowedTokenIDs: [Int]?
  /// Texts that must not be generated (vLLM).
  public var badWords: [String]?
  /// How many log-probabilities to give for each token of the prompt (vLLM; not with a stream).
  public var promptLogprobs: Int?
  /// When to end a response that repeats itself (vLLM).
  public var repetitionDetection: JSONValue?

  /// Creates parameters; those that are not named here are set as properties.
  public init(
    temperature: Double? = nil, topP: Double? = nil, maxTokens: Int? = nil, n: Int? = nil, seed: Int? = nil,
    stop: [String]? = nil
  ) {
    self.temperature = temperature
    self.topP = topP
    self.maxTokens = maxTokens
    self.n = n
    self.seed = seed
    self.stop = stop
  }

  /// Writes the parameters that are set into the object of a request.
  func encode(into container: inout JSONEncodingContainer) throws {
    try container.set("temperature", temperature)
    try container.set("top_p", topP)
    try container.set("max_tokens", maxTokens)
    try container.set("n", n)
    try container.set("seed", seed)
    try container.set("stop", stop)
    try container.set("frequency_penalty", frequencyPenalty)
    try container.set("presence_penalty", presencePenalty)
    try container.set("logit_bias", logitBias)
    try container.set("top_k", topK)
    try container.set("min_p", minP)
    try container.set("repetition_penalty", repetitionPenalty)
    try container.set("length_penalty", lengthPenalty)
    try container.set("use_beam_search", useBeamSearch)
    try container.set("min_tokens", minTokens)
    try container.set("ignore_eos", ignoreEOS)
    try container.set("stop_token_ids", stopTokenIDs)
    try container.set("include_stop_str_in_output", includeStopTextInOutput)
    try container.set("skip_special_tokens", skipSpecialTokens)
    try container.set("spaces_between_special_tokens", spacesBetweenSpecialTokens)
    try container.set("truncate_prompt_tokens", truncatePromptTokens)
    try container.set("allowed_token_ids", allowedTokenIDs)
    try container.set("bad_words", badWords)
    try container.set("prompt_logprobs", promptLogprobs)
    try container.set("repetition_detection", repetitionDetection)
  }
}
