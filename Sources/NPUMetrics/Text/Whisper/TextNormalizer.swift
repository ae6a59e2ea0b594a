/// Rewrites a text so that two texts which say the same compare equal.
public protocol TextNormalizer: Sendable {
  /// The text in the normaliser's form.
  func normalize(_ text: String) -> String
}
