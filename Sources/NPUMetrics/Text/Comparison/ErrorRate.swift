/// Word and character error rates with the defaults of jiwer 4.0: the measures of speech recognition.
///
/// Both count the edits of an optimal alignment; the rate is ``EditCounts/errorRate``, (S + D + I) / (H + S + D).
/// Nothing is normalised here: WER on text as it comes measures punctuation and case too, so normalise both sides
/// first, for instance with ``WhisperEnglishNormalizer``. A corpus rate is the rate of the summed counts (micro
/// average), which is what jiwer gives for lists; it is not the mean of the pairs' rates.
///
/// Complexity: O(m n / 64) for m and n tokens. Source: jiwer's `process_words` and `process_characters`.
public enum ErrorRate {
  /// The word counts of one pair, whose error rate is the WER.
  ///
  /// Words are those of ``TextUnit/word``; for Chinese or mixed text give the tokens of ``MixedTextTokenizer`` instead.
  ///
  /// - Parameters:
  ///   - reference: What was said.
  ///   - hypothesis: What was recognised.
  /// - Returns: Hits, substitutions, deletions and insertions.
  /// - Throws: ``TextMetricError`` of kind `alignmentTooLarge` for very long texts; see ``EditAlignment``.
  public static func words(reference: String, hypothesis: String) throws(TextMetricError) -> EditCounts {
    try words(pairs: CollectionOfOne((reference, hypothesis)))
  }

  /// The summed word counts of a corpus, whose error rate is the corpus WER.
  ///
  /// - Parameters:
  ///   - references: What was said.
  ///   - hypotheses: What was recognised, one for each reference and in their order.
  /// - Returns: The sum of all pairs' counts.
  /// - Throws: ``TextMetricError`` if the lists differ in length, or a pair is too long to align.
  public static func words(references: [String], hypotheses: [String]) throws(TextMetricError) -> EditCounts {
    guard references.count == hypotheses.count else {
      throw .unequalCounts(references: references.count, hypotheses: hypotheses.count)
    }
    return try words(pairs: zip(references, hypotheses))
  }

  private static func words(
    pairs: some Sequence<(String, String)>
  ) throws(TextMetricError) -> EditCounts {
    var splitter = WordSplitter()
    var engine = EditEngine()
    var sum = EditCounts()
    for pair in pairs { sum += try engine.counts(splitter.pair(pair.0, pair.1)) }
    return sum
  }

  /// The character counts of one pair, whose error rate is the CER.
  ///
  /// White space at both ends is dropped, inside it counts, as in jiwer.
  ///
  /// - Parameters:
  ///   - reference: What was said.
  ///   - hypothesis: What was recognised.
  ///   - unit: The scalar, as jiwer counts, or the grapheme.
  /// - Returns: Hits, substitutions, deletions and insertions.
  /// - Throws: ``TextMetricError`` of kind `alignmentTooLarge` for very long texts; see ``EditAlignment``.
  public static func characters(
    reference: String, hypothesis: String, unit: CharacterUnit = .scalar
  ) throws(TextMetricError) -> EditCounts {
    try characters(pairs: CollectionOfOne((reference, hypothesis)), unit: unit)
  }

  /// The summed character counts of a corpus, whose error rate is the corpus CER.
  ///
  /// - Parameters:
  ///   - references: What was said.
  ///   - hypotheses: What was recognised, one for each reference and in their order.
  ///   - unit: The scalar, as jiwer counts, or the grapheme.
  /// - Returns: The sum of all pairs' counts.
  /// - Throws: ``TextMetricError`` if the lists differ in length, or a pair is too long to align.
  public static func characters(
    references: [String], hypotheses: [String], unit: CharacterUnit = .scalar
  ) throws(TextMetricError) -> EditCounts {
    guard references.count == hypotheses.count else {
      throw .unequalCounts(references: references.count, hypotheses: hypotheses.count)
    }
    return try characters(pairs: zip(references, hypotheses), unit: unit)
  }

  private static func characters(
    pairs: some Sequence<(String, String)>, unit: CharacterUnit
  ) throws(TextMetricError) -> EditCounts {
    var engine = EditEngine()
    var sum = EditCounts()
    for pair in pairs {
      let reference = WhiteSpace.trim(pair.0)
      let hypothesis = WhiteSpace.trim(pair.1)
      sum += try engine.counts(TokenPair(reference, hypothesis, unit: unit == .scalar ? .scalar : .grapheme))
    }
    return sum
  }

  /// The token counts of one pair of token sequences, such as those of ``MixedTextTokenizer``.
  ///
  /// - Parameters:
  ///   - reference: The tokens as they should be.
  ///   - hypothesis: The tokens as they are.
  /// - Returns: Hits, substitutions, deletions and insertions.
  /// - Throws: ``TextMetricError`` of kind `alignmentTooLarge` for very long sequences; see ``EditAlignment``.
  public static func tokens<Token: Hashable>(
    reference: [Token], hypothesis: [Token]
  ) throws(TextMetricError) -> EditCounts {
    var engine = EditEngine()
    return try engine.counts(TokenPair(reference, hypothesis))
  }
}

extension ErrorRate {
  /// What a character is.
  public enum CharacterUnit: String, Sendable, Hashable, CaseIterable {
    /// A Unicode scalar: the unit of jiwer.
    case scalar
    /// A grapheme cluster: what a reader calls a character.
    case grapheme
  }
}
