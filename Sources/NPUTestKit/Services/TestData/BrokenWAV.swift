public import NPUMetrics

/// Ways in which a sound file can be broken or empty, each of which a service must survive.
public enum BrokenWAV: String, Sendable, Hashable, CaseIterable {
  /// No byte at all.
  case empty
  /// The file ends within its header.
  case cutInHeader = "cut_in_header"
  /// The file ends in the middle of its samples; many readers take what is there.
  case cutInSamples = "cut_in_samples"
  /// Random bytes from the first on.
  case randomBytes = "random_bytes"
  /// Random bytes behind a right beginning.
  case randomAfterSignature = "random_after_signature"
  /// Samples without a description of them.
  case noFormat = "no_format"
  /// A description without samples.
  case noData = "no_data"
  /// A whole file with not one sample in it.
  case noSamples = "no_samples"
  /// A sample rate of 0, by which no length can be computed.
  case zeroRate = "zero_rate"
  /// An encoding that nobody has.
  case unknownEncoding = "unknown_encoding"
  /// Text in place of a sound.
  case text

  /// Whether lenient readers may take it; a service may accept or refuse these, and must refuse the others.
  public var isReadable: Bool { self == .cutInSamples || self == .noSamples }

  /// The file.
  ///
  /// - Parameters:
  ///   - sound: The sound before it was broken; nil for half a second of a tone.
  ///   - seed: What random bytes follow from.
  /// - Returns: The bytes.
  /// - Throws: `AudioError` if the sound is too long for a file.
  public func bytes(of sound: TestAudio? = nil, seed: UInt64 = 1) throws(AudioError) -> [UInt8] {
    let clip = if let sound { sound.clip } else { try TestAudio.tone(.milliseconds(500)).clip }
    // A plain header is 44 bytes; more channels than two would have a longer one.
    let mono = try AudioClip(
      samples: stride(from: 0, to: clip.samples.count, by: clip.channels).map { clip.samples[$0] },
      sampleRate: clip.sampleRate)
    let whole = try mono.wav()
    var generator = SeededGenerator(seed: seed)
    switch self {
    case .empty: return []
    case .cutInHeader: return Array(whole.prefix(30))
    case .cutInSamples: return Array(whole.prefix(44 + (whole.count - 44) / 4 * 2))
    case .randomBytes: return [0] + generator.bytes(4095)
    // The first byte is no letter, so that no chunk can be seen by accident.
    case .randomAfterSignature: return Array(whole.prefix(12)) + [0] + generator.bytes(4083)
    case .noFormat: return Array(whole.prefix(12) + whole[36...])
    case .noData: return Array(whole.prefix(36))
    case .noSamples: return try AudioClip(samples: [], sampleRate: clip.sampleRate).wav()
    case .zeroRate: return Self.replacing(whole, 24..<28, with: [0, 0, 0, 0])
    case .unknownEncoding: return Self.replacing(whole, 20..<22, with: [0xEE, 0xEE])
    case .text: return Array("This is not a sound.\n".utf8)
    }
  }

  private static func replacing(_ whole: [UInt8], _ range: Range<Int>, with bytes: [UInt8]) -> [UInt8] {
    var copy = whole
    copy.replaceSubrange(range, with: bytes)
    return copy
  }
}
