/// Folds what few readers take for a difference: compatibility forms, letter case and white space.
///
/// - Definition: NFKC, lower case, NFKC again since lower case may decompose; each run of white space becomes one
///   space, and none stands at the ends. Punctuation, signs and digits stay: `-5` and `5` are two answers.
/// - Reference: Unicode Standard Annex 15, normalisation forms.
public struct FoldingNormalizer: TextNormalizer {
  /// Creates the normaliser.
  public init() {}

  /// The text in folded form.
  public func normalize(_ text: String) -> String {
    let forms = CompatibilityForms.shared
    let folded = forms.composed(ScalarText.lowercased(forms.composed(ScalarText.scalars(of: text))))
    return WhiteSpace.trim(ScalarText.string(of: ScalarText.collapsed(folded)))
  }
}
