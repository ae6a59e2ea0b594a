package import NPUMetrics

/// Compares a transcription with the text that was spoken.
///
/// Both texts are normalised first, so that case, punctuation and the spelling of numbers cost nothing. Texts with
/// Chinese, Japanese or Korean characters are compared as mixed text, where each such character is a word.
public struct TranscriptErrors: Sendable, Hashable {
  /// How texts are made comparable.
  @nonexhaustive
  public enum Normalization: String, Sendable, Hashable, CaseIterable {
    /// Whisper's for English, or its basic one where the reference has letters of other scripts.
    case automatic = "auto"
    /// Whisper's normaliser for English.
    case english
    /// Whisper's basic normaliser.
    case basic
    /// Nothing is changed.
    case none
  }

  /// How texts are made comparable.
  public var normalization: Normalization

  /// Creates a comparison.
  public init(_ normalization: Normalization = .automatic) {
    self.normalization = normalization
  }

  /// The counts of one pair of texts; a corpus is judged by their sums, since its rate is no mean of rates.
  ///
  /// - Throws: ``ServiceError`` of kind `unexpectedContent` for a text that is too long to be compared.
  package func counts(reference: String, hypothesis: String) throws -> TranscriptErrorCounts {
    let said = normalized(reference, like: reference)
    let heard = normalized(hypothesis, like: reference)
    do throws(TextMetricError) {
      let words =
        Self.isSpaced(reference)
        ? try ErrorRate.words(reference: said, hypothesis: heard)
        : try ErrorRate.tokens(
          reference: MixedTextTokenizer().tokens(of: said), hypothesis: MixedTextTokenizer().tokens(of: heard))
      let characters = try ErrorRate.characters(
        reference: said.filter { !$0.isWhitespace }, hypothesis: heard.filter { !$0.isWhitespace })
      return TranscriptErrorCounts(words: words, characters: characters)
    } catch {
      throw ServiceError(kind: .unexpectedContent, message: "the texts cannot be compared: \(error)", underlying: error)
    }
  }

  /// A text in the form in which it is compared.
  package func normalized(_ text: String, like reference: String) -> String {
    switch normalization {
    case .english: return WhisperEnglishNormalizer().normalize(text)
    case .basic: return WhisperBasicNormalizer().normalize(text)
    case .none: return text
    default:
      let isEnglish = reference.unicodeScalars.allSatisfy { !$0.properties.isAlphabetic || $0.value < 0x250 }
      return isEnglish ? WhisperEnglishNormalizer().normalize(text) : WhisperBasicNormalizer().normalize(text)
    }
  }

  /// Whether a script puts spaces between words: none of its characters is an ideograph or kana.
  private static func isSpaced(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { !$0.properties.isIdeographic && !(0x3040...0x30FF).contains($0.value) }
  }
}

/// The errors of one pair of texts, by words and by characters.
package struct TranscriptErrorCounts: Sendable, Hashable {
  /// Errors and length in words.
  package var words: EditCounts
  /// Errors and length in characters.
  package var characters: EditCounts

  package init(words: EditCounts, characters: EditCounts) {
    self.words = words
    self.characters = characters
  }
}
