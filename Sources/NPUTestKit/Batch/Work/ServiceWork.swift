public import NPUBase
public import NPUServices
public import NPUTransport

/// Asks a service through its client: a chat, a completion, images, a transcription, speech; or any JSON of a path.
///
/// What a line holds beside its name goes into the request as it stands. A line may also have the form of OpenAI's batch
/// files, with the request under `body`.
public struct ServiceWork: BatchWork {
  /// What is asked for.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The response to a chat: a `prompt` or `messages`; a file of text, an image or a sound.
    case chat
    /// The completion of a `prompt`, or of a file of text.
    case completions
    /// Images for a `prompt`, or for a file of text.
    case images
    /// The text of a recording: a file, or one that a line names under `audio`.
    case transcription
    /// A `text`, or a file of text, spoken.
    case speech
    /// The response to a JSON document, which is sent to a path as it stands.
    case json
  }

  /// What is asked for.
  public var kind: Kind
  /// The service.
  public var service: Service
  /// The path, where it is not the usual one.
  public var route: String?
  /// Words of the user before those of each item of a chat, beside a file or before a text.
  public var prompt: String?
  /// Who speaks.
  public var voice: String?
  /// How sound is to be written.
  public var format: SpeechRequest.AudioFormat?
  /// The language of recordings and texts.
  public var language: String?
  /// The protocol of images.
  public var imageProtocol = ImageRequest.WireProtocol.diffusers
  /// The protocol of transcriptions.
  public var transcriptionProtocol = TranscriptionRequest.WireProtocol.openAI
  /// The protocol of speech.
  public var speechProtocol = SpeechRequest.WireProtocol.openAI
  /// Fields of every request; an item of a line may have others.
  public var extras: [String: JSONValue] = [:]

  /// Describes what is asked.
  public init(_ kind: Kind, of service: Service) {
    self.kind = kind
    self.service = service
  }

  /// The transport of the service.
  public var transport: any Transport { service.transport }

  /// What decides the responses.
  ///
  /// The model is not among them unless one was chosen: which one a service lists first is its own matter.
  public var settings: JSONValue {
    var members: [String: JSONValue] = ["kind": .string(kind.rawValue), "extras": .object(extras)]
    for (name, value) in [
      ("model", service.model.chosenName), ("route", route), ("prompt", prompt), ("voice", voice),
      ("format", format?.rawValue), ("language", language),
    ] { members[name] = value.map { JSONValue.string($0) } }
    switch kind {
    case .images: members["protocol"] = JSONValue.string(imageProtocol.rawValue)
    case .transcription: members["protocol"] = JSONValue.string(transcriptionProtocol.rawValue)
    case .speech: members["protocol"] = JSONValue.string(speechProtocol.rawValue)
    case .chat, .completions, .json: break
    }
    return .object(members)
  }

  /// Fields of every request; a batch asks for whole responses.
  var common: [String: JSONValue] { ItemFields.whole(extras) }

  /// Asks the service once.
  ///
  /// - Throws: ``ServiceError``; one of kind `invalidRequest` for an item of which no request can be made.
  public func perform(_ item: BatchItem) async throws -> BatchAnswer {
    switch kind {
    case .chat: try await chat(item)
    case .completions: try await complete(item)
    case .images: try await generateImages(item)
    case .transcription: try await transcribe(item)
    case .speech: try await speak(item)
    case .json: try await send(item)
    }
  }
}
