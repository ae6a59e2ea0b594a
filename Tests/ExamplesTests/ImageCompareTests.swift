import Foundation
import NPUMetrics
import NPUTestKit
import Testing

@Suite("image-compare")
struct ImageCompareTests {
  static let keys: Set<String> = ["width", "height", "ssim", "ssim_gaussian", "ms_ssim", "psnr", "mse"]

  @Test("Its figures are those of scikit-image, and null where they are not defined")
  func golden() async throws {
    let folder = try TemporaryFolder()
    let (first, second) = try ImagePair(width: 64, height: 48, seed: 1, reach: 8).images
    let ending = try await Example.run(
      "image-compare", [folder.write(first, to: "a.png"), folder.write(second, to: "b.png"), "--json"])
    #expect(ending.status == 0, "\(ending.errors)")
    let json = try ending.json()
    #expect(Set(try #require(json.object).keys) == Self.keys)
    #expect(json["width"] == .int(64) && json["height"] == .int(48))
    try expect(json["ssim"], 0.9446923653202622)
    try expect(json["ssim_gaussian"], 0.9184996507772976)
    try expect(json["mse"], 23.81467013888889)
    try expect(json["psnr"], 34.36235790466553)
    #expect(json["ms_ssim"] == .null)
  }

  @Test("Its MS-SSIM is that of piq")
  func multiScale() async throws {
    let folder = try TemporaryFolder()
    let (first, second) = try ImagePair(width: 176, height: 163, seed: 22, reach: 60).images
    let ending = try await Example.run(
      "image-compare", [folder.write(first, to: "a.png"), folder.write(second, to: "b.png"), "--json"])
    try expect(ending.json()["ms_ssim"], 0.8801761960130001)
  }

  private func expect(
    _ value: JSONValue?, _ golden: Double, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let number = try #require(value?.number, sourceLocation: location)
    #expect((number - golden).magnitude <= 1e-12 * max(1, golden), sourceLocation: location)
  }

