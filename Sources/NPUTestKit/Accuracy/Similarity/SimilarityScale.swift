internal import NPUBase
public import NPUMetrics

/// What a similarity of two responses is measured by: which value is perfect, and which still counts as alike.
public struct SimilarityScale: Sendable, Hashable {
  /// The name of the figure, as in "SSIM".
  public let name: String
  /// What its numbers count, as in "dB"; empty for a pure number.
  public let unit: String
  /// The value of two equal responses.
  public let perfect: Double
  /// The value that is still alike.
  public let limit: Double
  /// Where the limit comes from, in words.
  public let origin: String
  /// Whether higher values are more alike.
  public let isHigherBetter: Bool

  /// Creates a scale.
  public init(name: String, unit: String = "", perfect: Double, limit: Double, origin: String, isHigherBetter: Bool) {
    self.name = name
    self.unit = unit
    self.perfect = perfect
    self.limit = limit
    self.origin = origin
    self.isHigherBetter = isHigherBetter
  }

  /// Structural similarity, alike from a value on; by default that of the guides' acceptance tables.
  public static func ssim(atLeast limit: Double = SSIMBand.acceptableFrom) -> SimilarityScale {
    let origin = limit == SSIMBand.acceptableFrom ? "the band of the guides" : "the limit that was asked for"
    return SimilarityScale(name: "SSIM", perfect: 1, limit: limit, origin: origin, isHigherBetter: true)
  }

  /// Log-mel distance, alike up to a value.
  ///
  /// The default of 3 dB is a factor of two in the power of every band: kernels that round differently stay far below,
  /// another voice, text or pitch far above.
  public static func logMel(atMost limit: Double = 3) -> SimilarityScale {
    SimilarityScale(
      name: "log-mel distance", unit: "dB", perfect: 0, limit: limit,
      origin: limit == 3 ? "a factor of two in power" : "the limit that was asked for", isHigherBetter: false)
  }

  /// The worst value, which stands for a response that failed.
  var failed: Double { isHigherBetter ? -.infinity : .infinity }

  /// Whether a value is as good as another one or better.
  func isAlike(_ value: Double, _ limit: Double) -> Bool { isHigherBetter ? value >= limit : value <= limit }

  /// The value with its unit.
  package func text(_ value: Double?, decimals: Int = 4) -> String {
    guard let value, value.isFinite else { return NumberText.undefined }
    return NumberText.fixed(value, decimals: unit.isEmpty ? decimals : 2) + (unit.isEmpty ? "" : " " + unit)
  }
}
