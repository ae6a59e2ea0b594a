/// How the simulator makes transcriptions and speech.
///
/// In JSON it is the member `audio` of a behaviour. Speech is tones that carry their text: what the simulator said, it
/// can transcribe again. The time to the first text or sound is the one to the first token.
public struct AudioBehaviour: Sendable, Hashable {
  /// The transcription of audio of a certain content, by its ``digest(of:)``.
  ///
  /// Other audio is transcribed as the text that it carries, or else as words drawn by its content, 150 a minute.
  public var transcripts: [String: String] = [:]
  /// Seconds of work for each second of audio that is transcribed.
  public var transcriptionFactor = 0.0
  /// Seconds of work for each second of speech.
  public var speechFactor = 0.0
  /// Every how many words of a transcription one is wrong; nothing for none.
  public var mistakeInterval: Int?
  /// The share of words of a transcription that are wrong, 0 to 1, decided by audio, place and seed.
  public var mistakeRate = 0.0
  /// The standard deviation of noise on speech, of full scale 1, the same for the same text.
  public var speechNoise = 0.0
  /// The standard deviation of noise on speech that is another one for every request.
  public var speechRunNoise = 0.0
  /// How much of the end of speech is missing, 0 to 1.
  public var speechCut = 0.0
  /// A factor of the pitch of speech, 0.5 to 2; only speech at 1 can be transcribed.
  public var speechPitch = 1.0
  /// Frames a second of speech.
  public var sampleRate = 22_050
  /// How much audio a piece of streamed speech has.
  public var pieceLength: Duration = .milliseconds(200)
  /// Whether each piece of streamed speech is a WAV file of its own.
  public var headerPerPiece = false
  /// As much of a file is kept and listened to, in bytes.
  static let heardBytes = 4 << 20

  /// The longest file that is transcribed, in bytes; nothing for no limit.
  ///
  /// That of vLLM is 25 MB.
  public var fileLimit: Int?
  /// The names of the voices.
  public var voices = ["default"]
  /// Whether silence has no words, languages are told apart, voices and speeds differ, and unknown voices are refused.
  ///
  /// Without it any sound has words, and any voice will do.
  public var isThorough = false
  /// Time to encode one image, video or sound of a chat, which comes on top of the time to the first token.
  public var encodeLatency: Duration = .zero
  /// Tokens that one image, video or sound adds to the prompt of a chat.
  public var tokensPerMedium = 256

  /// Creates the default: transcriptions and speech at once and without mistakes.
  public init() {}

  /// What audio of some content is known by in ``transcripts``.
  ///
  /// - Parameter bytes: The file as it is uploaded.
  /// - Returns: 16 hexadecimal digits.
  public static func digest(of bytes: [UInt8]) -> String {
    var digest = ContentDigest()
    digest.update(bytes)
    return digest.text
  }
}

