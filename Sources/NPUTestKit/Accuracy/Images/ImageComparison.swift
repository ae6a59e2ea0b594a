public import NPUMetrics

/// Whether a candidate makes the images that its baseline makes: the same prompts and seeds, compared pixel by pixel.
///
/// ```swift
/// let (gpu, npu) = (try Service("http://gpu:8000"), try Service("http://npu:8000"))
/// let pattern = ImageRequest(prompt: nil, steps: 30)
/// let comparison = try await ImageComparison.run(
///   ImageCase.cases(seeds: 13), baseline: ComparedSide(images: gpu.images, pattern: pattern),
///   candidate: ComparedSide(images: npu.images, pattern: pattern))
/// print(comparison.verdict, comparison.reason)
/// ```
public struct ImageComparison: Sendable, Hashable {
  /// What the baseline is.
  public let baseline: String
  /// What the candidate is.
  public let candidate: String
  /// The cases, in their order.
  public let cases: [ImageCaseComparison]
  /// The cases that one side alone has.
  public let missing: [String]
  /// How the verdict is reached.
  public let judgement: SimilarityJudgement

  /// Judges compared cases.
  ///
  /// - Parameters:
  ///   - baseline: What the baseline is.
  ///   - candidate: What the candidate is.
  ///   - cases: The compared cases.
  ///   - missing: The cases that one side alone has.
  ///   - scale: By what images are compared; structural similarity.
  ///   - tolerance: The share of cases that may be bad or lost, above 0 and below 1.
  /// - Throws: `StatisticsError` if the tolerance is outside its range.
  public init(
    baseline: String, candidate: String, cases: [ImageCaseComparison], missing: [String] = [],
    scale: SimilarityScale = .ssim(), tolerance: Double = 0.05
  ) throws(StatisticsError) {
    self.baseline = baseline
    self.candidate = candidate
    self.cases = cases
    self.missing = missing
    judgement = try SimilarityJudgement(
      cases.compactMap(\.similarity), scale: scale, tolerance: tolerance, isWhole: missing.isEmpty)
  }

  /// What it comes to.
  public var verdict: AccuracyVerdict { judgement.verdict }

  /// Why, with the numbers.
  public var reason: String { judgement.reason }

  /// How many cases have a similarity in each band of the guides.
  public var bands: [SSIMBand: Int] {
    cases.compactMap { $0.scores?.band }.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  /// The mean of a figure over the cases that have it; nil where none does.
  public func mean(_ figure: KeyPath<ImageScores, Double?>) -> Double? {
    let values = cases.compactMap { $0.scores?[keyPath: figure] }
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

extension ImageComparison {
  /// Asks two sides for images and compares them.
  ///
  /// - Parameters:
  ///   - cases: What is asked for.
  ///   - baseline: The side that is taken for right.
  ///   - candidate: The side that is judged.
  ///   - repeats: How often the baseline is asked for each image: twice shows its own noise.
  ///   - concurrency: How many cases are asked for at a time.
  ///   - scale: By what images are compared.
  ///   - tolerance: The share of cases that may be bad or lost, above 0 and below 1.
  ///   - progress: Is told after each case how many are done.
  ///   - inspect: Gets the responses to each case, for instance to paint where they differ.
  /// - Returns: The comparison.
  /// - Throws: ``AccuracyError``, `StatisticsError`, what the inspection throws; `CancellationError`.
  public static func run(
    _ cases: [ImageCase], baseline: ComparedSide<ImageCase>, candidate: ComparedSide<ImageCase>, repeats: Int = 2,
    concurrency: Int = 1, scale: SimilarityScale = .ssim(), tolerance: Double = 0.05,
    progress: @escaping (Int) -> Void = { _ in },
    inspect: @escaping @Sendable (ImageCase, [CaseResponse], [CaseResponse]) throws -> Void = { _, _, _ in }
  ) async throws -> ImageComparison {
    let comparison = SideComparison(
      baseline: baseline, candidate: candidate, repeats: repeats, concurrency: concurrency)
    let result = try await comparison.run(cases, progress: progress) { asked, own, other in
      try inspect(asked, own, other)
      return ImageCaseComparison(asked, baseline: own, candidate: other, scale: scale)
    }
    return try ImageComparison(
      baseline: baseline.name, candidate: candidate.name, cases: result.compared, missing: result.missing, scale: scale,
      tolerance: tolerance)
  }
}
