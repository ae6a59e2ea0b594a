public import NPUBase
internal import NPUTransport

/// A request for the transcription of audio.
///
/// A field left at `nil` is not sent, and nothing is checked: a wrong value on purpose is what some tests send.
public struct TranscriptionRequest: Sendable, Hashable {
  /// The protocol of a service.
  public enum WireProtocol: String, Sendable, Hashable, CaseIterable {
    /// The form of `POST /v1/audio/transcriptions`, with the audio in the field `file`.
    case openAI = "openai"
    /// The form of `POST /transcribe`, with the audio in the field `audio` and nothing beside it but a language.
    case transcribe
  }

  /// The form of the response.
  public struct ResponseFormat: OpenString {
    /// The word as it is sent.
    public var rawValue: String
    /// Wraps any word.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Text and duration.
    public static let json: ResponseFormat = "json"
    /// Text, language, duration, segments and, where asked for, words.
    public static let verboseJSON: ResponseFormat = "verbose_json"
    /// The text alone; vLLM answers with JSON all the same.
    public static let text: ResponseFormat = "text"
    /// Subtitles of SubRip.
    public static let srt: ResponseFormat = "srt"
    /// Subtitles of WebVTT.
    public static let vtt: ResponseFormat = "vtt"
  }

  /// What times are wanted.
  public struct Granularity: OpenString {
    /// The word as it is sent.
    public var rawValue: String
    /// Wraps any word.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The times of segments.
    public static let segment: Granularity = "segment"
    /// The times of words.
    public static let word: Granularity = "word"
  }

  /// The audio.
  public var audio: AudioInput
  /// The model; some servers have only one and need no name.
  public var model: String?
  /// The language that is spoken, such as `zh`; without it the service finds out.
  public var language: String?
  /// A text before the audio, for names and style.
  public var prompt: String?
  /// The form of the response.
  public var responseFormat: ResponseFormat?
  /// How freely the model chooses, 0 for not at all.
  public var temperature: Double?
  /// What times are wanted; needs the verbose form.
  public var granularities: [Granularity]
  /// Whether a stream ends with token counts, as vLLM has it.
  public var streamIncludesUsage: Bool?
  /// Whether the response comes in a stream; clients set it as needed.
  public var stream: Bool?
  /// Any other field of the form, in the order of the names.
  public var extras: [String: String]

  /// Creates a request.
  public init(
    audio: AudioInput, model: String? = nil, language: String? = nil, prompt: String? = nil,
    responseFormat: ResponseFormat? = nil, temperature: Double? = nil, granularities: [Granularity] = [],
    streamIncludesUsage: Bool? = nil, extras: [String: String] = [:]
  ) {
    self.audio = audio
    self.model = model
    self.language = language
    self.prompt = prompt
    self.responseFormat = responseFormat
    self.temperature = temperature
    self.granularities = granularities
    self.streamIncludesUsage = streamIncludesUsage
    self.extras = extras
  }

  /// The form in a protocol; the fields come before the audio, so that a server can refuse them without reading it.
  func form(_ wireProtocol: WireProtocol) -> MultipartForm {
    var form = MultipartForm()
    form.parts = fields(wireProtocol).map { .field($0.name, $0.value) }
    form.parts.append(audio.part(named: wireProtocol == .openAI ? "file" : "audio"))
    return form
  }

  /// The fields of the form beside the audio.
  package func fields(_ wireProtocol: WireProtocol) -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    func set(_ name: String, _ value: String?) {
      if let value { fields.append((name, value)) }
    }
    if wireProtocol == .openAI {
      set("model", model)
      set("language", language)
      set("prompt", prompt)
      set("response_format", responseFormat?.rawValue)
      set("temperature", temperature.map { "\($0)" })
      for granularity in granularities { set("timestamp_granularities[]", granularity.rawValue) }
      set("stream", stream.map { "\($0)" })
      if stream == true { set("stream_include_usage", streamIncludesUsage.map { "\($0)" }) }
    } else {
      set("language", language)
    }
    for (name, value) in extras.sorted(by: { $0.key < $1.key }) { set(name, value) }
    return fields
  }
}
