/// The structural similarity of every neighbourhood of two images.
public struct SimilarityMap: Sendable, Hashable {
  /// Pixels of a row, as many as the images have.
  public let width: Int
  /// Rows, as many as the images have.
  public let height: Int
  /// Channels that were compared, 1 to 4.
  public let channels: Int
  /// How far from the edge neighbourhoods reach beyond the image; the scores leave these out.
  public let border: Int
  /// The similarities, row by row, the channels of a pixel beside each other; -1 to 1.
  public let values: [Double]

  init(layout: SampleLayout, border: Int, values: [Double]) {
    width = layout.width
    height = layout.height
    channels = layout.channels
    self.border = border
    self.values = values
  }

  /// The similarity of each pixel, the mean of its channels.
  public var pixels: [Double] {
    stride(from: 0, to: values.count, by: channels).map { pixel in
      values[pixel..<(pixel + channels)].reduce(0, +) / Double(channels)
    }
  }

  /// The score of the images: the mean over all neighbourhoods that lie wholly inside.
  public var score: SimilarityScore {
    var sums = [Double](repeating: 0, count: channels)
    for row in border..<(height - border) {
      for column in border..<(width - border) {
        for channel in 0..<channels { sums[channel] += values[(row * width + column) * channels + channel] }
      }
    }
    return SimilarityScore(sums: sums, windows: (width - 2 * border) * (height - 2 * border))
  }

  /// The map as a gray image: white where the images agree, black where the similarity is 0 or less.
  ///
  /// The sample is 255 times the similarity of the pixel, rounded to nearest.
  public var grayImage: PixelImage {
    PixelImage(
      width: width, height: height, channels: 1,
      checkedSamples: pixels.map { UInt8((255 * Self.clamped($0)).rounded()) })
  }

  /// The map as a colour image: black where the images agree, over red and yellow to white where they do not.
  ///
  /// With t = 1 - similarity, cut to 0...1, the colour is (3t, 3t - 1, 3t - 2), each cut to 0...1, times 255.
  public var heatImage: PixelImage {
    let samples = pixels.flatMap { similarity in
      let heat = 3 * (1 - Self.clamped(similarity))
      return [heat, heat - 1, heat - 2].map { UInt8((255 * Self.clamped($0)).rounded()) }
    }
    return PixelImage(width: width, height: height, channels: 3, checkedSamples: samples)
  }

  /// A similarity cut to 0...1; what is no number counts as no similarity.
  private static func clamped(_ value: Double) -> Double {
    value > 0 ? min(value, 1) : 0
  }
}
