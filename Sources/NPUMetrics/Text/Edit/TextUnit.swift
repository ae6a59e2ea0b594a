/// What one token of a text is when texts are compared.
public enum TextUnit: String, Sendable, Hashable, CaseIterable {
  /// A Unicode scalar, which is what Python's strings consist of; the unit of CER in jiwer and rapidfuzz.
  case scalar
  /// An extended grapheme cluster, which is what a reader calls a character; canonically equivalent ones are equal.
  ///
  /// The boundaries are those of the standard library's `Character` (UAX #29 in the Unicode version of the toolchain).
  case grapheme
  /// A word as jiwer 4.0 splits by default: runs of two or more white spaces and single U+0020 separate.
  ///
  /// A lone tab, newline or no-break space inside a text does not separate; white space at both ends is dropped. Words
  /// are compared scalar by scalar, so case and punctuation count: normalise first. Chinese text, which has no spaces,
  /// is one word here: see ``MixedTextTokenizer``.
  case word
}
