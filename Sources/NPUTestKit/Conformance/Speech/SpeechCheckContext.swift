import HTTPTypes
internal import NPUBase
import NPUMetrics
public import NPUServices
public import NPUTransport

/// What the checks of a speech service need: the service, its voices, and what is to be said.
public struct SpeechCheckContext: CheckContext {
  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens.
  public var service: ServiceConfiguration
  /// The protocol of the service.
  public var wireProtocol: SpeechRequest.WireProtocol
  /// The path, where it is not the usual one of the protocol.
  public var route: String?
  /// The model; `nil` for servers of one model that need no name.
  public var model: String?
  /// The voices to compare; fewer than two to ask the service for its list.
  public var voices: [String] = []
  /// The texts to say, whose lengths are judged; each in a language that the service speaks.
  public var texts = [
    "The train to the coast leaves at noon, please wait on the second platform.", "今天天气真不错，我们下午去公园散步吧。",
  ]
  /// The very long text.
  public var longText = Array(
    repeating: "A long story goes on and on, and the speaker never stops to take a breath.", count: 25
  ).joined(separator: " ")

  /// Creates a context.
  ///
  /// - Parameters:
  ///   - transport: What carries the requests.
  ///   - service: Where the service listens.
  ///   - wireProtocol: The protocol of the service.
  ///   - route: The path, where it is not the usual one of the protocol.
  ///   - model: The model; `nil` for servers of one model.
  public init(
    transport: any Transport, service: ServiceConfiguration, wireProtocol: SpeechRequest.WireProtocol = .openAI,
    route: String? = nil, model: String? = nil
  ) {
    self.transport = transport
    self.service = service
    self.wireProtocol = wireProtocol
    self.route = route
    self.model = model
  }
}

extension SpeechCheckContext {
  /// A client for the service.
  var speaking: SpeechClient {
    SpeechClient(transport: transport, service: service, wireProtocol: wireProtocol, route: route)
  }

  /// The first text.
  var text: String { texts.first ?? "The train to the coast leaves at noon." }

  /// A request for a WAV file, with the first voice where the tester named one.
  func request(_ text: String, delivery: SpeechRequest.Delivery = .whole) -> SpeechRequest {
    SpeechRequest(text: text, voice: voices.first, model: model, format: .wav, delivery: delivery)
  }

  /// Speech with its samples, whatever the headers were; silence and a constant fail the check.
  func speak(_ request: SpeechRequest) async throws -> (response: SpeechResponse, clip: AudioClip) {
    let response = try await speaking.generate(request)
    guard let file = response.waveFile else {
      throw Finding.fail(
        "the response is no WAV file: \(response.audio.otherFormat.map { "\($0)" } ?? "unknown format")")
    }
    return (response, try Self.clip(of: file))
  }

  /// The samples of a file, which must hold sound.
  static func clip(of file: [UInt8]) throws -> AudioClip {
    let clip: AudioClip
    do throws(AudioError) {
      clip = try AudioClip(wav: file)
    } catch {
      throw Finding.fail("the audio of \(file.count) bytes cannot be read: \(error)")
    }
    try Finding.demand(clip.frameCount > 0, "the file of \(file.count) bytes holds no sample")
    // A constant is no sound, however far from zero it lies.
    let (low, high) = (clip.samples.min() ?? 0, clip.samples.max() ?? 0)
    try Finding.demand(
      high - low > 0.01,
      "nothing can be heard: the loudest of \(clip.samples.count) samples is "
        + "\(NumberText.fixed(Double(max(-low, high)), decimals: 3)) of full scale"
        + (high - low > 0 || high == 0 ? "" : ", as are all others"))
    return clip
  }

  /// Two voices: those that were given, else the first of the service's list.
  func twoVoices() async throws -> (String, String)? {
    var names = voices
    if names.count < 2 {
      let request = try service.transferRequest(
        .get, "/v1/audio/voices", accept: "application/json", requestID: nil)
      let response = try await ServiceExchange(transport: transport, request: request).response()
      guard response.head.status.kind == .successful,
        let list = try? JSONCoding.decode(JSONValue.self, from: response.body)["voices"]?.array
      else { return nil }
      names = list.compactMap { $0.string ?? $0["id"]?.string ?? $0["name"]?.string }
    }
    guard names.count >= 2 else { return nil }
    return (names[0], names[1])
  }
}
