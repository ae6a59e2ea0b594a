internal import Foundation
internal import Testing

@testable internal import NPUMetrics

/// Whisper's own table of spellings, where the environment names a folder that has it.
@Suite("Spelling")
struct SpellingTableTests {
  static let file: URL? = ProcessInfo.processInfo.environment["NPUTESTKIT_TEST_DATA"].flatMap { path in
    let url = URL(fileURLWithPath: path).appendingPathComponent("golden/text/whisper_english_spelling.json")
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
  }

  @Test(
    "Every word of Whisper's table has its American spelling",
    .enabled(if: file != nil, "NPUTESTKIT_TEST_DATA names no folder with golden/text"))
  func table() throws {
    let table = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: #require(Self.file)))
    #expect(table.count == 1739)
    // One entry is two words with a stroke between them, which no single word can be: Whisper does not find it either.
    for (british, american) in table where !british.contains(" ") {
      let found = WhisperSpelling.shared.standardize(ScalarText.scalars(of: british))
      #expect(found == ScalarText.scalars(of: american), "\(british)")
    }
  }

  @Test("A word of the table is replaced whole, and no other word is touched")
  func words() {
    func standardize(_ text: String) -> String {
      var result = String.UnicodeScalarView()
      result.append(
        contentsOf: WhisperSpelling.shared.standardize(ScalarText.scalars(of: text)).compactMap { Unicode.Scalar($0) })
      return String(result)
    }
    #expect(standardize("the colour of institutionalisation") == "the color of institutionalization")
    #expect(standardize("colourx xcolour 颜色 ") == "colourx xcolour 颜色")
    #expect(standardize("") == "")
  }
}
