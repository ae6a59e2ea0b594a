import Benchmark
import NPUMetrics

/// Edit distance, error rates and the normaliser.
func textKernels() {
  Benchmark("Levenshtein, 10,000 x 10,000 random letters") { _, pair in
    blackHole(EditDistance.levenshtein(pair.0, pair.1))
  } setup: {
    (MadeText.letters(count: 10_000, seed: 1), MadeText.letters(count: 10_000, seed: 2))
  }

  Benchmark("WER with counts, 10,000 sentence pairs") { _, corpus in
    blackHole(try ErrorRate.words(references: corpus.0, hypotheses: corpus.1))
  } setup: {
    MadeText.corpus(pairs: 10_000, seed: 1)
  }

  Benchmark("Whisper English normaliser, 1,000 sentences") { _, sentences in
    let normalizer = WhisperEnglishNormalizer()
    for sentence in sentences { blackHole(normalizer.normalize(sentence)) }
  } setup: {
    MadeText.sentences(count: 1000, seed: 1)
  }
}
