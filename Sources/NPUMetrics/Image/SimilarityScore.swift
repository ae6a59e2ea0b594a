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
