/// How the images, sounds or transcriptions of a load are examined.
public struct MediaQualityOptions: Sendable, Hashable {
  /// How many responses under load are compared with as many alone, asked for before the load; 0 for none.
  ///
  /// Images need a seed: without one, two responses to one request differ anyway.
  public var aloneCases: Int

  /// Creates options.
  ///
  /// - Parameter aloneCases: How many responses are compared; less than 0 is none.
  public init(aloneCases: Int = 16) { self.aloneCases = max(aloneCases, 0) }
}
