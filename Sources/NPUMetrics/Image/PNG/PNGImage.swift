/// A decoded PNG file: its header, its pixels, and what was wrong with it.
///
/// The samples are the numbers of the file: gamma, colour profiles, significant bits and background colours are left
/// alone, and alpha is not multiplied in. Transparency that the file expresses by a palette entry or a key colour
/// becomes an alpha channel.
///
/// Time is linear in the pixels, and the memory that of the samples at the depth of the file; conversions to other
/// depths and channels are made when they are asked for. Reference: W3C, Portable Network Graphics (PNG) Specification,
/// third edition. Verdicts on damaged files are those of libpng 1.6.39 with three exceptions: damage of the compressed
/// stream behind the last pixel is always an error, data beyond the last row is not read to its end, and nothing may
/// precede IHDR.
public struct PNGImage: Sendable {
  /// The header.
  public let info: PNGInfo
  /// What was wrong without harm to the pixels, in the order of the file.
  public let warnings: [PNGWarning]

  let palette: PNGPalette
  /// The rows as the file has them: 16 bits big-endian, less than 8 packed from the high bit.
  let packedSamples: [UInt8]

  init(info: PNGInfo, warnings: [PNGWarning], palette: PNGPalette, packedSamples: [UInt8]) {
    self.info = info
    self.warnings = warnings
    self.palette = palette
    self.packedSamples = packedSamples
  }

  /// Decodes a file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file. What follows its end (IEND) is ignored.
  ///   - limits: How large an image is taken.
  /// - Throws: `PNGError` when the bytes are no PNG, are damaged where it matters, or exceed the limits. Hostile bytes
  ///   can neither trap nor use more memory than the limits allow.
  public init(decoding bytes: [UInt8], limits: PNGLimits = .default) throws(PNGError) {
    self = try PNGDecoder.decode(bytes, limits: limits)
  }
}

extension PNGImage {
  /// The channels of the image once palette and transparency are resolved, 1 to 4.
  public var channels: Int {
    switch info.colorType {
    case .gray: palette.hasTransparency ? 2 : 1
    case .grayAlpha: 2
    case .rgb, .palette: palette.hasTransparency ? 4 : 3
    case .rgba: 4
    }
  }
}

/// Something wrong in a PNG file that does not keep its pixels from being decoded.
public struct PNGWarning: Sendable, Hashable, CustomStringConvertible {
  /// What was wrong and what was done about it.
  public var message: String
  /// Where in the bytes it was found, counted from 0.
  public var offset: Int

  /// Creates a warning.
  public init(message: String, offset: Int) {
    self.message = message
    self.offset = offset
  }

  /// The message and the place.
  public var description: String { "\(message) (at byte \(offset))" }
}
