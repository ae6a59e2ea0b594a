public import NPUBase

/// A request to a service of one's own on ModelArts: a custom image, or inference code of one's own.
///
/// What such a service takes, its author has decided. The members that servers of language models usually have stand
/// here under those names, all others in ``extras``; a service drops what it does not know.
public struct PredictionRequest: Sendable, Hashable {
  /// What is asked.
  public enum Prompt: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// A text, under the name ``PredictionRequest/promptMember``.
    case text(String)
    /// The messages of a chat, under the name `messages`.
    case messages([ChatMessage])

    /// A text written in source.
    public init(stringLiteral value: String) { self = .text(value) }
  }

  /// What is asked.
  public var prompt: Prompt
  /// The name under which a text is sent; inference code made after ModelArts' template reads `input`.
  public var promptMember: String
  /// The model; most services have one and are not told.
  public var model: String?
  /// How to choose tokens, under the names of vLLM.
  public var sampling: SamplingParameters
  /// Any other member; one of the name of another replaces it.
  public var extras: [String: JSONValue]

  /// The name of a text's member, unless another is given.
  public static let usualPromptMember = "prompt"

  /// Creates a request.
  public init(
    prompt: Prompt, promptMember: String = PredictionRequest.usualPromptMember, model: String? = nil,
    sampling: SamplingParameters = SamplingParameters(), extras: [String: JSONValue] = [:]
  ) {
    self.prompt = prompt
    self.promptMember = promptMember
    self.model = model
    self.sampling = sampling
    self.extras = extras
  }

  /// In what form the events of a stream are written.
  package static let form = StreamForm.predictions
  /// What ends a whole stream.
  package static let ending = AnswerJudge.Ending.body

  /// What judges the response.
  static var judge: AnswerJudge { AnswerJudge(ending: ending) }
}

/// The body of a request.
package struct PredictionBody: Encodable {
  private let request: PredictionRequest
  /// What the body says of a stream; `nil` where the path says it.
  private let streams: Bool?

  /// Creates the body.
  ///
  /// - Parameters:
  ///   - request: What is asked.
  ///   - streams: Whether the response is to be a stream.
  ///   - hasStreamPath: Whether the path says so.
  package init(_ request: PredictionRequest, streams: Bool, hasStreamPath: Bool) {
    self.request = request
    self.streams = hasStreamPath ? nil : streams
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: JSONKey.self)
    switch request.prompt {
    case .text(let text): try container.encode(text, forKey: JSONKey(request.promptMember))
    case .messages(let messages): try container.encode(messages, forKey: "messages")
    }
    try container.set("model", request.model)
    try container.set("stream", streams)
    try request.sampling.encode(into: &container)
    try container.set(extras: request.extras)
  }
}
