/// The similarity of two images, over all and of each channel.
public struct SimilarityScore: Sendable, Hashable {
  /// The similarity of each channel, in the order of the samples.
  public let channels: [Double]

  /// The mean of the channels.
  public var mean: Double {
    channels.reduce(0, +) / Double(channels.count)
  }

  /// What the mean says about the images.
  public var band: SSIMBand { SSIMBand(similarity: mean) }

  /// Makes means of sums.
  init(sums: [Double], windows: Int) {
    channels = sums.map { $0 / Double(windows) }
  }

  init(channels: [Double]) {
    self.channels = channels
  }
}

/// What a structural similarity says about an image of a candidate beside that of its baseline.
///
/// The borders are those of the acceptance tables for generated images: the same prompt and seed on two accelerators
/// give images that are alike, not equal, because their kernels round differently.
@nonexhaustive
public enum SSIMBand: String, Sendable, Hashable, CaseIterable {
  /// Over 0.90: the images agree.
  case consistent
  /// From 0.85 to 0.90, both included: the images differ visibly in places, within what is tolerated.
  case acceptable
  /// Below 0.85, or not a number: the difference needs an explanation.
  case investigate

  /// The least similarity that is not to be investigated.
  public static let acceptableFrom: Double = 0.85
  /// The similarity above which images are consistent.
  public static let consistentAbove: Double = 0.90

  /// The band of a similarity.
  public init(similarity: Double) {
    if similarity > Self.consistentAbove {
      self = .consistent
    } else if similarity >= Self.acceptableFrom {
      self = .acceptable
    } else {
      self = .investigate
    }
  }
}
