internal import NPUBase
import NPUMetrics
public import NPUServices
public import NPUTransport

/// What the checks of a transcription service need: the service, and recordings whose words are known.
///
/// Without a recording in a language the checks of that language do not apply: what is said in a recording cannot be
/// guessed. ``speechClips(with:request:)`` has a speech service make them.
public struct TranscriptionCheckContext: CheckContext {
  /// A recording and what is said in it.
  public struct Clip: Sendable, Hashable {
    /// The recording as a WAV file.
    public var wav: [UInt8]
    /// What is said in it.
    public var reference: String

    /// Creates a clip.
    public init(wav: [UInt8], reference: String) {
      self.wav = wav
      self.reference = reference
    }
  }

  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens.
  public var service: ServiceConfiguration
  /// The protocol of the service.
  public var wireProtocol: TranscriptionRequest.WireProtocol
  /// The path, where it is not the usual one of the protocol.
  public var route: String?
  /// The model; `nil` for servers of one model that need no name.
  public var model: String?
  /// A recording in English.
  public var english: Clip?
  /// A recording in Chinese.
  public var chinese: Clip?
  /// A recording in English and Chinese.
  public var mixed: Clip?
  /// Most word errors for each word of a reference, 0 to 1; in Chinese each character counts as a word.
  public var errorLimit = 0.2
  /// The length of the long recording, which repeats a clip; half an hour by default.
  public var longDuration: Duration = .seconds(1800)
  /// The length of the file that is too long, in seconds of 16 kHz; an hour by default.
  public var oversizedSeconds = 3600
  /// The greatest file that the service is said to take, in bytes; then a greater one must be refused.
  public var sizeLimit: Int?

  /// Creates a context without recordings.
  ///
  /// - Parameters:
  ///   - transport: What carries the requests.
  ///   - service: Where the service listens.
  ///   - wireProtocol: The protocol of the service.
  ///   - route: The path, where it is not the usual one of the protocol.
  ///   - model: The model; `nil` for servers of one model.
  public init(
    transport: any Transport, service: ServiceConfiguration, wireProtocol: TranscriptionRequest.WireProtocol = .openAI,
    route: String? = nil, model: String? = nil
  ) {
    self.transport = transport
    self.service = service
    self.wireProtocol = wireProtocol
    self.route = route
    self.model = model
  }

  /// Has a speech service make the recordings: one in English, one in Chinese, one in both.
  ///
  /// A voice that does not know a language gives a recording that nobody understands; leave it out by setting it to
  /// `nil`.
  ///
  /// - Parameters:
  ///   - speech: The service.
  ///   - request: What every request to it has besides the text, such as the voice.
  /// - Throws: ``ServiceError`` if it does not speak, or not in WAV.
  public mutating func speechClips(
    with speech: SpeechClient, request: SpeechRequest = SpeechRequest(text: "", format: .wav)
  ) async throws {
    func clip(_ text: String) async throws -> Clip {
      var request = request
      request.text = text
      let response = try await speech.generate(request)
      guard let wav = response.waveFile else {
        throw ServiceError(kind: .wrongContentType, message: "the speech is no WAV file", request: speech.route)
      }
      return Clip(wav: wav, reference: text)
    }
    english = try await clip("The train to the coast leaves at noon. Please wait on the second platform.")
    chinese = try await clip("今天天气真不错。我们下午去公园散步。")
    mixed = try await clip("我们用 Python 写了一个新的 server。请打开 window 看看。")
  }

  /// The long recording: the English clip, or else the Chinese one, again and again with a second of silence between.
  ///
  /// - Returns: The recording with its words; `nil` without a clip.
  /// - Throws: `AudioError` for a clip that is no WAV file, or a length that no WAV file can have.
  public func longClip() throws -> Clip? {
    guard let clip = english ?? chinese else { return nil }
    let sound = try AudioClip(wav: clip.wav)
    let mono = stride(from: 0, to: sound.samples.count, by: sound.channels).map { sound.samples[$0] }
    let pause = [Float](repeating: 0, count: sound.sampleRate)
    let once = try AudioClip(samples: mono + pause, sampleRate: sound.sampleRate).wav()
    let count = max(1, Int((longDuration.seconds / (sound.seconds + 1)).rounded(.up)))
    let wav = try RepeatedWAV.file(once, count: count)
    return Clip(wav: wav, reference: Array(repeating: clip.reference, count: count).joined(separator: " "))
  }
}

extension TranscriptionCheckContext {
  /// A client for the service.
  var hearing: TranscriptionClient {
    TranscriptionClient(transport: transport, service: service, wireProtocol: wireProtocol, route: route)
  }

  /// A request for some audio, greedy where the protocol can say so.
  func request(_ wav: [UInt8], verbose: Bool = false) -> TranscriptionRequest {
    TranscriptionRequest(
      audio: .bytes(wav), model: model,
      responseFormat: wireProtocol == .openAI ? (verbose ? .verboseJSON : .json) : nil,
      temperature: wireProtocol == .openAI ? 0 : nil)
  }

  /// What is heard in a recording, with times where the service gives them.
  func hear(_ wav: [UInt8], verbose: Bool = false) async throws -> Transcription {
    try await hearing.transcribe(request(wav, verbose: verbose)).transcription
  }

  /// Whether a recording with words is known.
  var hasWords: Bool { english != nil || chinese != nil || mixed != nil }

  /// A recording with the rhythm of speech, or the first clip there is.
  func anyRecording() throws -> (wav: [UInt8], seconds: Double) {
    let wav = try english?.wav ?? chinese?.wav ?? mixed?.wav ?? TestAudio.speechLike(.seconds(3)).wav()
    return (wav, try AudioClip(wav: wav).seconds)
  }
}
