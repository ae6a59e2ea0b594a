/// The normaliser that Whisper's evaluation applies to every language but English.
///
/// In this order: lower case; remove what stands in brackets or parentheses; replace marks, symbols and punctuation of
/// the NFKC form by spaces (or drop diacritics of the NFKD form); lower case again; on request put a space between
/// characters; reduce each run of white space to one space. The ends are not trimmed. On languages whose vowels are
/// marks, such as those of India, the default removes letters: use `.preserve`.
///
/// Complexity: linear. Source: `BasicTextNormalizer` of openai/whisper, described in appendix C of Radford et al.,
/// "Robust Speech Recognition via Large-Scale Weak Supervision" (2022). Categories are those of the toolchain's Unicode
/// version: for scalars assigned after Unicode 14.0 a Python 3.11 that does not know them yet may answer otherwise.
public struct WhisperBasicNormalizer: TextNormalizer, Hashable {
  /// What happens to marks: accents, vowel signs and other scalars of category M.
  public enum Marks: String, Sendable, Hashable, CaseIterable {
    /// Those that no composed letter takes in become spaces: Whisper's default.
    case replace
    /// All are dropped, also out of composed letters, and letters such as ø become plain: `remove_diacritics=True`.
    case remove
    /// They stay: `preserve_marks=True` of the whisper-normalizer package.
    case preserve
  }

  /// What happens to marks.
  public var marks: Marks
  /// Whether every character becomes a word of its own, as for Chinese, Japanese, Thai, Lao and Burmese.
  public var splitsCharacters: Bool

  /// Creates a normaliser, by default with Whisper's defaults.
  public init(marks: Marks = .replace, splitsCharacters: Bool = false) {
    self.marks = marks
    self.splitsCharacters = splitsCharacters
  }

  /// The text in the normaliser's form.
  public func normalize(_ text: String) -> String {
    var scalars = ScalarText.lowercased(ScalarText.scalars(of: text))
    scalars = WhisperCleaning.removingBrackets(scalars)
    scalars = WhisperCleaning.removingParentheses(scalars)
    switch marks {
    case .replace: scalars = WhisperCleaning.removingSymbols(scalars, preservingMarks: false)
    case .preserve: scalars = WhisperCleaning.removingSymbols(scalars, preservingMarks: true)
    case .remove: scalars = WhisperCleaning.removingSymbolsAndDiacritics(scalars)
    }
    scalars = ScalarText.lowercased(scalars)
    if splitsCharacters {
      var split: [UInt32] = []
      for (index, character) in ScalarText.string(of: scalars).enumerated() {
        if index > 0 { split.append(0x20) }
        split.append(contentsOf: character.unicodeScalars.lazy.map(\.value))
      }
      scalars = split
    }
    return ScalarText.string(of: ScalarText.collapsed(scalars))
  }
}
