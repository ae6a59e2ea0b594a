public import NPUBase

/// A request to speak a text.
///
/// A field left at `nil` is not sent, and nothing is checked: a wrong value on purpose is what some tests send.
public struct SpeechRequest: Sendable, Hashable {
  /// The protocol of a service.
  public enum WireProtocol: String, Sendable, Hashable, CaseIterable {
    /// The object of `POST /v1/audio/speech`, with the text under `input`.
    case openAI = "openai"
    /// The object of `POST /synthesize`, with the text under `text` and the voice under `speaker`.
    case synthesize
  }

  /// How the audio is to be written.
  public struct AudioFormat: OpenString {
    /// The word as it is sent.
    public var rawValue: String
    /// Wraps any word.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A WAV file, whose header tells rate and length.
    public static let wav: AudioFormat = "wav"
    /// Samples without a header.
    public static let pcm: AudioFormat = "pcm"
    /// Compressed with loss; its length is not read here.
    public static let mp3: AudioFormat = "mp3"
    /// Compressed without loss; its length is not read here.
    public static let flac: AudioFormat = "flac"
    /// Compressed with loss; its length is not read here.
    public static let opus: AudioFormat = "opus"
  }

  /// How the audio comes.
  public enum Delivery: String, Sendable, Hashable, CaseIterable {
    /// In one piece, or in pieces if the service likes.
    case whole
    /// As bytes while it is made: `"stream": true` with `"stream_format": "audio"`.
    case bytes
    /// As server-sent events while it is made, each with a piece in Base64: `"stream": true` with `"stream_format":
    /// "sse"`.
    case events
  }

  /// What to say.
  public var text: String
  /// Who says it.
  public var voice: String?
  /// The model; some servers have only one and need no name.
  public var model: String?
  /// How the audio is to be written; `nil` leaves it to the service.
  public var format: AudioFormat?
  /// How the audio comes.
  public var delivery: Delivery
  /// How fast to speak, 1 for as usual.
  public var speed: Double?
  /// How to speak, in words.
  public var instructions: String?
  /// The language of the text.
  public var language: String?
  /// What decides chance, where the service can be told.
  public var seed: Int?
  /// Frames a second, where the service can be told.
  public var sampleRate: Int?
  /// Any other field; one of the name of a typed field replaces it, with a wrong value if need be.
  public var extras: [String: JSONValue]

  /// Creates a request.
  public init(
    text: String, voice: String? = nil, model: String? = nil, format: AudioFormat? = nil, delivery: Delivery = .whole,
    speed: Double? = nil, instructions: String? = nil, language: String? = nil, seed: Int? = nil,
    sampleRate: Int? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.text = text
    self.voice = voice
    self.model = model
    self.format = format
    self.delivery = delivery
    self.speed = speed
    self.instructions = instructions
    self.language = language
    self.seed = seed
    self.sampleRate = sampleRate
    self.extras = extras
  }
}

/// A request as a protocol has it.
package struct SpeechRequestBody: Encodable {
  var request: SpeechRequest
  var wireProtocol: SpeechRequest.WireProtocol

  package init(request: SpeechRequest, wireProtocol: SpeechRequest.WireProtocol) {
    self.request = request
    self.wireProtocol = wireProtocol
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: JSONKey.self)
    switch wireProtocol {
    case .openAI:
      try container.encode(request.text, forKey: "input")
      try container.set("voice", request.voice)
      try container.set("response_format", request.format)
      if request.delivery != .whole {
        try container.encode(true, forKey: "stream")
        try container.encode(request.delivery == .events ? "sse" : "audio", forKey: "stream_format")
      }
    case .synthesize:
      try container.encode(request.text, forKey: "text")
      try container.set("speaker", request.voice)
      if request.delivery != .whole { try container.encode(true, forKey: "stream") }
    }
    try container.set("model", request.model)
    try container.set("speed", request.speed)
    try container.set("instructions", request.instructions)
    try container.set("language", request.language)
    try container.set("seed", request.seed)
    try container.set("sample_rate", request.sampleRate)
    try container.set(extras: request.extras)
  }
}
