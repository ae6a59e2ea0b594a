/// How the samples of a WAV file are written, from its format chunk.
public struct WAVFormat: Sendable, Hashable {
  /// The kind of number that a sample is.
  @nonexhaustive
  public enum Encoding: String, Sendable, Hashable, CaseIterable {
    /// Whole numbers: 8 bit without sign and offset 128, or 16, 24 and 32 bit with sign.
    case pcm
    /// IEEE 754 numbers of 32 or 64 bit, full scale 1.
    case float
    /// ITU-T G.711 A-law, 8 bit.
    case aLaw = "a_law"
    /// ITU-T G.711 µ-law, 8 bit.
    case muLaw = "mu_law"
  }

  /// The kind of number that a sample is.
  public var encoding: Encoding
  /// Whether the format is of the extensible form, which more than two channels or 16 bits call for.
  public var isExtensible: Bool
  /// The number of channels, 1 to 65535.
  public var channels: Int
  /// The number of frames a second, 1 to 2^32 - 1.
  public var sampleRate: Int
  /// The number of bits that the file states for a sample, 1 to 64.
  public var bitsPerSample: Int
  /// The number of bytes that a sample takes: bits / 8 rounded up, or 4 for 24 bits in frames of 4 bytes a channel.
  public var bytesPerSample: Int
  /// The bits of a sample that mean something, where the extensible form states them.
  public var validBits: Int?
  /// The places of the loudspeakers as a mask, where the extensible form states it.
  public var channelMask: UInt32?
  /// The bytes of a frame as the file states them; they may be wrong.
  public var declaredBlockAlign: Int
  /// The bytes of a second as the file states them; they may be wrong.
  public var declaredByteRate: Int

  /// The bytes of a frame, one sample of each channel, computed.
  public var bytesPerFrame: Int { channels * bytesPerSample }
}

extension WAVFormat {
  /// Reads a format chunk of 16, 18, 40 or other bytes.
  init(parsing chunk: Span<UInt8>) throws(AudioError) {
    guard let tag = chunk.unsigned16(at: 0), let channels = chunk.unsigned16(at: 2),
      let rate = chunk.unsigned32(at: 4), let byteRate = chunk.unsigned32(at: 8),
      let blockAlign = chunk.unsigned16(at: 12), let bits = chunk.unsigned16(at: 14)
    else {
      throw AudioError(
        kind: .badFormat,
        message: "The fmt chunk has \(chunk.count) bytes where 16 are the least; the file is cut or not WAV.")
    }
    guard channels > 0, rate > 0 else {
      throw AudioError(
        kind: .badFormat,
        message: "The fmt chunk states \(channels) channels at \(rate) Hz; without both being 1 or more there is no "
          + "duration. Repair the header or give the samples with their true rate.")
    }
    self.channels = channels
    sampleRate = Int(rate)
    declaredByteRate = Int(byteRate)
    declaredBlockAlign = blockAlign
    bitsPerSample = bits
    isExtensible = tag == 0xFFFE
    var trueTag = tag
    if isExtensible {
      guard let valid = chunk.unsigned16(at: 18), let mask = chunk.unsigned32(at: 20),
        let subFormat = chunk.unsigned16(at: 24)
      else {
        throw AudioError(
          kind: .badFormat,
          message: "The extensible fmt chunk has \(chunk.count) bytes, too few to name its encoding, which takes 26.")
      }
      validBits = valid > 0 && valid <= bits ? valid : nil
      channelMask = mask
      trueTag = subFormat
    }
    encoding = try Self.encoding(tag: trueTag, bits: bits)
    bytesPerSample = (bits + 7) / 8
    // Some writers state 24 bits but put each sample at the top of four bytes.
    if encoding == .pcm, bytesPerSample == 3, blockAlign == 4 * channels { bytesPerSample = 4 }
  }

  private static func encoding(tag: Int, bits: Int) throws(AudioError) -> Encoding {
    guard bits > 0 else {
      throw AudioError(
        kind: .badFormat,
        message: "The fmt chunk states 0 bits a sample for the encoding tag \(tag); a duration needs them.")
    }
    switch (tag, bits) {
    case (1, 1...32): return .pcm
    case (3, 32), (3, 64): return .float
    case (6, 8): return .aLaw
    case (7, 8): return .muLaw
    default:
      let names = [
        1: "PCM", 2: "Microsoft ADPCM", 3: "float", 6: "A-law", 7: "µ-law", 0x11: "IMA ADPCM", 0x31: "GSM 6.10",
        0x50: "MPEG", 0x55: "MP3", 0xFF: "AAC", 0x161: "WMA",
      ]
      throw AudioError(
        kind: .unsupportedEncoding,
        message:
          "The samples are of encoding tag \(tag) (\(names[tag] ?? "unknown")) with \(bits) bits; ask for PCM of 8 "
          + "to 32 bits, float of 32 or 64, or A-law or µ-law of 8.")
    }
  }
}
