public import NPUTransport

/// Everything that is known of one request after it ended: the unit of the journal, and what every report is computed
/// from.
public struct RequestRecord: Sendable, Hashable {
  /// Position of the request in the load, from 0.
  public var index: Int
  /// Which part of the run the request belongs to.
  public var phase: Phase
  /// Which service of a mixed load the request went to; `nil` in a load of one kind.
  public var service: String?
  /// The identity the server gave in its chunks, or the one that was sent with the request.
  public var requestID: String?
  /// Every instant of the request.
  public var timeline: StreamTimeline
  /// Whether it succeeded, and if not, what class of failure it was.
  public var outcome: Outcome
  /// Why the server stopped generating, in its own word.
  public var finishReason: String?
  /// In what form the response came, where it is not the form that the protocol has.
  public var form: ResponseForm
  /// How many tokens went in and came out, and who counted them.
  public var tokens: TokenCounts
  /// What the load asked for.
  public var requested: RequestedLengths
  /// What the transport measured.
  public var transfer: TransferMetrics
  /// Quantities of the service that are not latencies, such as seconds of audio; empty for chats and completions.
  public var measures: [Measure: Double]
  /// The generated text, where the run keeps it; of more than 4 MiB the beginning.
  public var text: String?
  /// What was found in the response, where the run examines it and there is one.
  public var findings: ResponseFindings?

  /// A part of a run.
  public enum Phase: String, Sendable, Hashable, Codable, CaseIterable {
    /// Not counted: brings the service to its working temperature.
    case warmup
    /// Counted.
    case measured
  }

  /// Creates a record.
  public init(
    index: Int, phase: Phase = .measured, service: String? = nil, requestID: String? = nil, timeline: StreamTimeline,
    outcome: Outcome,
    finishReason: String? = nil, form: ResponseForm = ResponseForm(), tokens: TokenCounts = TokenCounts(),
    requested: RequestedLengths = RequestedLengths(), transfer: TransferMetrics = TransferMetrics(),
    measures: [Measure: Double] = [:], text: String? = nil, findings: ResponseFindings? = nil
  ) {
    self.index = index
    self.phase = phase
    self.service = service
    self.requestID = requestID
    self.timeline = timeline
    self.outcome = outcome
    self.finishReason = finishReason
    self.form = form
    self.tokens = tokens
    self.requested = requested
    self.transfer = transfer
    self.measures = measures
    self.text = text
    self.findings = findings
  }
}

/// Token counts of one request, with their source.
public struct TokenCounts: Sendable, Hashable {
  /// Who counted the output tokens.
  public enum Source: String, Sendable, Hashable, Codable, CaseIterable {
    /// The usage object of the response.
    case usage
    /// Token ids in the chunks, counted here.
    case tokenIDs = "token_ids"
    /// Nobody: the count is unknown, which is not zero.
    case unknown
  }

  /// More tokens than one request can have; what says more is no count.
  package static let most = Int(Int32.max)

  /// Tokens of the prompt, as the server counted them.
  public var prompt: Int?
  /// Tokens of the response, reasoning included.
  public var completion: Int?
  /// Prompt tokens that the server took from its cache.
  public var cached: Int?
  /// Answer tokens that were reasoning.
  public var reasoning: Int?
  /// Who counted ``completion``.
  public var source: Source

  /// Creates token counts.
  public init(
    prompt: Int? = nil, completion: Int? = nil, cached: Int? = nil, reasoning: Int? = nil, source: Source = .unknown
  ) {
    self.prompt = prompt
    self.completion = completion
    self.cached = cached
    self.reasoning = reasoning
    self.source = source
  }
}

/// What a load asked for in one request.
public struct RequestedLengths: Sendable, Hashable {
  /// Prompt tokens that the workload meant to send, if it knows.
  public var promptTokens: Int?
  /// How the count of ``promptTokens`` is known.
  public var promptSource: PromptLength.Source?
  /// Most answer tokens that the request allows.
  public var outputTokens: Int?
  /// Which entry of the data set was sent: its line in the file, its place in an array or list, from 1; `nil` where
  /// each request has a prompt of its own, or several.
  public var entry: Int?

  /// Creates the lengths.
  public init(
    promptTokens: Int? = nil, promptSource: PromptLength.Source? = nil, outputTokens: Int? = nil, entry: Int? = nil
  ) {
    self.promptTokens = promptTokens
    self.promptSource = promptSource
    self.outputTokens = outputTokens
    self.entry = entry
  }
}
