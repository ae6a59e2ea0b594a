internal import NIOCore

/// Speech in the form that was asked for.
struct SpeechResponse: Sendable {
  /// The length of the speech in seconds.
  let seconds: Double
  let streams: Bool
  let isEvents: Bool
  private let isRaw: Bool
  private let text: String
  private let behaviour: AudioBehaviour
  private let samples: [Int16]
  private let promised: Int
  private let buffers: Bool
  private let losesThird: Bool

  /// - Throws: `ErrorResponse` for a missing text and for formats that this does not write.
  init(_ document: JSONValue, isPlain: Bool, _ service: Behaviour, number: Int) throws(ErrorResponse) {
    let behaviour = service.audio
    let reader = MemberReader(document: document)
    let key = isPlain ? "text" : "input"
    guard let text = try reader.string(key) else { throw reader.missing(key) }
    let takesEmpty = service.has(.acceptsEmptyText) || isPlain && !behaviour.isThorough
    guard takesEmpty || !text.isEmpty else { throw .value("input must not be empty", "input") }
    guard text.unicodeScalars.count <= Self.mostCharacters else {
      throw .value("The text has more than \(Self.mostCharacters) characters.", key)
    }
    let format = try reader.string("response_format") ?? "wav"
    guard isPlain || ["wav", "pcm"].contains(format) else {
      throw .value("response_format must be wav or pcm, not \(format)", "response_format")
    }
    self.text = text
    self.behaviour = behaviour
    let streamFormat = try reader.string("stream_format")
    let asksForStream = try reader.bool("stream") ?? false
    isEvents = !isPlain && streamFormat == "sse"
    streams = asksForStream || isEvents
    isRaw = !isPlain && format == "pcm"
    let manner = try SpeechManner(reader, isPlain: isPlain, service, number: number)
    let count = ToneSpeech.sampleCount(text, sampleRate: behaviour.sampleRate, speed: manner.speed)
    guard count <= Self.mostSamples else {
      throw .value("The speech would have \(count) samples; the simulator makes at most \(Self.mostSamples).", key)
    }
    var speech = ToneSpeech.samples(
      Self.uttered(text, service), sampleRate: behaviour.sampleRate, loudness: manner.loudness, speed: manner.speed,
      pitch: behaviour.speechPitch)
    speech.removeLast(Int(Double(speech.count) * min(max(0, behaviour.speechCut), 1)))
    let origin = SplitMix64.digest(text.utf8)
    Self.add(noise: behaviour.speechNoise, seed: SplitMix64.mix(origin, service.seed), to: &speech)
    Self.add(
      noise: behaviour.speechRunNoise, seed: SplitMix64.mix(origin, UInt64(truncatingIfNeeded: number)), to: &speech)
    if service.has(.speaksSilence) { speech = Array(repeating: 0, count: speech.count) }
    promised = speech.count * 2
    if service.has(.cutsSamples) { speech.removeLast(speech.count / 4) }
    samples = speech
    buffers = service.has(.buffersStream)
    losesThird = service.has(.losesStreamedToken)
    seconds = Double(samples.count) / Double(max(1, behaviour.sampleRate))
  }

  /// The limit of OpenAI's route, and here of the plain one, which names none.
  ///
  /// All samples are made at once, and no other request is answered meanwhile.
  private static let mostCharacters = 4096
  /// An hour and a half at the usual rate: 256 MB.
  private static let mostSamples = 1 << 27
  /// A stream with more parts is sent in longer ones.
  private static let mostParts = 65_536

  /// Adds noise of a standard deviation of full scale 1.
  private static func add(noise deviation: Double, seed: UInt64, to samples: inout [Int16]) {
    guard deviation > 0 else { return }
    var noise = NearlyNormalNoise(seed: seed, deviation: deviation * 32_768)
    samples = samples.map { Int16(clamping: Int((Double($0) + noise.next()).rounded())) }
  }

  private static func uttered(_ text: String, _ service: Behaviour) -> String {
    if service.has(.stopsSpeakingEarly) { return String(text.prefix(max(1, text.count / 10))) }
    return service.has(.cutsLongTexts) ? String(text.prefix(500)) : text
  }

  var contentType: String {
    if isEvents { return "text/event-stream; charset=utf-8" }
    return isRaw ? "audio/pcm; rate=\(behaviour.sampleRate)" : "audio/wav"
  }