  @Test("Equal images are alike, and their PSNR is no number")
  func equal() async throws {
    let folder = try TemporaryFolder()
    let image = try ImagePair(width: 170, height: 165, seed: 3, reach: 0).images.first
    let path = try folder.write(image, to: "a.png")
    let json = try await Example.run("image-compare", [path, path, "--json"]).json()
    for key in ["ssim", "ssim_gaussian", "ms_ssim"] { #expect(json[key]?.number == 1) }
    #expect(json["mse"]?.number == 0)
    #expect(json["psnr"] == .null)
    let text = try await Example.run("image-compare", [path, path])
    #expect(text.status == 0)
    #expect(text.output.contains("consistent") && text.output.contains("infinite"))
  }

  @Test("An image smaller than every window still has an error and a size", arguments: [(6, 6), (100, 6), (1, 1)])
  func tiny(width: Int, height: Int) async throws {
    let folder = try TemporaryFolder()
    let (first, second) = try ImagePair(width: width, height: height, seed: 4, reach: 90).images
    let ending = try await Example.run(
      "image-compare", [folder.write(first, to: "a.png"), folder.write(second, to: "b.png"), "--json"])
    #expect(ending.status == 0, "\(ending.errors)")
    let json = try ending.json()
    for key in ["ssim", "ssim_gaussian", "ms_ssim"] { #expect(json[key] == .null) }
    #expect(try #require(json["mse"]?.number) > 0 && json["psnr"]?.number != nil)
  }

  @Test("Alpha is dropped, and gray counts as three equal channels")
  func channels() async throws {
    let folder = try TemporaryFolder()
    let gray = (0..<30 * 20).map { UInt8($0 * 7 & 255) }
    let plain = try PixelImage(width: 30, height: 20, channels: 1, samples: gray)
    let clear = try PixelImage(
      width: 30, height: 20, channels: 4, samples: gray.flatMap { [$0, $0, $0, 255 - $0] })
    let ending = try await Example.run(
      "image-compare", [folder.write(plain, to: "a.png"), folder.write(clear, to: "b.png"), "--json"])
    #expect(try ending.json()["ssim"]?.number == 1)
    #expect(try ending.json()["mse"]?.number == 0)
  }

  @Test("--info describes a file: header, and SHA-256 of the pixels as RGBA")
  func info() async throws {
    let folder = try TemporaryFolder()
    let image = try PixelImage(width: 2, height: 1, channels: 3, samples: [255, 0, 0, 0, 0, 255])
    let ending = try await Example.run("image-compare", ["--info", folder.write(image, to: "a.png"), "--json"])
    #expect(ending.status == 0, "\(ending.errors)")
    let golden: JSONValue = .object([
      "width": .int(2), "height": .int(1), "bit_depth": .int(8), "color_type": .int(2), "interlaced": .bool(false),
      // printf '\377\000\000\377\000\000\377\377' | sha256sum
      "sha256_rgba8": .string("e0b8f3a91e53b2aee7be9493043f0d54efa0b1d7bfa018ea8f192295a7229836"),
    ])
    #expect(try ending.json() == golden)
    let text = try await Example.run("image-compare", ["--info", folder.file("a.png")])
    #expect(text.status == 0 && text.output.contains("2x1"))
  }

  @Test("--info sees palette, bit depth, interlace and transparency of a file of another encoder")
  func foreignInfo() async throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let path = root.appending(path: "NPUMetricsTests/Fixtures/png/made/v_adam7_d16_c6_5x6.png").path
    let json = try await Example.run("image-compare", ["--info", path, "--json"]).json()
    #expect(json["bit_depth"] == .int(16) && json["color_type"] == .int(6))
    #expect(json["width"] == .int(5) && json["height"] == .int(6) && json["interlaced"] == .bool(true))
    // The reference hash of libpng, 16 bits reduced by rounding.
    #expect(json["sha256_rgba8"] == .string("ed3f0e2c0a29cc536ae07a05656c1b692c51b153c23a15c41ce29f7f06a4c46d"))
  }

  @Test("--heatmap paints where they differ, and black where they are alike")
  func heatmap() async throws {
    let folder = try TemporaryFolder()
    let white = try PixelImage(width: 40, height: 30, channels: 3, samples: Array(repeating: 255, count: 3600))
    var samples = white.samples
    for y in 0..<6 { for x in 0..<18 { samples[y * 120 + x] = 0 } }
    let marked = try PixelImage(width: 40, height: 30, channels: 3, samples: samples)
    let ending = try await Example.run(
      "image-compare",
      [
        folder.write(white, to: "a.png"), folder.write(marked, to: "b.png"), "--heatmap", folder.file("h.png"),
        "--json",
      ])
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(Set(try #require(ending.json().object).keys) == Self.keys)
    let map = try folder.image("h.png").pixels
    #expect(map.width == 40 && map.height == 30 && map.channels == 3)
    #expect(map.samples[0] > 128, "the changed corner is red")
    #expect(map.samples.suffix(3) == [0, 0, 0], "the far corner is black")
  }

  @Test("A file that is no valid PNG gives an error object, status 2, and no figure", arguments: Broken.allCases)
  func broken(_ kind: Broken) async throws {
    let folder = try TemporaryFolder()
    let good = try ImagePair(width: 20, height: 20, seed: 5, reach: 0).images.first
    let goodPath = try folder.write(good, to: "good.png")
    let path = try folder.write(kind.bytes(try good.pngEncoded()), to: "bad.png")
    for arguments in [[goodPath, path], [path, goodPath], ["--info", path]] {
      let ending = try await Example.run("image-compare", arguments + ["--json"])
      #expect(ending.status == 2 && !ending.wasKilled)
      let json = try ending.json()
      #expect(json.object?.count == 1)
      #expect(json["error"]?["kind"] == .string(kind.rawValue))
      #expect(json["error"]?["message"]?.string?.contains(path) == true)
      #expect(ending.errors.hasPrefix("image-compare: \(path)"))
      let text = try await Example.run("image-compare", arguments)
      #expect(text.status == 2 && text.output.isEmpty && !text.errors.isEmpty)
    }
  }

  /// Ways to spoil a file, by the cause that is to be named.
  enum Broken: String, CaseIterable {
    case truncated
    case notPNG = "not_png"
    case unsupportedFormat = "unsupported_format"
    case checksumMismatch = "checksum_mismatch"

    func bytes(_ good: [UInt8]) -> [UInt8] {
      switch self {
      case .truncated: Array(good.prefix(good.count / 2))
      case .notPNG: Array("{\"error\": \"out of memory\"}".utf8)
      case .unsupportedFormat: [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 0, count: 40)
      // Byte 20 is the last of the width and height, which the checksum of the header covers.
      case .checksumMismatch: good.enumerated().map { $0.offset == 20 ? $0.element ^ 1 : $0.element }
      }
    }
  }

  @Test("An empty file, a missing file and a folder are errors with status 2")
  func unreadable() async throws {
    let folder = try TemporaryFolder()
    let empty = try folder.write([UInt8](), to: "empty.png")
    let endings = [
      (empty, "truncated"), (folder.file("none.png"), "unreadable_file"), (folder.path, "unreadable_file"),
    ]
    for (path, kind) in endings {
      let ending = try await Example.run("image-compare", ["--info", path, "--json"])
      #expect(ending.status == 2 && !ending.wasKilled)
      #expect(try ending.json()["error"]?["kind"] == .string(kind), "\(ending.output)")
    }
  }

  @Test("Images of different sizes are an error that names both")
  func sizes() async throws {
    let folder = try TemporaryFolder()
    let first = try ImagePair(width: 31, height: 17, seed: 6, reach: 0).images.first
    let second = try ImagePair(width: 17, height: 31, seed: 6, reach: 0).images.first
    let ending = try await Example.run(
      "image-compare", [folder.write(first, to: "a.png"), folder.write(second, to: "b.png"), "--json"])
    #expect(ending.status == 2)
    let error = try #require(try ending.json()["error"])
    #expect(error["kind"] == .string("shape_mismatch"))
    let message = try #require(error["message"]?.string)
    #expect(message.contains("31x17") && message.contains("17x31"), "\(message)")
  }

  @Test("A heat map that cannot be made or written is an error")
  func heatmapErrors() async throws {
    let folder = try TemporaryFolder()
    let good = try folder.write(try ImagePair(width: 20, height: 20, seed: 7, reach: 0).images.first, to: "a.png")
    let tiny = try folder.write(try ImagePair(width: 5, height: 5, seed: 7, reach: 0).images.first, to: "t.png")
    let runs = [(good, folder.file("no/h.png"), "unwritable_file"), (tiny, folder.file("h.png"), "image_too_small")]
    for (path, map, kind) in runs {
      let ending = try await Example.run("image-compare", [path, path, "--heatmap", map, "--json"])
      #expect(ending.status == 2)
      #expect(try ending.json()["error"]?["kind"] == .string(kind), "\(ending.output)")
      #expect(!FileManager.default.fileExists(atPath: map))
    }
  }

  @Test(
    "A command line that says nothing, or two things, is refused",
    arguments: [["a.png"], ["--info", "a.png", "b.png"], ["--info", "a.png", "--heatmap", "h.png"]])
  func refusals(arguments: [String]) async throws {
    let ending = try await Example.run("image-compare", arguments)
    #expect(ending.status != 0 && !ending.wasKilled)
    #expect(ending.output.isEmpty && ending.errors.contains("Usage"))
  }
}
