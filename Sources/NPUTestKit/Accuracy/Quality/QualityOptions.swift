/// How the responses of a load are examined.
public struct QualityOptions: Sendable, Hashable {
  /// The share of requests that are replaced by ones whose response is known, 0 to 0.5.
  public var canaryShare: Double
  /// How many requests are sent alone after the load, twice each, to compare their responses; 0 for none.
  ///
  /// Only where the temperature is 0: with any other, two responses to one request differ anyway.
  public var aloneCases: Int

  /// Creates options.
  ///
  /// - Parameters:
  ///   - canaryShare: The share of canaries; less than 0 is none, more than 0.5 is 0.5.
  ///   - aloneCases: How many requests are compared with themselves alone.
  public init(canaryShare: Double = 0.02, aloneCases: Int = 16) {
    self.canaryShare = canaryShare.isNaN ? 0 : min(max(canaryShare, 0), 0.5)
    self.aloneCases = max(aloneCases, 0)
  }
}
