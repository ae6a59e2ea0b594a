/// What the header of a WAV file says, read by the simulator's own hand.
struct WaveShape: Sendable, Hashable {
  var sampleRate: Int
  var channels: Int
  var bitsPerSample: Int
  /// Whether the samples are whole numbers, and not floating-point or compressed ones.
  var isInteger: Bool
  /// Where the samples begin.
  var dataStart: Int
  /// How many bytes of samples there are.
  var dataSize: Int

  /// Whether the encoding is one that no program writes.
  var isUnknown: Bool
  /// The length in seconds.
  var seconds: Double { Double(dataSize / bytesPerFrame) / Double(sampleRate) }

  private var bytesPerFrame: Int { max(1, channels * ((bitsPerSample + 7) / 8)) }

  /// Nothing if this is no WAV file.
  ///
  /// - Parameters:
  ///   - start: The beginning of the file, with its headers.
  ///   - size: The size of the whole file.
  init?(_ start: [UInt8], size: Int) {
    func number(_ offset: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(offset + $1 < start.count ? start[offset + $1] : 0) << (8 * $1) }
    }
    guard start.count >= 12, start[..<4].elementsEqual("RIFF".utf8), start[8..<12].elementsEqual("WAVE".utf8) else {
      return nil
    }
    var position = 12
    var format: (rate: Int, channels: Int, bits: Int, tag: Int)?
    while position + 8 <= start.count {
      let length = number(position + 4, 4)
      let body = position + 8
      if start[position..<position + 4].elementsEqual("fmt ".utf8) {
        format = (number(body + 4, 4), number(body + 2, 2), number(body + 14, 2), number(body, 2))
        // The true encoding of the extensible form stands in its identifier.
        if format?.tag == 0xFFFE { format?.tag = number(body + 24, 2) }
      } else if start[position..<position + 4].elementsEqual("data".utf8), let format {
        guard format.rate > 0, format.channels > 0, format.bits > 0 else { return nil }
        sampleRate = format.rate
        channels = format.channels
        bitsPerSample = format.bits
        isInteger = format.tag == 1
        isUnknown = ![1, 3, 6, 7].contains(format.tag)
        dataStart = body
        let left = max(0, size - body)
        // Servers that stream write lengths that they do not know yet.
        dataSize = length == 0 || length > left ? left : length
        return
      }
      position = body + length + length % 2
    }
    return nil
  }

  /// A header for 16 bit samples of one channel.
  ///
  /// - Parameters:
  ///   - sampleRate: Frames a second.
  ///   - dataSize: The bytes of the samples; nothing for a length that is not known yet.
  /// - Returns: The 44 bytes.
  static func header(sampleRate: Int, dataSize: Int?) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let size = dataSize ?? 0xFFFF_FFFF
    let riff = dataSize.map { $0 + 36 } ?? 0xFFFF_FFFF
    return Array("RIFF".utf8) + little(riff, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + little(1, 2) + little(1, 2)
      + little(sampleRate, 4) + little(sampleRate * 2, 4) + little(2, 2) + little(16, 2) + Array("data".utf8)
      + little(size, 4)
  }
}
