/// What the chunks before the image data say about colours: the palette and what is transparent.
struct PNGPalette: Sendable {
  /// Red, green and blue of each entry, one after the other; empty without a palette.
  var colors: [UInt8] = []
  /// Alpha of the first entries; the others are opaque.
  var alphas: [UInt8] = []
  /// The sample of gray, or the three of colour, that mean transparent.
  var key: [UInt16]?
  /// Whether a palette chunk was there, even one that means nothing.
  private(set) var hasSeenPalette = false
  private var hasSeenTransparency = false

  /// The number of entries.
  var count: Int { colors.count / 3 }

  /// Whether some pixel may be transparent by other means than an alpha sample.
  var hasTransparency: Bool { key != nil || !alphas.isEmpty }

  /// Takes a PLTE chunk from before the image data.
  mutating func readPalette(
    _ chunk: PNGChunk, of reader: PNGChunkReader, info: PNGInfo
  ) throws(PNGError) -> PNGWarning? {
    guard !hasSeenPalette else {
      throw PNGError(kind: .chunkOrder, message: "There is a second PLTE.", offset: chunk.offset)
    }
    hasSeenPalette = true
    guard info.colorType != .gray, info.colorType != .grayAlpha else {
      return PNGWarning(message: "PLTE was ignored: a gray image has no palette.", offset: chunk.offset)
    }
    let length = chunk.data.count
    guard length <= 768, length % 3 == 0 else {
      guard info.colorType == .palette else {
        return PNGWarning(message: "PLTE was ignored: \(length) bytes are no colours.", offset: chunk.offset)
      }
      throw PNGError(
        kind: .invalidPalette, message: "PLTE has \(length) bytes; it must have 3 for each of 1 to 256 colours.",
        offset: chunk.offset)
    }
    guard length > 0 else {
      throw PNGError(kind: .invalidPalette, message: "PLTE is empty.", offset: chunk.offset)
    }
    if info.colorType == .palette {
      // Entries that no index of this depth can reach are cut off, and tRNS is measured against what is left.
      colors = Array(reader.bytes[chunk.data].prefix(3 << info.bitDepth))
    }
    guard hasTransparency else { return nil }
    key = nil
    alphas = []
    return PNGWarning(message: "tRNS was ignored: it must stand after PLTE.", offset: chunk.offset)
  }

  /// Takes a tRNS chunk from before the image data; whatever is wrong with it, the image can do without.
  mutating func readTransparency(_ chunk: PNGChunk, of reader: PNGChunkReader, info: PNGInfo) -> PNGWarning? {
    func ignored(_ reason: String) -> PNGWarning {
      PNGWarning(message: "tRNS was ignored: \(reason).", offset: chunk.offset)
    }
    guard chunk.isIntact else { return ignored("its checksum does not match") }
    guard !hasSeenTransparency else { return ignored("there was one before") }
    let length = chunk.data.count
    switch info.colorType {
    case .gray, .rgb:
      let samples = info.colorType.samplesPerPixel
      guard length == 2 * samples else { return ignored("it has \(length) bytes instead of \(2 * samples)") }
      let stored = (0..<samples).map { reader.unsigned16(at: chunk.data.lowerBound + 2 * $0) }
      let mask = UInt16(truncatingIfNeeded: (1 << info.bitDepth) - 1)
      key = stored.map { $0 & mask }
      hasSeenTransparency = true
      guard stored != key else { return nil }
      return PNGWarning(
        message: "tRNS holds samples above \(mask); only their lowest \(info.bitDepth) bits were used.",
        offset: chunk.offset)
    case .palette:
      guard hasSeenPalette else { return ignored("it stands before PLTE") }
      guard length >= 1, length <= count else { return ignored("it has \(length) entries for \(count) colours") }
      alphas = Array(reader.bytes[chunk.data])
      hasSeenTransparency = true
      return nil
    case .grayAlpha, .rgba:
      return ignored("the image has an alpha channel")
    }
  }
}
