public import NPUBase

/// How a server is to turn the messages of a chat into a prompt, and how the model is to reason.
///
/// A field left at `nil` is not sent. All are plain properties of ``ChatRequest`` as well; all but the effort are
/// extras of vLLM.
public struct ChatTemplateParameters: Sendable, Hashable {
  /// Whether the template ends with the start of the assistant's turn.
  public var addGenerationPrompt: Bool?
  /// Whether the last message is to be continued instead of answered.
  public var continueFinalMessage: Bool?
  /// A template to use instead of the model's own.
  public var chatTemplate: String?
  /// Arguments for the template, such as whether to think.
  public var chatTemplateArguments: [String: JSONValue]?
  /// Documents for templates that place them.
  public var documents: [[String: String]]?
  /// Arguments for loading media, by kind of media.
  public var mediaArguments: [String: JSONValue]?
  /// Arguments for the multimodal processor.
  public var processorArguments: [String: JSONValue]?
  /// How much the model is to reason: low, medium, high, or a word of the server.
  public var reasoningEffort: String?
  /// Most tokens for reasoning.
  public var thinkingTokenBudget: Int?
  /// Whether the response shows the reasoning.
  public var includeReasoning: Bool?

  /// Creates parameters of which none is set.
  public init() {}

  /// Writes the parameters that are set into the object of a request.
  func encode(into container: inout JSONEncodingContainer) throws {
    try container.set("add_generation_prompt", addGenerationPrompt)
    try container.set("continue_final_message", continueFinalMessage)
    try container.set("chat_template", chatTemplate)
    try container.set("chat_template_kwargs", chatTemplateArguments)
    try container.set("documents", documents)
    try container.set("media_io_kwargs", mediaArguments)
    try container.set("mm_processor_kwargs", processorArguments)
    try container.set("reasoning_effort", reasoningEffort)
    try container.set("thinking_token_budget", thinkingTokenBudget)
    try container.set("include_reasoning", includeReasoning)
  }
}