extension AudioBehaviour: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case transcripts
    case transcriptionFactor = "transcription_rtf"
    case speechFactor = "speech_rtf"
    case mistakeInterval = "mistake_every"
    case mistakeRate = "mistake_rate"
    case speechNoise = "speech_noise"
    case speechRunNoise = "speech_run_noise"
    case speechCut = "speech_cut"
    case speechPitch = "speech_pitch"
    case sampleRate = "sample_rate"
    case pieceLength = "piece_ms"
    case headerPerPiece = "header_per_piece"
    case fileLimit = "file_limit"
    case voices
    case isThorough = "thorough"
    case encodeLatency = "encode_ms"
    case tokensPerMedium = "tokens_per_medium"
  }

  /// Names of members in earlier versions, which are still read.
  private enum FormerKeys: String, CodingKey, CaseIterable {
    case transcriptionFactor = "hearing_rtf"
    case speechFactor = "speaking_rtf"
  }

  /// Reads the members that are given; the others keep their defaults.
  ///
  /// - Throws: `DecodingError` for an unknown member, a wrong type or a number outside its range.
  public init(from decoder: any Decoder) throws {
    self.init()
    try decoder.refuseUnknownKeys(CodingKeys.allCases.map(\.rawValue), former: FormerKeys.allCases.map(\.rawValue))
    let former = try decoder.container(keyedBy: FormerKeys.self)
    transcriptionFactor =
      try former.decodeIfPresent(Double.self, forKey: .transcriptionFactor, in: 0...1000) ?? transcriptionFactor
    speechFactor = try former.decodeIfPresent(Double.self, forKey: .speechFactor, in: 0...1000) ?? speechFactor
    let values = try decoder.container(keyedBy: CodingKeys.self)
    transcripts = try values.decodeIfPresent([String: String].self, forKey: .transcripts) ?? transcripts
    transcriptionFactor =
      try values.decodeIfPresent(Double.self, forKey: .transcriptionFactor, in: 0...1000) ?? transcriptionFactor
    speechFactor = try values.decodeIfPresent(Double.self, forKey: .speechFactor, in: 0...1000) ?? speechFactor
    mistakeInterval = try values.decodeIfPresent(Int.self, forKey: .mistakeInterval, in: 1...1_000_000)
    mistakeRate = try values.decodeIfPresent(Double.self, forKey: .mistakeRate, in: 0...1) ?? mistakeRate
    speechNoise = try values.decodeIfPresent(Double.self, forKey: .speechNoise, in: 0...1) ?? speechNoise
    speechRunNoise = try values.decodeIfPresent(Double.self, forKey: .speechRunNoise, in: 0...1) ?? speechRunNoise
    speechCut = try values.decodeIfPresent(Double.self, forKey: .speechCut, in: 0...1) ?? speechCut
    speechPitch = try values.decodeIfPresent(Double.self, forKey: .speechPitch, in: 0.5...2) ?? speechPitch
    sampleRate = try values.decodeIfPresent(Int.self, forKey: .sampleRate, in: 8000...192_000) ?? sampleRate
    pieceLength = try values.decodeMillisecondsIfPresent(forKey: .pieceLength) ?? pieceLength
    headerPerPiece = try values.decodeIfPresent(Bool.self, forKey: .headerPerPiece) ?? headerPerPiece
    fileLimit = try values.decodeIfPresent(Int.self, forKey: .fileLimit, in: 0...Int.max)
    voices = try values.decodeIfPresent([String].self, forKey: .voices) ?? voices
    isThorough = try values.decodeIfPresent(Bool.self, forKey: .isThorough) ?? isThorough
    encodeLatency = try values.decodeMillisecondsIfPresent(forKey: .encodeLatency) ?? encodeLatency
    tokensPerMedium = try values.decodeIfPresent(Int.self, forKey: .tokensPerMedium, in: 0...65_536) ?? tokensPerMedium
  }

  /// Writes every member.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(transcripts, forKey: .transcripts)
    try values.encode(transcriptionFactor, forKey: .transcriptionFactor)
    try values.encode(speechFactor, forKey: .speechFactor)
    try values.encodeIfPresent(mistakeInterval, forKey: .mistakeInterval)
    try values.encode(mistakeRate, forKey: .mistakeRate)
    try values.encode(speechNoise, forKey: .speechNoise)
    try values.encode(speechRunNoise, forKey: .speechRunNoise)
    try values.encode(speechCut, forKey: .speechCut)
    try values.encode(speechPitch, forKey: .speechPitch)
    try values.encode(sampleRate, forKey: .sampleRate)
    try values.encode(pieceLength.milliseconds, forKey: .pieceLength)
    try values.encode(headerPerPiece, forKey: .headerPerPiece)
    try values.encodeIfPresent(fileLimit, forKey: .fileLimit)
    try values.encode(voices, forKey: .voices)
    try values.encode(isThorough, forKey: .isThorough)
    try values.encode(encodeLatency.milliseconds, forKey: .encodeLatency)
    try values.encode(tokensPerMedium, forKey: .tokensPerMedium)
  }
}
