/// How many tokens of a reference were kept, replaced, lost and added: the numbers behind WER and CER.
///
/// With hits H, substitutions S, deletions D and insertions I, the reference has N = H + S + D tokens and the
/// hypothesis P = H + S + I. Counts of several pairs add up with `+`; a rate of the sum is the corpus rate (micro
/// average: every token weighs the same, long sentences more than short ones).
///
/// Only S + D + I is unique. Where several alignments are optimal, the split between S and D + I follows the rule of
/// ``EditAlignment``, which is that of jiwer 4.0 and rapidfuzz 3.14.
public struct EditCounts: Sendable, Hashable {
  /// Tokens of the reference that the hypothesis has in their place.
  public var hits: Int
  /// Tokens of the reference in whose place the hypothesis has another.
  public var substitutions: Int
  /// Tokens of the reference that the hypothesis lacks.
  public var deletions: Int
  /// Tokens of the hypothesis that the reference lacks.
  public var insertions: Int

  /// Creates counts, by default of nothing.
  public init(hits: Int = 0, substitutions: Int = 0, deletions: Int = 0, insertions: Int = 0) {
    self.hits = hits
    self.substitutions = substitutions
    self.deletions = deletions
    self.insertions = insertions
  }
}

extension EditCounts {
  /// The Levenshtein distance, S + D + I.
  public var distance: Int { substitutions + deletions + insertions }
  /// The number of tokens of the reference, H + S + D.
  public var referenceCount: Int { hits + substitutions + deletions }
  /// The number of tokens of the hypothesis, H + S + I.
  public var hypothesisCount: Int { hits + substitutions + insertions }

  /// WER of word counts, CER of character counts: (S + D + I) / (H + S + D), from 0 up, over 1 where much was added.
  ///
  /// An empty reference has no rate by this formula; as in jiwer 4.0 it is then the number of insertions: 0 if the
  /// hypothesis is empty too, else 1 or more. Source of the definition: NIST's `sclite`.
  public var errorRate: Double {
    referenceCount == 0 ? Double(insertions) : Double(distance) / Double(referenceCount)
  }

  /// Match error rate: (S + D + I) / (H + S + D + I), from 0 to 1.
  ///
  /// The share of aligned places that are wrong. 0 if both sides are empty. Source: Morris, Maier, Green, "From WER
  /// and RIL to MER and WIL", Interspeech 2004.
  public var matchErrorRate: Double {
    let places = hits + distance
    return places == 0 ? 0 : Double(distance) / Double(places)
  }

  /// Word information preserved: (H / N) * (H / P), from 0 to 1.
  ///
  /// 1 if both sides are empty, 0 if one is. Source: Morris, Maier, Green, Interspeech 2004.
  public var informationPreserved: Double {
    if referenceCount == 0 { return hypothesisCount == 0 ? 1 : 0 }
    if hypothesisCount == 0 { return 0 }
    return (Double(hits) / Double(referenceCount)) * (Double(hits) / Double(hypothesisCount))
  }

  /// Word information lost: 1 less the information preserved, from 0 to 1.
  public var informationLost: Double { 1 - informationPreserved }

  /// The sum of two counts.
  public static func + (left: EditCounts, right: EditCounts) -> EditCounts {
    EditCounts(
      hits: left.hits + right.hits, substitutions: left.substitutions + right.substitutions,
      deletions: left.deletions + right.deletions, insertions: left.insertions + right.insertions)
  }

  /// Adds counts to these.
  public static func += (left: inout EditCounts, right: EditCounts) {
    left = left + right
  }
}
