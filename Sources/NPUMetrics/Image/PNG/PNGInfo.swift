/// What the header of a PNG file says of its image.
public struct PNGInfo: Sendable, Hashable {
  /// What the samples of a pixel mean; the raw value is the number in the file.
  public enum ColorType: UInt8, Sendable, Hashable, CaseIterable {
    /// One sample of brightness.
    case gray = 0
    /// Red, green, blue.
    case rgb = 2
    /// One index into the palette.
    case palette = 3
    /// Brightness and alpha.
    case grayAlpha = 4
    /// Red, green, blue, alpha.
    case rgba = 6

    /// The samples in a pixel as they stand in the file; an index is one.
    package var samplesPerPixel: Int {
      switch self {
      case .gray, .palette: 1
      case .grayAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    }

    /// The bits a sample may have.
    package var allowedBitDepths: [Int] {
      switch self {
      case .gray: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .rgb, .grayAlpha, .rgba: [8, 16]
      }
    }
  }

  /// Pixels in a row, 1 to 2147483647.
  public let width: Int
  /// Rows, 1 to 2147483647.
  public let height: Int
  /// Bits of a sample or of an index: 1, 2, 4, 8 or 16.
  public let bitDepth: Int
  /// What the samples of a pixel mean.
  public let colorType: ColorType
  /// Whether the rows come in the seven passes of Adam7.
  public let isInterlaced: Bool

  /// Reads the header alone; nothing behind it is looked at.
  ///
  /// - Parameter bytes: The file from its first byte; 33 bytes are enough.
  /// - Throws: `PNGError` when the bytes are not the beginning of a legal PNG file.
  public init(decoding bytes: [UInt8]) throws(PNGError) {
    var reader = try PNGChunkReader(bytes: bytes)
    try self.init(reader: &reader)
  }
}

extension PNGInfo {
  /// Where the width stands in a file.
  static let sizeOffset = 16

  /// The bits of a pixel in the file, 1 to 64.
  var bitsPerPixel: Int { bitDepth * colorType.samplesPerPixel }

  /// The bytes from a sample to the one that filters call left; 1 for pixels smaller than a byte.
  var filterDistance: Int { max(1, bitsPerPixel / 8) }

  /// The bytes of a row of so many pixels, the last one filled up.
  ///
  /// No overflow is possible: a width is below 2^31, and a pixel has at most 64 bits.
  func rowBytes(width: Int) -> Int { (width * bitsPerPixel + 7) / 8 }

  /// Reads the first chunk, which must be the header.
  init(reader: inout PNGChunkReader) throws(PNGError) {
    let chunk = try reader.next()
    guard chunk.type == .ihdr else {
      throw PNGError(
        kind: .chunkOrder, message: "The first chunk is \(chunk.type), not IHDR.", offset: chunk.offset)
    }
    guard chunk.data.count == 13 else {
      throw PNGError(
        kind: .invalidChunk, message: "IHDR has \(chunk.data.count) bytes; it must have 13.", offset: chunk.offset)
    }
    let start = chunk.data.lowerBound
    let width = reader.unsigned32(at: start)
    let height = reader.unsigned32(at: start + 4)
    guard (1...0x7FFF_FFFF).contains(width), (1...0x7FFF_FFFF).contains(height) else {
      throw PNGError(
        kind: .invalidHeader, message: "The size is \(width)x\(height); each side must be 1 to 2147483647.",
        offset: start)
    }
    let depth = Int(reader.bytes[start + 8])
    let typeNumber = reader.bytes[start + 9]
    guard let type = ColorType(rawValue: typeNumber) else {
      throw PNGError(
        kind: .invalidHeader, message: "Colour type \(typeNumber) does not exist; it is 0, 2, 3, 4 or 6.",
        offset: start + 9)
    }
    guard type.allowedBitDepths.contains(depth) else {
      let allowed = type.allowedBitDepths.map(String.init).joined(separator: ", ")
      throw PNGError(
        kind: .invalidHeader,
        message: "Bit depth \(depth) is not allowed with colour type \(typeNumber), which has \(allowed).",
        offset: start + 8)
    }
    for (index, name) in [(10, "compression"), (11, "filter")] where reader.bytes[start + index] != 0 {
      throw PNGError(
        kind: .invalidHeader, message: "The \(name) method is \(reader.bytes[start + index]); only 0 exists.",
        offset: start + index)
    }
    let interlace = reader.bytes[start + 12]
    guard interlace <= 1 else {
      throw PNGError(
        kind: .invalidHeader, message: "The interlace method is \(interlace); it is 0 or 1.", offset: start + 12)
    }
    self.width = Int(width)
    self.height = Int(height)
    self.bitDepth = depth
    self.colorType = type
    self.isInterlaced = interlace == 1
  }
}

extension PNGInfo {
  /// Reads the header and walks through the chunks of a whole file without decoding a pixel.
  ///
  /// Found are files that are cut, that have no image data, and chunks whose checksum is wrong; damage that keeps the
  /// checksums right is found only by decoding. Time is that of a checksum over the file. What follows the end (IEND)
  /// is ignored.
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
