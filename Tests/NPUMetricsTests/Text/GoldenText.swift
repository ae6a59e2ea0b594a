internal import Foundation

/// The reference values of rapidfuzz 3.14.6, jiwer 4.0.0 and whisper-normalizer 0.1.15, read from the fixtures.
enum GoldenText {
  struct Pairs: Decodable {
    var pairs: [Pair]
    var corpora: [Corpus]
  }

  struct Pair: Decodable, Sendable, CustomStringConvertible {
    var id: String
    var ref: String
    var hyp: String
    var scalars: [Int]
    var graphemes: [Int]
    var lev: Int
    var lev_normalized_similarity: Double
    var indel: Int
    var lcs: Int
    var lev_graphemes_nfc: Int
    var words: Counts
    var chars: Counts

    var description: String { id }

    /// Whether every part of the test is quick; of long, dissimilar texts a debug build tests the bounded distance.
    var isQuick: Bool {
      #if DEBUG
        return lev * max(ref.utf8.count, hyp.utf8.count) < 2_000_000
      #else
        return true
      #endif
    }
  }

  struct Counts: Decodable, Sendable {
    var wer: Double?
    var cer: Double?
    var mer: Double?
    var wil: Double?
    var wip: Double?
    var hits: Int
    var substitutions: Int
    var deletions: Int
    var insertions: Int
  }

  struct Corpus: Decodable, Sendable, CustomStringConvertible {
    var category: String
    var ids: [String]
    var words: Counts
    var chars: Counts

    var description: String { category }
  }

  struct Normalizers: Decodable {
    var normalizer: [Normalized]
    var wer_after_english_normalizer: [Rate]
  }

  struct Normalized: Decodable, Sendable, CustomStringConvertible {
    var input: String
    var english: String
    var basic: String
    var basic_remove_diacritics: String
    var basic_split_letters: String
    var basic_remove_diacritics_split_letters: String

    var description: String { input.debugDescription }
  }

  struct Rate: Decodable, Sendable, CustomStringConvertible {
    var id: String
    var ref_normalized: String
    var hyp_normalized: String
    var wer: Double
    var hits: Int
    var substitutions: Int
    var deletions: Int
    var insertions: Int

    var description: String { id }
  }

  static let pairs: Pairs = fixture("edit_distance", Pairs(pairs: [], corpora: []))
  static let normalizers: Normalizers = fixture(
    "whisper_normalizer", Normalizers(normalizer: [], wer_after_english_normalizer: []))

  /// A fixture, or nothing: the tests check that there is something.
  private static func fixture<Value: Decodable>(_ name: String, _ none: Value) -> Value {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/text/\(name).json")
    return (try? JSONDecoder().decode(Value.self, from: Data(contentsOf: url))) ?? none
  }
}
