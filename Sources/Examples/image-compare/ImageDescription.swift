import NPUDigest
import NPUMetrics

/// What is said of one image.
struct ImageDescription: Encodable {
  let width: Int
  let height: Int
  let bitDepth: Int
  /// The number in the file: 0 gray, 2 RGB, 3 palette, 4 gray with alpha, 6 RGBA.
  let colorType: UInt8
  let interlaced: Bool
  /// SHA-256 of red, green, blue and alpha of every pixel in 8 bits, row by row: equal for equal images.
  let sha256RGBA8: String

  private enum CodingKeys: String, CodingKey {
    case width, height
    case bitDepth = "bit_depth"
    case colorType = "color_type"
    case interlaced
    case sha256RGBA8 = "sha256_rgba8"
  }

  init(_ image: PNGImage) {
    width = image.info.width
    height = image.info.height
    bitDepth = image.info.bitDepth
    colorType = image.info.colorType.rawValue
    interlaced = image.info.isInterlaced
    sha256RGBA8 = ContentDigest.text(of: image.pixels.rgba.samples)
  }

  /// A few lines for people.
  var text: String {
    """
    size        \(width)x\(height)
    bit depth   \(bitDepth)
    color type  \(colorType)
    interlaced  \(interlaced ? "yes" : "no")
    SHA-256     \(sha256RGBA8) of the pixels as RGBA8
    """
  }
}
