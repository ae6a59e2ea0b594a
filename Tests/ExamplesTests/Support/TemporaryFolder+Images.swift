import Foundation
import NPUMetrics

extension TemporaryFolder {
  /// Writes bytes and gives their path.
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: URL(filePath: file(name)))
    return file(name)
  }

  /// Writes an image as a PNG file and gives its path.
  func write(_ image: PixelImage, to name: String) throws -> String {
    try write(try image.pngEncoded(), to: name)
  }

  /// The image of a PNG file.
  func image(_ name: String) throws -> PNGImage {
    try PNGImage(decoding: [UInt8](Data(contentsOf: URL(filePath: file(name)))))
  }
}

/// A pair of images made by formula, one of them disturbed, whose similarities scikit-image and piq have computed.
struct ImagePair {
  var width: Int
  var height: Int
  var seed: Int
  /// The most by which a sample of the second image differs.
  var reach: Int

  var images: (first: PixelImage, second: PixelImage) {
    get throws {
      var first: [UInt8] = []
      var second: [UInt8] = []
      for y in 0..<height {
        for x in 0..<width {
          for channel in 0..<3 {
            let ramp = (5 * x + 3 * y + 40 * channel + ((x * y) >> 5) + seed) & 511
            let sample = ramp < 256 ? ramp : 511 - ramp
            let noise = Int(Self.mixed(UInt64((y * width + x) * 3 + channel) &+ UInt64(seed) << 32) >> 56)
            first.append(UInt8(sample))
            second.append(UInt8(min(max(sample + noise % (2 * reach + 1) - reach, 0), 255)))
          }
        }
      }
      return (
        try PixelImage(width: width, height: height, channels: 3, samples: first),
        try PixelImage(width: width, height: height, channels: 3, samples: second)
      )
    }
  }

  private static func mixed(_ index: UInt64) -> UInt64 {
    var z = index &* 0x9E37_79B9_7F4A_7C15 &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
