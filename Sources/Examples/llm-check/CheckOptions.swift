import ArgumentParser
import NPUTestKit
import ToolSupport

/// Which suite, and what its checks need to know.
struct CheckOptions: ParsableArguments {
  @Option(help: "Which checks: llm for every language model, multimodal for models that take images.")
  var suite = CheckSuiteName.llm
  @Option(
    name: .customLong("protocol"),
    help: "openai-chat for OpenAI's protocols, the others for those of MindIE beside them.")
  var wireProtocol = WireProtocol.openAI
  @Option(
    help: ArgumentHelp(
      "Where MindIE has its probes of health. Default: beside the requests.", valueName: "url"))
  var managementURL: String?
  @Option(
    help: ArgumentHelp("How many requests the check of concurrency sends at once, 2 or more.", valueName: "count"))
  var concurrentRequests = 50
  @Option(
    help: ArgumentHelp(
      "Context length of the model. Default: what the list of models says.", valueName: "tokens"))
  var contextLength: Int?
  @Option(
    help: ArgumentHelp(
      "Most tokens of a response that is judged by its meaning; a model that reasons needs more.", valueName: "tokens"))
  var semanticTokens = 256

  enum CheckSuiteName: String, ExpressibleByArgument, CaseIterable { case llm, multimodal }

  enum WireProtocol: String, ExpressibleByArgument, CaseIterable {
    case openAI = "openai-chat"
    case mindIETGI = "mindie-tgi"
    case mindIEInfer = "mindie-infer"
    case mindIETriton = "mindie-triton"
    case mindIEVLLM = "mindie-vllm"

    /// Which of MindIE's own protocols it is, if it is one.
    var mindIE: MindIERequest.WireProtocol? {
      switch self {
      case .openAI: nil
      case .mindIETGI: .tgi
      case .mindIEInfer: .infer
      case .mindIETriton: .triton
      case .mindIEVLLM: .vllm
      }
    }

    /// The names of MindIE's.
    static let mindIENames = allCases.filter { $0.mindIE != nil }.map(\.rawValue)
  }

  func validate() throws {
    try ValidationError.unless("--concurrent-requests", concurrentRequests, isIn: 2...65_536)
    try ValidationError.unless("--context-length", contextLength, isIn: 1...100_000_000)
    try ValidationError.unless("--semantic-tokens", semanticTokens, isIn: 1...100_000_000)
  }

  /// The context; a service that does not answer is left to the report to tell.
  func context(
    _ transport: CurlTransport, _ service: ServiceConfiguration, model: String?
  ) async throws -> LLMCheckContext {
    let choice = try? await HealthClient(transport: transport, service: service).chooseModel(model)
    if let warning = choice?.warning { Console.note("Warning: \(warning)") }
    var context = LLMCheckContext(transport: transport, service: service, model: choice?.name ?? model)
    context.concurrentRequests = concurrentRequests
    context.contextLength = contextLength
    context.semanticTokens = semanticTokens
    return context
  }
}