  /// The response in one piece.
  var whole: ByteBuffer {
    var body = ByteBuffer()
    if !isRaw { body.writeBytes(WaveShape.header(sampleRate: behaviour.sampleRate, dataSize: promised)) }
    Self.write(samples[...], into: &body)
    return body
  }

  /// The response as it is made: the header at once, each part when its audio is.
  func parts(from first: Int64) -> [TimedScript.Part] {
    let wanted = Int(Double(behaviour.pieceLength.pauseNanoseconds) / 1e9 * Double(behaviour.sampleRate))
    let length = max(1, wanted, samples.count / Self.mostParts)
    var parts: [TimedScript.Part] = []
    if !isRaw, !isEvents, !behaviour.headerPerPiece {
      let header = WaveShape.header(sampleRate: behaviour.sampleRate, dataSize: nil)
      parts.append(.init(due: 0, body: ByteBuffer(bytes: header)))
    }
    let rate = Double(max(1, behaviour.sampleRate))
    for start in stride(from: 0, to: samples.count, by: length) {
      if losesThird, start / length == 2 { continue }
      let slice = samples[start..<min(Int.sum(start, length), samples.count)]
      var audio = ByteBuffer()
      if !isRaw, behaviour.headerPerPiece {
        audio.writeBytes(WaveShape.header(sampleRate: behaviour.sampleRate, dataSize: slice.count * 2))
      }
      Self.write(slice, into: &audio)
      // The first sound is there at the time to the first sound; each further part takes the work of its length.
      let work = behaviour.speechFactor * Double(buffers ? samples.count : start) / rate * 1e9
      parts.append(.init(due: first + Int64(min(work, 3e17)), body: isEvents ? Self.event(audio) : audio))
    }
    return parts
  }

  /// What ends a stream of events.
  var end: ByteBuffer {
    guard isEvents else { return ByteBuffer() }
    let count = Tokenizer.count(Array(text.utf8))
    return ByteBuffer(
      string: "event: speech.audio.done\ndata: {\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":\(count),"
        + "\"output_tokens\":\(samples.count / 480),\"total_tokens\":\(count + samples.count / 480)}}\n\n")
  }

  private static func event(_ audio: ByteBuffer) -> ByteBuffer {
    var body = ByteBuffer()
    body.writeStaticString("event: speech.audio.delta\ndata: {\"type\":\"speech.audio.delta\",\"audio\":\"")
    body.writeBytes(Base64Text.encode(Array(audio.readableBytesView)))
    body.writeStaticString("\",\"response_format\":\"pcm\"}\n\n")
    return body
  }

  private static func write(_ samples: ArraySlice<Int16>, into body: inout ByteBuffer) {
    // All at once: number by number, a debug build takes longer than the speech is to take.
    unsafe samples.map(\.littleEndian).withUnsafeBytes { _ = unsafe body.writeBytes($0) }
  }
}

/// What tells one voice of the simulator from another, and how fast the speech is.
struct SpeechManner: Sendable, Hashable {
  /// A factor of the amplitude.
  private(set) var loudness = 1.0
  /// How fast the speech is, 1 for as usual.
  private(set) var speed = 1.0

  /// - Throws: `ErrorResponse` for a voice that a thorough service does not have, and for a speed out of range.
  init(_ reader: MemberReader, isPlain: Bool, _ service: Behaviour, number: Int) throws(ErrorResponse) {
    guard service.audio.isThorough else { return }
    let key = isPlain ? "speaker" : "voice"
    if let voice = try reader.string(key) {
      guard let place = service.audio.voices.firstIndex(of: voice) ?? (service.has(.acceptsUnknownVoice) ? 0 : nil)
      else {
        throw .value("Invalid voice '\(voice)'. Supported: \(service.audio.voices.joined(separator: ", "))", key)
      }
      if !service.has(.ignoresVoice) { loudness = 1 / Double(1 + place) }
    }
    // Each number is another loudness, and all are loud enough to be transcribed.
    if service.has(.variesSpeech) { loudness *= 0.75 + 0.25 * Double(number % 97) / 97 }
    guard let asked = try reader.double("speed") else { return }
    guard (0.25...4).contains(asked) else { throw .value("speed must be between 0.25 and 4.0", "speed") }
    guard !service.has(.refusesSpeed) else { throw .value("A speed is not supported.", "speed") }
    if !service.has(.ignoresSpeed) { speed = asked }
  }
}
