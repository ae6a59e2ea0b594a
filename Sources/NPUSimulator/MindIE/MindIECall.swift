/// A checked request in one of MindIE's own protocols.
struct MindIECall: Sendable, Hashable {
  /// The protocol, and so the members of request and response.
  enum Form: Sendable, Hashable {
    /// `/generate` and `/generate_stream` with `inputs`.
    case tgi
    /// The same at `/`, which gives a list of one response.
    case generalTGI
    /// `/generate` with `prompt`.
    case vllm
    /// `/infer`.
    case infer
    /// `/v2/models/{model}/generate` and `generate_stream`.
    case triton
    /// `/v2/models/{model}/infer`: tokens for tokens.
    case tritonTokens
  }

  var form: Form
  /// What is generated.
  var generation: GenerationRequest
  /// Whether the response says why it ended and how many tokens it has.
  var details = false
  /// Whether the response shows the tokens of the prompt.
  var showsPrompt = false
  /// Whether the whole text begins with the prompt.
  var returnsFullText = false
  /// The identity that the client chose.
  var id: String?
  /// The name of the tensor that the client asked for.
  var outputName = "output0"

  /// The prompt.
  var prompt: GenerationRequest.Prompt { generation.prompts.first ?? GenerationRequest.Prompt("") }
}
