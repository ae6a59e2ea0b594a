internal import Foundation

/// The reference verdicts and pixels of libpng 1.6.39.
struct GoldenPNG: Decodable {
  struct File: Decodable, CustomStringConvertible, Sendable {
    var file: String
    var note: String?
    var width: Int?
    var height: Int?
    var bit_depth: Int?
    var color_type: UInt8?
    var interlace: Int?
    var libpng: String
    var libpng_error: String?
    var libpng_warnings: String?
    var rgba8_sha256: String?
    /// With 16 bits cut instead of rounded; only where that differs.
    var rgba8_chop_sha256: String?
    var rgba16be_sha256: String?

    var description: String { file + (note.map { ": " + $0 } ?? "") }
    var isLegal: Bool { libpng == "ok" }
  }

  var made: [File]
  var pngsuite: [File]?

  /// The files that the package carries, and what they must give.
  static let fixtures = Bundle.module.bundleURL.appendingPathComponent("Fixtures/png")

  /// The folder of the larger set, where the environment names one.
  static let external: URL? = ProcessInfo.processInfo.environment["NPUTESTKIT_TEST_DATA"].map {
    URL(fileURLWithPath: $0).appendingPathComponent("golden/png")
  }

  static func load(from folder: URL) throws -> GoldenPNG {
    try JSONDecoder().decode(
      GoldenPNG.self, from: Data(contentsOf: folder.appendingPathComponent("png.json")))
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: fixtures.appendingPathComponent("made/\(name)")))
  }

  /// The hand-made files; none can be read when the fixtures are missing, which a test looks at.
  static let made: [File] = (try? load(from: fixtures).made) ?? []

  /// The files of PngSuite, which are not part of the package.
  static let pngSuite: [File] = external.flatMap { try? load(from: $0).pngsuite } ?? []
}
