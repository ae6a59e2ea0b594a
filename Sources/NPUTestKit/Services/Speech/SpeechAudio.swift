import HTTPTypes
public import NPUMetrics

/// What the bytes of spoken audio hold: format, length, and which bytes are samples.
///
/// A WAV header decides, wherever it stands: several WAV files one after another, as some services stream, are one
/// piece of audio whose length is the sum. Bytes without a header are raw samples in a format that was stated.
public struct SpeechAudio: Sendable, Hashable {
  /// A stretch of samples.
  struct Stretch: Sendable, Hashable {
    var bytes: Range<Int>
    var bytesPerSecond: Int

    /// The time of the first bytes.
    func time(of count: Int) -> Duration {
      .nanoseconds(Int64(clamping: Int128(count) * 1_000_000_000 / Int128(bytesPerSecond)))
    }
  }

  /// Frames a second, of the first stretch of samples; `nil` where the format is not read here.
  public var sampleRate: Int?
  /// Samples in a frame, of the first stretch; `nil` where the format is not read here.
  public var channels: Int?
  /// How many WAV files the bytes were; 0 for raw samples and other formats.
  public var waveFiles: Int
  /// What the headers had wrong, such as lengths that were not known yet.
  public var notices: [WAVNotice]
  /// What the bytes look like where they are neither WAV nor raw samples, such as MP3.
  public var otherFormat: FileSignature?
  private var stretches: [Stretch]
  private var isWholeNumbers = true

  /// The length of the audio; `nil` where the format is not read here.
  public var duration: Duration? {
    sampleRate == nil ? nil : stretches.reduce(.zero) { $0 + $1.time(of: $1.bytes.count) }
  }

  /// A place in the bytes, with the time of all samples before it.
  struct Position: Sendable, Hashable {
    /// How many bytes lie before it.
    fileprivate(set) var offset = 0
    /// The time of all samples before it; zero in the first header.
    fileprivate(set) var time = Duration.zero
    /// The first stretch that does not lie wholly before it, and the time of those that do.
    fileprivate var stretch = 0
    fileprivate var timeOfStretches = Duration.zero
  }

  /// The place before the first byte.
  var start: Position { Position() }

  /// Moves a place forward; a walk over all bytes looks at each stretch once.
  func advance(_ position: inout Position, by count: Int) {
    position.offset += count
    while position.stretch < stretches.count, stretches[position.stretch].bytes.upperBound <= position.offset {
      let passed = stretches[position.stretch]
      position.timeOfStretches += passed.time(of: passed.bytes.count)
      position.stretch += 1
    }
    position.time = position.timeOfStretches
    guard position.stretch < stretches.count else { return }
    let present = stretches[position.stretch]
    position.time += present.time(of: max(0, position.offset - present.bytes.lowerBound))
  }

  /// Reads the structure of audio.
  ///
  /// - Parameters:
  ///   - bytes: The audio, whole.
  ///   - format: What was asked for; `nil` where it was left to the service.
  ///   - pcm: How samples without a header are written.
  ///   - isRaw: Whether bytes without a WAV header are samples although WAV was asked for, as in events.
  /// - Throws: `AudioError`: no bytes, a WAV file that is cut or contradicts itself, or bytes of no known format.
  public init(
    _ bytes: [UInt8], format: SpeechRequest.AudioFormat? = nil, pcm: PCMFormat = .openAI, isRaw: Bool = false
  ) throws(AudioError) {
    let signature = FileSignature(of: bytes)
    let isWave = signature == .wav
    notices = []
    stretches = []
    waveFiles = 0
    guard !bytes.isEmpty else {
      throw AudioError(kind: .truncatedHeader, message: "The response holds no audio: it has no bytes.")
    }
    if isWave {
      let files = try WAVFile.files(in: bytes)
      for file in files {
        guard file.dataSize != .truncated else {
          throw AudioError(
            kind: .noData,
            message: "The audio is cut: of a WAV file only \(file.dataRange.count) bytes of samples came, fewer than "
              + "its header says.")
        }
        stretches.append(
          Stretch(bytes: file.dataRange, bytesPerSecond: file.format.bytesPerFrame * file.format.sampleRate))
        notices += file.notices.prefix(max(0, 64 - notices.count))
      }
      waveFiles = files.count
      isWholeNumbers = files.allSatisfy { $0.format.encoding == .pcm }
      sampleRate = files.first?.format.sampleRate
      channels = files.first?.format.channels
    } else if format == .pcm || isRaw && (format == nil || format == .wav) {
      // Samples may look like anything: two bytes of -1 are how MP3 begins. So they are not judged by their first
      // bytes.
      let whole = bytes.count / pcm.bytesPerFrame * pcm.bytesPerFrame
      stretches = [Stretch(bytes: 0..<whole, bytesPerSecond: pcm.bytesPerFrame * pcm.sampleRate)]
      sampleRate = pcm.sampleRate
      channels = pcm.channels
    } else if let signature, format != .wav, signature.isAudio {
      otherFormat = signature
    } else {
      // Says what the bytes look like.
      _ = try WAVFile(bytes)
    }
  }
}

extension SpeechAudio {
  /// The samples under one header of whole numbers.
  ///
  /// `nil` for other formats, for files of different formats one after another, and for samples that are no whole
  /// numbers.
  func waveFile(from bytes: [UInt8]) -> [UInt8]? {
    guard let sampleRate, let channels, let rate = stretches.first?.bytesPerSecond, rate % (sampleRate * channels) == 0,
      stretches.allSatisfy({ $0.bytesPerSecond == rate && $0.bytes.upperBound <= bytes.count }), isWholeNumbers
    else { return nil }
    let width = rate / (sampleRate * channels)
    let size = stretches.reduce(0) { $0 + $1.bytes.count }
    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var file = Array("RIFF".utf8) + little(size + 36, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + little(1, 2)
    file += little(channels, 2) + little(sampleRate, 4) + little(rate, 4) + little(width * channels, 2)
    file += little(width * 8, 2) + Array("data".utf8) + little(size, 4)
    for stretch in stretches { file += bytes[stretch.bytes] }
    return file
  }

  /// The error of a good response that is no audio, by its bytes.
  static func refusal(_ bytes: [UInt8], head: HTTPResponse, request: String) -> ServiceError {
    let body = ErrorBody(bytes)
    if [.errorObject, .errorText, .flatObject, .detail, .gateway].contains(body.form) {
      return ServiceError(kind: .errorEvent, head: head, error: body, request: request)
    }
    let kind: ServiceError.Kind = body.form == .empty ? .emptyResponse : .wrongContentType
    return ServiceError(
      kind: kind,
      message: "expected audio, got \(bytes.count) bytes of \(MediaType.of(head).shown): \"\(body.message)\"",
      status: head.status.code, request: request, requestID: ServiceError.requestID(of: head))
  }

  /// The error of audio that cannot be read.
  static func failure(_ error: AudioError, _ bytes: [UInt8], head: HTTPResponse, request: String) -> ServiceError {
    switch error.signature {
    case .json, .markup, .eventStream: return refusal(bytes, head: head, request: request)
    default:
      let kind: ServiceError.Kind =
        bytes.isEmpty ? .emptyResponse : error.signature == nil ? .damagedMedia : .wrongContentType
      return ServiceError(
        kind: kind, message: error.message, status: head.status.code, request: request,
        requestID: ServiceError.requestID(of: head), underlying: error)
    }
  }
}
