import ArgumentParser
import NPUTestKit

extension LLMBench {
  /// In what protocol the service is asked.
  enum WireProtocol: String, ExpressibleByArgument, CaseIterable {
    case chat = "openai-chat"
    case completions = "openai"
    case mindIETGI = "mindie-tgi"
    case mindIEInfer = "mindie-infer"
    case mindIETriton = "mindie-triton"
    case mindIEVLLM = "mindie-vllm"
    case prediction = "modelarts-predict"
    case messages = "modelarts-websocket"

    /// Which of MindIE's own protocols it is, if it is one.
    var mindIE: MindIERequest.WireProtocol? {
      switch self {
      case .chat, .completions, .prediction, .messages: nil
      case .mindIETGI: .tgi
      case .mindIEInfer: .infer
      case .mindIETriton: .triton
      case .mindIEVLLM: .vllm
      }
    }

    /// Whether it is that of a service of one's own, which knows nothing but its requests: no models, no tokenizer.
    var isPrediction: Bool { self == .prediction || self == .messages }

    /// What prompts must be to be sent.
    var promptTarget: PromptTarget {
      if let mindIE { return .mindIE(mindIE) }
      return isPrediction ? .prediction : self == .chat ? .chat : .completion
    }

    /// Whether the model can be told to go on to the limit of tokens.
    var canIgnoreEnd: Bool { mindIE == nil || mindIE == .vllm }

    /// The names of those of which something holds.
    static func names(where condition: (WireProtocol) -> Bool) -> [String] {
      allCases.filter(condition).map(\.rawValue)
    }
  }
}
