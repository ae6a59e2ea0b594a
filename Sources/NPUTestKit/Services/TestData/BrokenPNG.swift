public import NPUMetrics

/// Ways in which an image file can be broken, each of which a service must refuse without falling over.
///
/// No reader of PNG that checks its input takes any of them.
public enum BrokenPNG: String, Sendable, Hashable, CaseIterable {
  /// No byte at all.
  case empty
  /// The file ends within its header.
  case cutInHeader = "cut_in_header"
  /// The file ends in the middle of its pixels.
  case cutInPixels = "cut_in_pixels"
  /// Random bytes from the first on.
  case randomBytes = "random_bytes"
  /// Random bytes behind a right signature.
  case randomAfterSignature = "random_after_signature"
  /// A byte of the pixels is changed, and the checksum is not.
  case wrongChecksum = "wrong_checksum"
  /// A width of 0.
  case zeroWidth = "zero_width"
  /// A header that promises 2147483647 by 2147483647 pixels: a service that trusts it runs out of memory.
  case hugeSize = "huge_size"
  /// The pixels are no compressed data.
  case damagedPixels = "damaged_pixels"
  /// Text in place of an image.
  case text

  /// The file.
  ///
  /// - Parameters:
  ///   - image: The image before it was broken; nil for a gradient of 64x64.
  ///   - seed: What random bytes follow from.
  /// - Returns: The bytes.
  /// - Throws: `PNGError` when memory is out.
  public func bytes(of image: TestImage? = nil, seed: UInt64 = 1) throws(PNGError) -> [UInt8] {
    let whole = try Self.wholeFile(of: image)
    var generator = SeededGenerator(seed: seed)
    switch self {
    case .empty: return []
    case .cutInHeader: return Array(whole.prefix(20))
    case .cutInPixels: return Array(whole.prefix(Self.pixels + (whole.count - Self.pixels) / 2))
    // No format begins with a byte of 0 that an image service reads by mistake.
    case .randomBytes: return [0] + generator.bytes(1023)
    case .randomAfterSignature: return whole.prefix(8) + generator.bytes(1016)
    case .wrongChecksum: return whole.enumerated().map { $0.offset == Self.pixels + 4 ? ~$0.element : $0.element }
    case .zeroWidth: return Self.file(whole, width: 0, height: 64)
    case .hugeSize: return Self.file(whole, width: 0x7FFF_FFFF, height: 0x7FFF_FFFF)
    case .damagedPixels: return Self.file(whole, pixels: generator.bytes(256))
    case .text: return Array("This is not an image.\n".utf8)
    }
  }

  /// The file before it is broken.
  static func wholeFile(of image: TestImage?) throws(PNGError) -> [UInt8] {
    if let image { return try image.png() }
    return try Self.image.png()
  }

  /// Where the compressed pixels begin: behind the signature, the header and the name of their chunk.
  private static let pixels = 8 + 25 + 8

  private static let image: TestImage = {
    var samples: [UInt8] = []
    for y in UInt8(0)..<64 {
      for x in UInt8(0)..<64 { samples += [4 * x, 4 * y, 128] }
    }
    guard let pixels = try? PixelImage(width: 64, height: 64, channels: 3, samples: samples) else {
      preconditionFailure("64 by 64 pixels of three samples are an image.")
    }
    return TestImage(pixels: pixels)
  }()

  /// The file with another size in its header, its checksum made right.
  private static func file(_ whole: [UInt8], width: UInt32, height: UInt32) -> [UInt8] {
    let body = Array("IHDR".utf8) + bigEndian(width) + bigEndian(height) + whole[24..<29]
    return whole.prefix(12) + body + bigEndian(CRC32.of(body.span)) + whole[33...]
  }

  /// The file with other compressed pixels, their checksum made right.
  private static func file(_ whole: [UInt8], pixels: [UInt8]) -> [UInt8] {
    let body = Array("IDAT".utf8) + pixels
    let chunk = bigEndian(UInt32(pixels.count)) + body + bigEndian(CRC32.of(body.span))
    return whole.prefix(33) + chunk + whole.suffix(12)
  }

  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
