/// Below which length a response is far too short among the others of its run.
///
/// - Definition: m / max(4, e^((5 + 18 / √n) s)) for n lengths, where m is their median and s, the larger of
///   ln(m / q₁) and ln(q₃ / q₁) / 2 over 0.6745, with the quartiles q₁ and q₃, is the standard deviation of the
///   logarithms if those are normal. That is five standard deviations below the median, which one response in three
///   million is, and more where few responses tell s; and it is never more than a quarter of the median. While fewer
///   than a quarter of the responses have collapsed, the quartiles do not know of them.
/// - Limits: where a quarter or more have collapsed none is found, and where it is nearly so many, or where lengths are
///   of all sizes, only the shortest. A workload of which fewer than a quarter of the prompts ask for a word, and the
///   others for essays of one length, has responses that look collapsed and are not.
package enum LengthCollapse {
  /// Responses that are needed to tell.
  package static let least = 50

  /// The length that a response must have not to be collapsed; nil where there are too few responses.
  ///
  /// - Parameter lengths: Lengths above 0, each with how many responses have it.
  /// - Returns: The length.
  package static func threshold(_ lengths: [Int: Int]) -> Int? {
    let total = lengths.values.reduce(0, +)
    guard total >= least else { return nil }
    let (low, median, high) = (quantile(0.25, of: lengths), quantile(0.5, of: lengths), quantile(0.75, of: lengths))
    guard low > 0 else { return nil }
    let spread = Swift.max((median / low).reproducibleLogarithm, (high / low).reproducibleLogarithm / 2) / 0.6745
    let distance = (5 + 18 / Double(total).squareRoot()) * spread
    return Int(Swift.min(median / 4, median * (-distance).reproducibleExponential))
  }

  /// The length where nearly all responses were ended by their limit, and the model ended one in twenty at most.
  ///
  /// An eighth of the median of those that were cut, which would have been longer.
  ///
  /// - Parameters:
  ///   - lengths: Lengths of the responses that were cut, each with how many responses have it.
  ///   - ended: How many responses the model ended.
  /// - Returns: The length; nil where it is not so, or there are too few responses.
  package static func threshold(cut lengths: [Int: Int], ended: Int) -> Int? {
    let total = lengths.values.reduce(0, +) + ended
    guard total >= least, ended * 20 <= total else { return nil }
    return Int(quantile(0.5, of: lengths) / 8)
  }

  private static func quantile(_ share: Double, of lengths: [Int: Int]) -> Double {
    let sorted = lengths.sorted { $0.key < $1.key }
    var rest = Int(Double(lengths.values.reduce(0, +)) * share)
    for (length, count) in sorted {
      rest -= count
      if rest < 0 { return Double(length) }
    }
    return Double(sorted.last?.key ?? 0)
  }
}
