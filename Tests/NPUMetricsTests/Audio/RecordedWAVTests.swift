internal import Foundation
internal import NPUMetrics
internal import Testing

/// WAV files as services and tools write them, where the environment names a folder that has them.
@Suite("Recorded WAV files")
struct RecordedWAVTests {
  struct Expectations: Decodable {
    struct File: Decodable {
      var file: String
      var bytes: Int
      var durationSeconds: Double?
      var sizes: String?
      var error: String?
    }

    var files: [File]
  }

  static let folder: URL? = ProcessInfo.processInfo.environment["NPUTESTKIT_TEST_DATA"].flatMap { path in
    let url = URL(fileURLWithPath: path).appendingPathComponent("wire")
    return FileManager.default.fileExists(atPath: url.appendingPathComponent("wav-expected.json").path) ? url : nil
  }

  @Test(
    "Every recorded layout has its expected duration or error",
    .enabled(if: folder != nil, "NPUTESTKIT_TEST_DATA names no folder with wire/wav-expected.json"))
  func recorded() throws {
    let folder = try #require(Self.folder)
    let list = try Data(contentsOf: folder.appendingPathComponent("wav-expected.json"))
    let expectations = try JSONDecoder().decode(Expectations.self, from: list).files
    #expect(expectations.count >= 18)
    let kinds: [String: AudioError.Kind] = ["noData": .noData, "notRIFF": .notRIFF, "badFormat": .badFormat]
    for expected in expectations {
      let bytes = try [UInt8](Data(contentsOf: folder.appendingPathComponent(expected.file)))
      #expect(bytes.count == expected.bytes)
      do throws(AudioError) {
        let file = try WAVFile(bytes)
        #expect(file.seconds == expected.durationSeconds, "\(expected.file)")
        #expect(file.dataSize.rawValue == expected.sizes ?? "declared", "\(expected.file)")
        #expect(try file.samples(of: bytes).count == file.frameCount * file.format.channels)
      } catch {
        #expect(error.kind == kinds[expected.error ?? ""], "\(expected.file): \(error)")
      }
    }
  }
}
