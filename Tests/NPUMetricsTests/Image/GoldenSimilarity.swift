internal import Foundation
internal import NPUMetrics
internal import Testing

/// Reference similarities of scikit-image 0.26 and piq 0.8, of images made by formula, read from the fixture.
struct GoldenSimilarity: Decodable, Sendable {
  /// Settings and what scikit-image made of them.
  struct Case: Decodable, Sendable {
    var side: Int
    var gaussian: Bool
    var sigma: Double?
    var sample: Bool
    var k1: Double
    var k2: Double
    var value: Double
    var channels: [Double]
    /// The same of the samples over 255, as doubles.
    var unit_value: Double
    /// The mean of the whole map, and its values in four places.
    var map_mean: Double
    var map_corner: [Double]
    var map_top: [Double]
    var map_last: [Double]
    var map_left: [Double]

    func settings(dataRange: Double) -> StructuralSimilarity {
      StructuralSimilarity(
        window: gaussian ? .gaussian(sigma: sigma ?? .nan) : .uniform(side: side),
        covariance: sample ? .sample : .population, dataRange: dataRange, k1: k1, k2: k2)
    }
  }

  struct Pair: Decodable, Sendable, CustomTestStringConvertible {
    var width: Int
    var height: Int
    var seed: UInt64
    var kind_b: String
    var gray: Bool?
    var cases: [Case]?
    var value: Double?
    var ssim_default_exact: Double?
    var ssim_gaussian: Double?
    var mse: Double?
    var psnr: Double?

    var testDescription: String { "\(width)x\(height) \(kind_b)\(gray == true ? " gray" : "")" }

    var images: (first: PixelImage, second: PixelImage) {
      get throws {
        let channels = gray == true ? 1 : 3
        var first: [UInt8] = []
        var second: [UInt8] = []
        for y in 0..<height {
          for x in 0..<width {
            for c in 0..<channels {
              let t = (5 * x + 3 * y + 40 * c + ((x * y) >> 5) + Int(seed)) & 511
              let a = t < 256 ? t : 511 - t
              let n = Int(Self.mixed(UInt64((y * width + x) * 3 + c) &+ (seed << 32)) >> 56)
              first.append(UInt8(a))
              if let reach = Int(kind_b.dropFirst()) {
                second.append(UInt8(min(max(a + n % (2 * reach + 1) - reach, 0), 255)))
              } else {
                second.append(UInt8(n))
              }
            }
          }
        }
        return (
          try PixelImage(width: width, height: height, channels: channels, samples: first),
          try PixelImage(width: width, height: height, channels: channels, samples: second)
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

  /// Pairs with every setting.
  var pairs: [Pair]
  /// Pairs with their multi-scale similarity.
  var multi_scale: [Pair]
  /// Larger pairs with the usual settings.
  var procedural: [Pair]

  static func load() throws -> GoldenSimilarity {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/image/similarity.json")
    return try JSONDecoder().decode(GoldenSimilarity.self, from: Data(contentsOf: url))
  }
}
