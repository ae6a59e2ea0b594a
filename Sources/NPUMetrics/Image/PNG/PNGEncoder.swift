extension PixelImage {
  /// The image as a PNG file of 8 bits a sample, not interlaced.
  ///
  /// Gray, gray with alpha, RGB and RGBA become colour types 0, 4, 2 and 6. Decoding the file gives the same samples.
  /// The bytes are the same in every run, but may differ between versions of zlib. Time is linear in the samples.
  ///
  /// - Parameters:
  ///   - compressionLevel: 0 stores, 1 is quickest, 9 smallest.
  ///   - filter: How the filter of each row is chosen.
  /// - Returns: The whole file.
  /// - Throws: `PNGError` for a level that zlib does not have, a side above 2147483647, or when memory is out.
  public func pngEncoded(compressionLevel: Int = 6, filter: PNGFilterChoice = .adaptive) throws(PNGError) -> [UInt8] {
    guard (0...9).contains(compressionLevel) else {
      throw PNGError(kind: .invalidOption, message: "Compression level \(compressionLevel) is not within 0...9.")
    }
    guard width <= 0x7FFF_FFFF, height <= 0x7FFF_FFFF else {
      throw PNGError(
        kind: .invalidOption, message: "A PNG of \(width)x\(height) cannot be; each side is at most 2147483647.")
    }
    guard var deflater = DeflateStream(level: compressionLevel) else { throw .noMemoryForCompression }
    var rowFilter = PNGRowFilter(rowBytes: width * channels, distance: channels, choice: filter)
    for row in 0..<height {
      deflater.write(rowFilter.filtered(row: row, of: samples), isLast: row == height - 1)
    }

    let colorType: PNGInfo.ColorType =
      switch channels {
      case 1: .gray
      case 2: .grayAlpha
      case 3: .rgb
      default: .rgba
      }
    var header = PNGChunkWriter.bigEndian(UInt32(width)) + PNGChunkWriter.bigEndian(UInt32(height))
    header += [8, colorType.rawValue, 0, 0, 0]
    var writer = PNGChunkWriter()
    writer.append(.ihdr, header)
    let compressed = deflater.output
    // A chunk holds at most 2^31 - 1 bytes.
    var start = 0
    repeat {
      let end = min(compressed.count, start + 0x4000_0000)
      writer.append(.idat, compressed[start..<end])
      start = end
    } while start < compressed.count
    writer.append(.iend, [])
    return writer.bytes
  }
}

/// Builds a PNG file chunk by chunk.
struct PNGChunkWriter {
  private(set) var bytes = PNGChunkReader.signature

  static func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  mutating func append(_ type: PNGChunk.ChunkType, _ data: some Collection<UInt8>) {
    bytes += Self.bigEndian(UInt32(truncatingIfNeeded: data.count))
    let start = bytes.count
    bytes += type.letters
    bytes += data
    bytes += Self.bigEndian(CRC32.of(bytes.span.extracting(droppingFirst: start)))
  }
}
