extension AudioClip {
  /// The kind of number in which a clip is written.
  @nonexhaustive
  public enum SampleFormat: String, Sendable, Hashable, CaseIterable {
    /// Whole numbers of 16 bits with sign, what every service reads.
    case pcm16
    /// IEEE 754 numbers of 32 bits, which keep every sample.
    case float32
  }

  /// Writes the clip as a WAV file.
  ///
  /// PCM samples are x 32768 rounded to nearest, halves to even, and limited to -32768...32767; NaN becomes 0. So a
  /// clip that was decoded from 16-bit PCM is written back bit by bit. Up to two channels of PCM have the canonical
  /// header of 44 bytes; float has the fact chunk that the format demands; more channels have the extensible form.
  ///
  /// - Parameter format: The kind of number.
  /// - Returns: The bytes of the file.
  /// - Throws: ``AudioError`` if a size exceeds its field: 4 GiB of data, 64 KiB a frame, 4 GiB a second.
  public func wav(_ format: SampleFormat = .pcm16) throws(AudioError) -> [UInt8] {
    let size = format == .pcm16 ? 2 : 4
    let isExtensible = channels > 2
    let formatSize = isExtensible ? 40 : format == .pcm16 ? 16 : 18
    let factSize = format == .pcm16 ? 0 : 12
    let headerSize = 12 + 8 + formatSize + factSize + 8
    let dataSize = samples.count * size
    guard let blockAlign = UInt16(exactly: channels * size),
      let byteRate = UInt32(exactly: channels * size * sampleRate),
      let fileSize = UInt32(exactly: headerSize - 8 + dataSize)
    else {
      throw AudioError(
        kind: .tooLarge,
        message:
          "\(dataSize) bytes in \(channels) channels at \(sampleRate) Hz exceed a field of the WAV header; write "
          + "the clip in parts or with fewer channels.")
    }
    var file = LittleEndianBytes(capacity: headerSize + dataSize)
    let tag: UInt16 = format == .pcm16 ? 1 : 3
    file.append("RIFF", fileSize)
    file.append("WAVE")
    file.append("fmt ", UInt32(formatSize))
    file.append(isExtensible ? 0xFFFE : tag)
    file.append(UInt16(channels))
    file.append(UInt32(sampleRate))
    file.append(byteRate)
    file.append(blockAlign)
    file.append(UInt16(8 * size))
    if isExtensible {
      file.append(UInt16(22))
      file.append(UInt16(8 * size))
      file.append(UInt32(0))
      file.append(tag)
      // The rest of the identifier that stands for the tag of the plain form.
      for byte in [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71] { file.append(UInt8(byte)) }
    } else if format == .float32 {
      file.append(UInt16(0))
    }
    if factSize > 0 {
      file.append("fact", 4)
      // More frames than the field holds cannot be: the data size was checked.
      file.append(UInt32(truncatingIfNeeded: frameCount))
    }
    file.append("data", UInt32(dataSize))
    switch format {
    case .pcm16: for sample in samples { file.append(UInt16(bitPattern: Self.pcm16(sample))) }
    case .float32: for sample in samples { file.append(sample.bitPattern) }
    }
    return file.bytes
  }

  /// The nearest 16-bit sample.
  static func pcm16(_ sample: Float) -> Int16 {
    guard !sample.isNaN else { return 0 }
    return Int16(Swift.min(Swift.max((sample * 32_768).rounded(.toNearestOrEven), -32_768), 32_767))
  }
}

/// Bytes that grow by numbers, least byte first.
private struct LittleEndianBytes {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
  }

  mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  mutating func append(_ id: String, _ size: UInt32) {
    append(id)
    append(size)
  }

  mutating func append<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) {
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
