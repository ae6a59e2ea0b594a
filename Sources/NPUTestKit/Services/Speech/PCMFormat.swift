/// How samples without a header are written.
///
/// Raw samples do not say it themselves: it is known from the documentation of the service, or from its content type.
/// Where a response has a WAV header, the header alone decides.
public struct PCMFormat: Sendable, Hashable {
  /// Frames a second.
  public var sampleRate: Int
  /// Samples in a frame.
  public var channels: Int
  /// Bits of a sample, a multiple of 8.
  public var bitsPerSample: Int

  /// Creates a format; numbers below 1 are taken as 1, and bits are rounded up to whole bytes.
  public init(sampleRate: Int = 24_000, channels: Int = 1, bitsPerSample: Int = 16) {
    self.sampleRate = max(1, sampleRate)
    self.channels = min(max(1, channels), 256)
    self.bitsPerSample = (min(max(1, bitsPerSample), 64) + 7) / 8 * 8
  }

  /// 24 kHz, one channel, 16 bits: the raw samples of OpenAI's service and of most that imitate it.
  public static let openAI = PCMFormat()

  /// Bytes of one frame.
  public var bytesPerFrame: Int { bitsPerSample / 8 * channels }

  /// This format with the rate and the channels that a content type names, such as `audio/L16; rate=16000; channels=1`.
  func refined(byContentType contentType: String) -> PCMFormat {
    var format = self
    for parameter in contentType.split(separator: ";").dropFirst() {
      let pair = parameter.split(separator: "=", maxSplits: 1).map {
        $0.filter { $0 != " " && $0 != "\"" }.lowercased()
      }
      guard pair.count == 2, let number = Int(pair[1]), (1...10_000_000).contains(number) else { continue }
      switch pair[0] {
      case "rate", "sample_rate", "samplerate": format.sampleRate = number
      case "channels" where number <= 256: format.channels = number
      default: break
      }
    }
    return format
  }
}
