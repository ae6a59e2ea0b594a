import NPUMetrics
import Testing

@Suite("Text metrics against rapidfuzz, jiwer and Whisper")
struct GoldenTextTests {
  @Test("The fixtures are complete")
  func complete() {
    #expect(GoldenText.pairs.pairs.count == 191)
    #expect(GoldenText.pairs.corpora.count == 11)
    #expect(GoldenText.normalizers.normalizer.count == 120)
    #expect(GoldenText.normalizers.wer_after_english_normalizer.count == 49)
  }

  @Test("Distances are those of rapidfuzz", arguments: GoldenText.pairs.pairs)
  func distance(_ pair: GoldenText.Pair) {
    #expect(EditDistance.levenshtein(pair.ref, pair.hyp, cutoff: pair.lev) == pair.lev)
    guard pair.isQuick else { return }
    #expect(EditDistance.levenshtein(pair.ref, pair.hyp) == pair.lev)
    #expect(EditDistance.levenshtein(pair.ref, pair.hyp, unit: .grapheme) == pair.lev_graphemes_nfc)
    #expect(EditDistance.levenshtein(pair.ref, pair.hyp, cutoff: pair.lev - 1) == nil)
    let similarity = TextSimilarity(pair.ref, pair.hyp)
    #expect(similarity.firstCount == pair.scalars[0])
    #expect(similarity.secondCount == pair.scalars[1])
    #expect(similarity.commonSubsequence == pair.lcs)
    #expect(similarity.indelDistance == pair.indel)
    #expect(EditDistance.normalizedSimilarity(pair.ref, pair.hyp) == pair.lev_normalized_similarity)
    let graphemes = TextSimilarity(pair.ref, pair.hyp, unit: .grapheme)
    #expect([graphemes.firstCount, graphemes.secondCount] == pair.graphemes)
  }

  @Test("Word counts and rates are those of jiwer", arguments: GoldenText.pairs.pairs)
  func words(_ pair: GoldenText.Pair) throws {
    let counts = try ErrorRate.words(reference: pair.ref, hypothesis: pair.hyp)
    expect(counts, pair.words)
    #expect(try EditAlignment(reference: pair.ref, hypothesis: pair.hyp, unit: .word).counts == counts)
  }

  @Test("Reference and hypothesis have jiwer's numbers of words", arguments: GoldenText.pairs.pairs)
  func wordCounts(_ pair: GoldenText.Pair) throws {
    let counts = try ErrorRate.words(reference: pair.ref, hypothesis: pair.hyp)
    #expect(counts.referenceCount == pair.words.hits + pair.words.substitutions + pair.words.deletions)
    #expect(counts.hypothesisCount == pair.words.hits + pair.words.substitutions + pair.words.insertions)
  }

  @Test("Character counts and rates are those of jiwer", arguments: GoldenText.pairs.pairs)
  func characters(_ pair: GoldenText.Pair) throws {
    guard pair.isQuick else { return }
    expect(try ErrorRate.characters(reference: pair.ref, hypothesis: pair.hyp), pair.chars)
  }

  @Test("Corpus rates are those of jiwer", arguments: GoldenText.pairs.corpora)
  func corpus(_ corpus: GoldenText.Corpus) throws {
    let pairs = corpus.ids.compactMap { id in GoldenText.pairs.pairs.first { $0.id == id } }
    #expect(pairs.count == corpus.ids.count)
    let references = pairs.map(\.ref)
    let hypotheses = pairs.map(\.hyp)
    expect(try ErrorRate.words(references: references, hypotheses: hypotheses), corpus.words)
    expect(try ErrorRate.characters(references: references, hypotheses: hypotheses), corpus.chars)
  }

  @Test("Normalised texts are those of Whisper", arguments: GoldenText.normalizers.normalizer)
  func normalized(_ text: GoldenText.Normalized) {
    #expect(same(WhisperEnglishNormalizer().normalize(text.input), text.english))
    #expect(same(WhisperBasicNormalizer().normalize(text.input), text.basic))
    #expect(same(WhisperBasicNormalizer(marks: .remove).normalize(text.input), text.basic_remove_diacritics))
    #expect(same(WhisperBasicNormalizer(splitsCharacters: true).normalize(text.input), text.basic_split_letters))
    #expect(
      same(
        WhisperBasicNormalizer(marks: .remove, splitsCharacters: true).normalize(text.input),
        text.basic_remove_diacritics_split_letters))
  }

  @Test(
    "Rates of normalised text are those of Whisper and jiwer",
    arguments: GoldenText.normalizers.wer_after_english_normalizer)
  func rateAfterNormalizing(_ rate: GoldenText.Rate) throws {
    let pair = try #require(GoldenText.pairs.pairs.first { $0.id == rate.id })
    let normalizer = WhisperEnglishNormalizer()
    let reference = normalizer.normalize(pair.ref)
    let hypothesis = normalizer.normalize(pair.hyp)
    #expect(same(reference, rate.ref_normalized))
    #expect(same(hypothesis, rate.hyp_normalized))
    let counts = try ErrorRate.words(reference: reference, hypothesis: hypothesis)
    #expect(
      [counts.hits, counts.substitutions, counts.deletions, counts.insertions]
        == [rate.hits, rate.substitutions, rate.deletions, rate.insertions])
    #expect(counts.errorRate == rate.wer)
  }

  /// Equal scalar by scalar; `==` would take canonically equivalent texts as equal.
  private func same(_ left: String, _ right: String) -> Bool {
    left.unicodeScalars.elementsEqual(right.unicodeScalars)
  }

  private func expect(
    _ counts: EditCounts, _ golden: GoldenText.Counts, _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(
      [counts.hits, counts.substitutions, counts.deletions, counts.insertions]
        == [golden.hits, golden.substitutions, golden.deletions, golden.insertions], sourceLocation: location)
    #expect(counts.errorRate == golden.wer ?? golden.cer, sourceLocation: location)
    if let mer = golden.mer { #expect(counts.matchErrorRate == mer, sourceLocation: location) }
    if let wip = golden.wip { #expect(counts.informationPreserved == wip, sourceLocation: location) }
    if let wil = golden.wil { #expect(counts.informationLost == wil, sourceLocation: location) }
  }
}
