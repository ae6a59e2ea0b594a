public import NPUBase

/// A request for a continuation in one of MindIE's own protocols.
///
/// One request can be sent in each of the protocols, which name their members differently. What a protocol does not know
/// is refused before anything is sent: a server would drop it in silence, and measure something else.
public struct MindIERequest: Sendable, Hashable {
  /// A protocol of MindIE's beside those of OpenAI.
  public enum WireProtocol: String, Sendable, Hashable, Codable, CaseIterable {
    /// Text Generation Inference: `POST /generate` and `/generate_stream` with `inputs`.
    case tgi
    /// The first server of vLLM: `POST /generate` with `prompt`. Its responses say neither why they ended nor how many
    /// tokens they have.
    case vllm
    /// MindIE's own: `POST /infer`.
    case infer
    /// Triton: `POST /v2/models/{model}/generate` and `generate_stream`.
    case triton
  }

  /// What to continue.
  public enum Prompt: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// A text.
    case text(String)
    /// A text as tokens; `/infer` alone takes them.
    case tokens([Int])

    /// A text written in source.
    public init(stringLiteral value: String) { self = .text(value) }
  }

  /// What to continue.
  public var prompt: Prompt
  /// The model: part of the path in Triton's protocol, not sent in the others.
  public var model: String?
  /// How to choose tokens.
  ///
  /// A temperature of 0 is sent as `do_sample: false`, since only ``WireProtocol/vllm`` takes 0.
  public var sampling: SamplingParameters
  /// Whether tokens are sampled; `nil` leaves it to the server.
  public var samples: Bool?
  /// Share of typical probability to sample from.
  public var typicalP: Double?
  /// Whether the response says why it ended and how many tokens it has; vLLM's protocol never does.
  public var details = true
  /// Rank in the queue, from 1 to 5; lower goes first (`/infer`, Triton).
  public var priority: Int?
  /// How long the server may take, in whole seconds (`/infer`, Triton).
  public var timeLimit: Duration?
  /// The identity of the request, which its response repeats (Triton): letters, digits, `_` and `-`.
  public var id: String?
  /// Any other field; one of the name of a typed field replaces it.
  ///
  /// The members of `parameters` are laid over those that stand there already.
  public var extras: [String: JSONValue]

  /// Creates a request.
  public init(
    prompt: Prompt, model: String? = nil, sampling: SamplingParameters = SamplingParameters(),
    extras: [String: JSONValue] = [:]
  ) {
    self.prompt = prompt
    self.model = model
    self.sampling = sampling
    self.extras = extras
  }

  /// How many choices a whole response has, by what is asked for.
  package var choices: Int { max(1, extras["n"]?.integer ?? sampling.n ?? 1) }

  /// What judges the response.
  package func judge(_ wireProtocol: WireProtocol) -> AnswerJudge {
    AnswerJudge(choices: choices, ending: ending(wireProtocol))
  }

  /// What ends the response.
  package func ending(_ wireProtocol: WireProtocol) -> AnswerJudge.Ending {
    switch wireProtocol {
    case .tgi, .infer: .finish
    case .triton: details ? .finish : .body
    case .vllm: .body
    }
  }
}

extension MindIERequest.WireProtocol {
  /// In what form its streams are written.
  package var form: StreamForm {
    switch self {
    case .tgi, .infer: .tokens
    case .triton: .textOutputs
    case .vllm: .texts
    }
  }
}
