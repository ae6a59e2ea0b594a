/// How an encoder chooses the filter of each row.
@nonexhaustive
public enum PNGFilterChoice: Sendable, Hashable, CaseIterable {
  /// No filter: quickest, and best for pictures of few colours.
  case none
  /// The difference from the pixel above in every row: quick, and good for smooth pictures.
  case up
  /// For each row the filter with the least sum of absolute differences: the usual choice for photographs.
  case adaptive
}
