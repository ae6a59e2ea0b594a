/// The loss of a candidate against its baseline on the same cases, with a confidence interval.
///
/// - Definition: Tango's score interval: the values d of the loss with |b - c - n d| <= z sqrt(n (2 q + d (1 - d))),
///   where q is the most likely rate of flips to the better given d: q = (sqrt(B^2 - 4 A C) - B) / (2 A) with A = 2 n,
///   B = -b - c + (2 n - b + c) d, C = -c d (1 - d) for b flips to the worse, c to the better, n cases.
/// - Range: -1 to 1. Unlike the textbook interval it does not shrink to nothing where no case flipped: n cases without a
///   flip leave a loss of z^2 / (n + z^2) possible.
/// - Cost: constant, some hundred steps.
/// - Reference: Tango, Statistics in Medicine 17 (1998), 891-908; Newcombe, ibid. 2635-2650, on its coverage.
public struct LossInterval: Sendable, Hashable {
  /// The flips.
  public let flips: PairedFlips
  /// The confidence level, such as 0.95.
  public let confidence: Double
  /// The lower end, -1 to 1.
  public let low: Double
  /// The upper end, -1 to 1.
  public let high: Double

  /// The loss itself.
  public var estimate: Double { flips.loss }

  /// Computes the interval.
  ///
  /// - Parameters:
  ///   - flips: The flips of one case or more.
  ///   - confidence: The confidence level, above 0 and below 1.
  /// - Throws: ``StatisticsError`` if there is no case, or for a level out of range.
  public init(_ flips: PairedFlips, confidence: Double = 0.95) throws(StatisticsError) {
    try StatisticsError.check(confidence: confidence)
    guard flips.cases > 0 else { throw .tooFewSamples("The interval of a loss", 0, needed: 1) }
    self.flips = flips
    self.confidence = confidence
    let z = -NormalDistribution.quantile((1 - confidence) / 2)
    high = Self.end(Double(flips.worse), Double(flips.better), Double(flips.cases), z)
    // The loss of the candidate is the gain of the baseline.
    low = -Self.end(Double(flips.better), Double(flips.worse), Double(flips.cases), z)
  }

  /// The greatest loss that the score allows, by bisection between the estimate and 1.
  private static func end(_ b: Double, _ c: Double, _ n: Double, _ z: Double) -> Double {
    func isPossible(_ d: Double) -> Bool {
      let linear = -b - c + (2 * n - b + c) * d
      let constant = -c * d * (1 - d)
      let q = ((linear * linear - 8 * n * constant).squareRoot() - linear) / (4 * n)
      let variance = n * (2 * q + d * (1 - d))
      return n * d - (b - c) <= z * Swift.max(variance, 0).squareRoot()
    }
    var (low, high) = ((b - c) / n, 1.0)
    if isPossible(high) { return high }
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      if isPossible(middle) { low = middle } else { high = middle }
    }
    return low
  }
}
