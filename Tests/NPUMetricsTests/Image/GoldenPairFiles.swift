internal import Foundation
internal import NPUMetrics
internal import Testing

/// The reference pairs that are PNG files, with what scikit-image and piq made of them; outside of the package.
struct GoldenPairFiles: Sendable {
  /// What the peers made of one pair; nil where they refused it.
  struct Pair: Sendable, CustomTestStringConvertible {
    var id: String
    var first: URL
    var second: URL
    var width: Int
    /// The numbers of the reference by their names; refusals are left out.
    var numbers: [String: Double]
    var channels: [String: [Double]]
    /// The texts of the reference by their names, such as the hashes of the samples.
    var texts: [String: String]

    var testDescription: String { id }

    var images: (first: PixelImage, second: PixelImage) {
      get throws {
        let first = try PNGImage(decoding: [UInt8](Data(contentsOf: first)))
        let second = try PNGImage(decoding: [UInt8](Data(contentsOf: second)))
        return (first.pixels.rgb, second.pixels.rgb)
      }
    }
  }

  /// The folder of the references, if there is one.
  static let folder: URL? = {
    guard let data = ProcessInfo.processInfo.environment["NPUTESTKIT_TEST_DATA"] else { return nil }
    let folder = URL(fileURLWithPath: data).appendingPathComponent("golden/ssim")
    return FileManager.default.fileExists(atPath: folder.appendingPathComponent("ssim.json").path) ? folder : nil
  }()

  /// All pairs; without optimisation only those that do not take minutes.
  static let pairs: [Pair] = {
    var isOptimised = true
    assert(
      {
        isOptimised = false
        return true
      }())
    let all = (try? load()) ?? []
    return isOptimised ? all : all.filter { $0.width <= 256 }
  }()

  static func load() throws -> [Pair] {
    guard let folder else { return [] }
    let objects = try pairs(of: folder.appendingPathComponent("ssim.json"))
    let scales = try pairs(of: folder.appendingPathComponent("msssim.json"))
    return try objects.map { object in
      let id = try #require(object["id"]?.text)
      var numbers = object.compactMapValues(\.number)
      if let psnr = object["psnr"]?.text { numbers["psnr"] = Double(psnr) }
      let scaled = scales.first { $0["id"]?.text == id } ?? [:]
      numbers["multi_scale"] = scaled["piq_ms_ssim"]?.number
      for name in ["pytorch_msssim_ms_ssim", "piq_ssim_nodownsample"] { numbers[name] = scaled[name]?.number }
      return Pair(
        id: id, first: folder.appendingPathComponent(try #require(object["a"]?.text)),
        second: folder.appendingPathComponent(try #require(object["b"]?.text)),
        width: Int(try #require(numbers["width"])), numbers: numbers, channels: object.compactMapValues(\.list),
        texts: object.compactMapValues(\.text))
    }
  }

  private static func pairs(of file: URL) throws -> [[String: Value]] {
    try JSONDecoder().decode(Root.self, from: Data(contentsOf: file)).pairs
  }

  private struct Root: Decodable {
    var pairs: [[String: Value]]
  }

  /// A value of a pair.
  ///
  /// JSONSerialization would do, but its numbers are off by a last bit now and then.
  private struct Value: Decodable {
    var number: Double?
    var text: String?
    var list: [Double]?

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      number = try? container.decode(Double.self)
      text = try? container.decode(String.self)
      list = try? container.decode([Double].self)
    }
  }
}
