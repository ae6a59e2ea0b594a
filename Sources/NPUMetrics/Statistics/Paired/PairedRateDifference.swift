/// The difference of two error rates over the same cases, with an interval: WER and CER of two services.
///
/// - Definition: the candidate's rate less the baseline's, each the sum of its errors over the sum of the reference
///   lengths (micro average). Cases are drawn with replacement, both sides of a case together, so that a hard case is hard
///   for both; BCa ends, with the jackknife over the cases.
/// - Range: an estimate above 0 means more errors of the candidate.
/// - Cost: B n draws for B resamples of n cases.
/// - Reference: Bisani and Ney, "Bootstrap Estimates for Confidence Intervals in ASR Performance Evaluation", ICASSP
///   2004; Efron and Tibshirani, An Introduction to the Bootstrap (1993).
public struct PairedRateDifference: Sendable, Hashable {
  /// The errors of both sides in one case, and the length of its reference.
  public struct Case: Sendable, Hashable {
    /// Errors of the baseline.
    public var baselineErrors: Int
    /// Errors of the candidate.
    public var candidateErrors: Int
    /// Tokens of the reference.
    public var length: Int

    /// Creates a case.
    public init(baselineErrors: Int, candidateErrors: Int, length: Int) {
      self.baselineErrors = baselineErrors
      self.candidateErrors = candidateErrors
      self.length = length
    }
  }

  /// The rate of the baseline.
  public let baselineRate: Double
  /// The rate of the candidate.
  public let candidateRate: Double
  /// The difference with its interval.
  public let difference: BootstrapInterval
  /// The probability of so uneven errors if both sides could be exchanged in every case: that of ``SignFlipTest``.
  public let pValue: Double

  /// Compares.
  ///
  /// - Parameters:
  ///   - cases: Two cases or more, with references of at least one token in all.
  ///   - bootstrap: How many resamples, what confidence, which seed.
  /// - Throws: ``StatisticsError`` for too few cases or references without a token.
  public init(_ cases: [Case], bootstrap: Bootstrap) throws(StatisticsError) {
    guard cases.count >= 2 else { throw .tooFewSamples("A difference of error rates", cases.count, needed: 2) }
    let length = cases.reduce(0) { $0 + $1.length }
    guard length > 0, cases.allSatisfy({ $0.length >= 0 && $0.baselineErrors >= 0 && $0.candidateErrors >= 0 }) else {
      throw StatisticsError(
        kind: .outOfRange,
        message: "The references of \(cases.count) cases have \(length) tokens in all; error rates need one at least.")
    }
    baselineRate = Double(cases.reduce(0) { $0 + $1.baselineErrors }) / Double(length)
    candidateRate = Double(cases.reduce(0) { $0 + $1.candidateErrors }) / Double(length)
    // A resample without a token has no rate; that of the whole stands in for it.
    let whole = candidateRate - baselineRate
    difference = try bootstrap.interval(
      ofRatio: cases.map { (Double($0.candidateErrors - $0.baselineErrors), Double($0.length)) }, whole: whole)
    // Exchanged sides leave the lengths alone, so that the difference of the rates goes with the sum of the errors.
    pValue = SignFlipTest(cases.map { $0.candidateErrors - $0.baselineErrors }, seed: bootstrap.seed).pValue
  }

  /// The verdict; the difference is significant where the interval leaves 0 out and the sign-flip test, too, finds it
  /// rarer than the interval's level.
  ///
  /// The interval alone is too short for few cases: of 6 to 40 equal pairs it leaves 0 out in some 5 to 12 of 100 runs.
  ///
  /// - Parameter tolerance: The least difference that matters, such as 0.01 for one percentage point.
  /// - Returns: The verdict.
  public func verdict(tolerance: Double?) -> AccuracyVerdict {
    AccuracyVerdict(
      loss: difference.estimate, isSignificant: !difference.contains(0) && pValue < 1 - difference.confidence,
      low: difference.low, high: difference.high, tolerance: tolerance)
  }
}

extension Bootstrap {
  /// The interval of a ratio of sums over cases that are drawn together.
  func interval(
    ofRatio cases: [(numerator: Double, denominator: Double)], whole: Double
  ) throws(StatisticsError) -> BootstrapInterval {
    func ratio(_ numerator: Double, _ denominator: Double) -> Double {
      denominator > 0 ? numerator / denominator : whole
    }
    var generator = SeededGenerator(seed: seed)
    var distribution: [Double] = []
    distribution.reserveCapacity(resamples)
    for _ in 0..<resamples {
      var (numerator, denominator) = (0.0, 0.0)
      for _ in cases.indices {
        let drawn = cases[generator.integer(in: 0...cases.count - 1)]
        numerator += drawn.numerator
        denominator += drawn.denominator
      }
      distribution.append(ratio(numerator, denominator))
    }
    let numerator = cases.reduce(0) { $0 + $1.numerator }
    let denominator = cases.reduce(0) { $0 + $1.denominator }
    let jackknife = cases.map { ratio(numerator - $0.numerator, denominator - $0.denominator) }
    return try interval(
      estimate: ratio(numerator, denominator), distribution: distribution,
      jackknife: method == .bca ? [jackknife] : [])
  }
}
