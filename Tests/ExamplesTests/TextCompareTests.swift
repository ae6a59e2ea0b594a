import NPUTestKit
import Testing

@Suite("text-compare")
struct TextCompareTests {
  /// Counts in the order hits, substitutions, deletions, insertions.
  struct Golden: Sendable, CustomTestStringConvertible {
    var reference: String
    var hypothesis: String
    var arguments: [String] = []
    var wer: Double
    var words: [Int]
    var cer: Double
    var characters: [Int]

    var testDescription: String { "\(reference.debugDescription) \(arguments.joined(separator: " "))" }
  }

  /// Figures of jiwer 4.0, after whisper-normalizer 0.1.15 where a normaliser is named.
  static let golden: [Golden] = [
    Golden(
      reference: "the quick brown fox jumps over the lazy dog",
      hypothesis: "the quick brown fox jumped over a lazy dog",
      wer: 0.2222222222222222, words: [7, 2, 0, 0], cer: 0.11627906976744186, characters: [39, 2, 2, 1]),
    Golden(
      reference: "it's a fine day, isn't it?", hypothesis: "its a fine day isn't it",
      wer: 0.5, words: [3, 3, 0, 0], cer: 0.11538461538461539, characters: [23, 0, 3, 0]),
    Golden(
      reference: "it's a fine day, isn't it?", hypothesis: "its a fine day isn't it",
      arguments: ["--normalizer", "english"],
      wer: 0.25, words: [6, 1, 1, 0], cer: 2.0 / 26, characters: [24, 0, 2, 0]),
    Golden(
      reference: "Hello, World!", hypothesis: "hello world", arguments: ["--normalizer", "basic"],
      wer: 0, words: [2, 0, 0, 0], cer: 0, characters: [11, 0, 0, 0]),
    Golden(
      reference: "café", hypothesis: "cafe\u{301}", arguments: ["--unit", "scalar"],
      wer: 1, words: [0, 1, 0, 0], cer: 0.5, characters: [3, 1, 0, 1]),
    Golden(
      reference: "café", hypothesis: "cafe\u{301}", arguments: ["--unit", "grapheme"],
      wer: 1, words: [0, 1, 0, 0], cer: 0, characters: [4, 0, 0, 0]),
    Golden(
      reference: "请把空调调到二十六度", hypothesis: "请把空调调到26度",
      wer: 1, words: [0, 1, 0, 0], cer: 0.3, characters: [7, 2, 1, 0]),
    Golden(reference: "", hypothesis: "", wer: 0, words: [0, 0, 0, 0], cer: 0, characters: [0, 0, 0, 0]),
    Golden(
      reference: "hello world", hypothesis: "", wer: 1, words: [0, 0, 2, 0], cer: 1, characters: [0, 0, 11, 0]),
    Golden(
      reference: "", hypothesis: "hello world", wer: 2, words: [0, 0, 0, 2], cer: 11, characters: [0, 0, 0, 11]),
  ]

  @Test("Its figures are those of jiwer, of raw and of normalised texts, empty ones too", arguments: golden)
  func figures(_ golden: Golden) async throws {
    let folder = try TemporaryFolder()
    let files = [
      try folder.write(golden.reference, to: "reference.txt"),
      try folder.write(golden.hypothesis, to: "hypothesis.txt"),
    ]
    let ending = try await Example.run("text-compare", files + golden.arguments + ["--json"])
    #expect(ending.status == 0, "\(ending.errors)")
    let json = try ending.json()
    #expect(Set(try #require(json.object).keys) == ["wer", "cer", "words", "characters"])
    #expect(json["wer"]?.number == golden.wer)
    #expect(json["cer"]?.number == golden.cer)
    let names = ["hits", "substitutions", "deletions", "insertions"]
    #expect(names.map { json["words"]?[$0]?.integer } == golden.words)
    #expect(names.map { json["characters"]?[$0]?.integer } == golden.characters)
    #expect(json["words"]?.object?.count == 4 && json["characters"]?.object?.count == 4)

    let text = try await Example.run("text-compare", files + golden.arguments)
    #expect(text.status == 0)
    #expect(text.lines.first?.hasPrefix("WER \(golden.wer) ") == true, "\(text.output)")
    #expect(text.lines.dropFirst().first?.hasPrefix("CER \(golden.cer) ") == true, "\(text.output)")
  }

  @Test("A file that is missing or not UTF-8 is an error with status 2 that names it")
  func unreadable() async throws {
    let folder = try TemporaryFolder()
    let good = try folder.write("words", to: "good.txt")
    let latin = try folder.write([0x63, 0x61, 0x66, 0xE9], to: "latin.txt")
    for (path, kind) in [(folder.file("none.txt"), "unreadable_file"), (latin, "not_utf8")] {
      for arguments in [[good, path], [path, good]] {
        let ending = try await Example.run("text-compare", arguments + ["--json"])
        #expect(ending.status == 2 && !ending.wasKilled)
        #expect(ending.errors.hasPrefix("text-compare: \(path)"), "\(ending.errors)")
        let error = try #require(try ending.json()["error"])
        #expect(error["kind"] == .string(kind))
        #expect(error["message"]?.string?.contains(path) == true)
        let text = try await Example.run("text-compare", arguments)
        #expect(text.status == 2 && text.output.isEmpty && !text.errors.isEmpty)
      }
    }
  }

  @Test(
    "A command line that it does not understand is refused with what is allowed",
    arguments: [
      (["a", "b", "--normalizer", "french"], "basic"), (["a", "b", "--unit", "byte"], "grapheme"),
      (["a"], "hypothesis"),
    ])
  func refusals(arguments: [String], word: String) async throws {
    let ending = try await Example.run("text-compare", arguments)
    #expect(ending.status != 0 && !ending.wasKilled)
    #expect(ending.output.isEmpty && ending.errors.contains(word), "\(ending.errors)")
  }
}
