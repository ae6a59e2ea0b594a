/// Builds WAV files, right and wrong ones, for tests.
struct WAVBuilder {
  var container = "RIFF"
  var containerSize: UInt32?
  private(set) var chunks: [UInt8] = []

  init(container: String = "RIFF", containerSize: UInt32? = nil) {
    self.container = container
    self.containerSize = containerSize
  }

  var bytes: [UInt8] {
    let size = containerSize ?? UInt32(chunks.count + 4)
    return Array(container.utf8) + Self.little(size) + Array("WAVE".utf8) + chunks
  }

  static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    stride(from: 0, to: Number.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: number >> Number($0)) }
  }

  /// Adds a chunk; odd ones are padded unless told otherwise.
  func chunk(_ id: String, _ body: [UInt8], size: UInt32? = nil, padded: Bool = true) -> WAVBuilder {
    var copy = self
    copy.chunks += Array(id.utf8) + Self.little(size ?? UInt32(body.count)) + body
    if padded, body.count % 2 == 1 { copy.chunks.append(0) }
    return copy
  }

  /// Adds a format chunk; sizes are computed unless given.
  func format(
    tag: UInt16 = 1, channels: UInt16 = 1, rate: UInt32 = 16_000, bits: UInt16 = 16, blockAlign: UInt16? = nil,
    byteRate: UInt32? = nil, extra: [UInt8] = []
  ) -> WAVBuilder {
    let align = blockAlign ?? channels &* ((bits &+ 7) / 8)
    let body =
      Self.little(tag) + Self.little(channels) + Self.little(rate)
      + Self.little(byteRate ?? rate &* UInt32(align)) + Self.little(align) + Self.little(bits)
    return chunk("fmt ", body + extra)
  }

  /// Adds the extensible form of a format.
  func extensible(
    subFormat: UInt16, channels: UInt16, bits: UInt16, validBits: UInt16, mask: UInt32 = 3
  ) -> WAVBuilder {
    let identifier = Self.little(subFormat) + [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
    return format(
      tag: 0xFFFE, channels: channels, bits: bits,
      extra: Self.little(UInt16(22)) + Self.little(validBits) + Self.little(mask) + identifier)
  }

  /// Samples of 16 bits that are not all zero and look like no chunk.
  static func pcm(_ frames: Int) -> [UInt8] {
    (0..<frames).flatMap { little(Int16(truncatingIfNeeded: $0 &* 7919 &+ 1)) }
  }
}
