/// The normaliser that Whisper's evaluation applies to English before it measures WER.
///
/// In this order: lower case; remove what stands in brackets or parentheses and the fillers hmm, mm, mhm, mmm, uh, um;
/// join an apostrophe to the word before it; spell out contractions and titles (won't, mr); remove commas between
/// digits and periods not before a digit; drop diacritics and replace symbols but `.%$¢€£` by spaces (NFKD); write
/// numbers and amounts in digits (ten thousand dollars: $10000); write British words the American way; remove symbols
/// that are not part of a number; reduce white space. The ends are not trimmed, and applying it twice may change a text
/// again.
///
/// Its oddities are kept, because published error rates contain them: `1` becomes `one` even in `1.5`, `o` is a zero.
/// Numbers have no upper limit. Where the original stops with an exception (a number of over 4,300 digits) this one
/// goes on.
///
/// Complexity: linear. Source: `EnglishTextNormalizer` of openai/whisper, described in appendix C of Radford et al.,
/// "Robust Speech Recognition via Large-Scale Weak Supervision" (2022). Categories are those of the toolchain's Unicode
/// version; see ``WhisperBasicNormalizer``.
public struct WhisperEnglishNormalizer: TextNormalizer, Hashable {
  /// Creates the normaliser.
  public init() {}

  /// The text in the normaliser's form.
  public func normalize(_ text: String) -> String {
    var scalars = ScalarText.lowercased(ScalarText.scalars(of: text))
    scalars = WhisperCleaning.removingBrackets(scalars)
    scalars = WhisperCleaning.removingParentheses(scalars)
    scalars = WhisperContractions.removingFillers(scalars)
    scalars = WhisperContractions.expanding(scalars)
    scalars = Self.removingCommasAndPeriods(scalars)
    scalars = WhisperCleaning.removingSymbolsAndDiacritics(scalars, keeping: Self.numeric)
    scalars = WhisperNumberText.standardize(scalars)
    scalars = WhisperSpelling.shared.standardize(scalars)
    scalars = Self.removingLoneSymbols(scalars)
    return ScalarText.string(of: ScalarText.collapsed(scalars))
  }

  /// Period, percent, dollar, cent, euro and pound.
  private static let numeric: [UInt32] = [0x2E, 0x25, 0x24, 0xA2, 0x20AC, 0xA3]

  /// `(\d),(\d)` loses its comma; `\.([^0-9]|$)` becomes a space and what followed.
  private static func removingCommasAndPeriods(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(where: { $0 == 0x2C || $0 == 0x2E }) else { return text }
    var joined: [UInt32] = []
    joined.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      joined.append(text[index])
      if index + 2 < text.count, text[index + 1] == 0x2C, ScalarText.digit(text[index]) != nil,
        ScalarText.digit(text[index + 2]) != nil
      {
        // A match ends behind its second digit, which therefore begins no other.
        joined.append(text[index + 2])
        index += 3
      } else {
        index += 1
      }
    }
    var result: [UInt32] = []
    result.reserveCapacity(joined.count)
    index = 0
    while index < joined.count {
      if joined[index] != 0x2E {
        result.append(joined[index])
        index += 1
      } else if index + 1 == joined.count {
        result.append(0x20)
        index += 1
      } else if !ScalarText.isASCIIDigit(joined[index + 1]) {
        result.append(0x20)
        result.append(joined[index + 1])
        index += 2
      } else {
        result.append(0x2E)
        index += 1
      }
    }
    return result
  }

  /// `[.$¢€£]([^0-9])` becomes a space and what followed; `([^0-9])%` becomes what preceded and a space.
  private static func removingLoneSymbols(_ text: [UInt32]) -> [UInt32] {
    guard text.contains(where: { $0 < 0x30 && $0 != 0x20 || $0 >= 0x80 }) else { return text }
    var first: [UInt32] = []
    first.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let scalar = text[index]
      if scalar != 0x25, numeric.contains(scalar), index + 1 < text.count, !ScalarText.isASCIIDigit(text[index + 1]) {
        first.append(0x20)
        first.append(text[index + 1])
        index += 2
      } else {
        first.append(scalar)
        index += 1
      }
    }
    var result: [UInt32] = []
    result.reserveCapacity(first.count)
    index = 0
    while index < first.count {
      result.append(first[index])
      if !ScalarText.isASCIIDigit(first[index]), index + 1 < first.count, first[index + 1] == 0x25 {
        result.append(0x20)
        index += 2
      } else {
        index += 1
      }
    }
    return result
  }
}
