internal import Foundation
internal import Testing

/// Outputs that were written for these tests from the grammar of the tool.
enum SMIFixture {
  static func text(_ name: String) throws -> String {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Fixtures/npu-smi"), "\(name).txt")
    return try String(contentsOf: url, encoding: .utf8)
  }

  /// A table with one chip, of which one part is another text.
  static func table(replacing old: String, with new: String) throws -> String {
    let text = try text("v6-wide")
    try #require(text.contains(old))
    return text.replacing(old, with: new, maxReplacements: 1)
  }
}
