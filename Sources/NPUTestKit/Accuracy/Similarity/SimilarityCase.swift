/// How like the first response of the baseline the other responses to one case are.
public struct SimilarityCase: Sendable, Hashable {
  /// The baseline's own further responses; the worst value of the scale for one that failed.
  public var own: [Double]
  /// The candidate's responses; the worst value of the scale for one that failed.
  public var candidate: [Double]

  /// Creates a case.
  ///
  /// - Parameters:
  ///   - own: The baseline's further responses; empty if it was asked once.
  ///   - candidate: The candidate's responses, one at least.
  public init(own: [Double], candidate: [Double]) {
    self.own = own
    self.candidate = candidate
  }

  /// One number for each side: means over as many responses of both, so that equal services give equal distributions.
  ///
  /// What the baseline failed says nothing of the candidate: without a repeat that can be compared it has no number.
  var means: (own: Double?, candidate: Double) {
    let own = own.filter(\.isFinite)
    guard !own.isEmpty else { return (nil, Self.mean(candidate[...])) }
    let count = max(1, min(own.count, candidate.count))
    return (Self.mean(own.prefix(count)), Self.mean(candidate.prefix(count)))
  }

  private static func mean(_ values: ArraySlice<Double>) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }
}
