extension PNGInfo {
  /// Reads the header and walks through the chunks of a whole file without decoding a pixel.
  ///
  /// Found are files that are cut, that have no image data, and chunks whose checksum is wrong; damage that keeps the checksums
  /// right is found only by decoding. Time is that of a checksum over the file. What follows the end (IEND) is ignored.
  ///
  /// - Parameter bytes: The whole file.
  /// - Throws: `PNGError` when the bytes are not a PNG file from its signature to its end.
  public init(checkingFile bytes: [UInt8]) throws(PNGError) {
    var reader = try PNGChunkReader(bytes: bytes)
    try self.init(reader: &reader)
    var hasImageData = false
    while true {
      let chunk = try reader.next()
      if chunk.type == .idat { hasImageData = true }
      if chunk.type == .iend { break }
    }
    guard hasImageData else {
      throw PNGError(kind: .chunkOrder, message: "The file has no image data (IDAT) before its end.")
    }
  }
}
