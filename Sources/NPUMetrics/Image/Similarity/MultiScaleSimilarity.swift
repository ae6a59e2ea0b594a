/// The multi-scale structural similarity index (MS-SSIM) of two 8-bit images.
///
/// The images are compared at five scales, each half the size of the one before. The finer four give the mean of the
/// right factor of SSIM, contrast and structure, the coarsest the mean of the whole; negative means count as 0. The
/// score of a channel is their product, each raised to its weight:
///
///     cs_1^0.0448 cs_2^0.2856 cs_3^0.3001 cs_4^0.2363 ssim_5^0.1333
///
/// and the score of a colour image the mean of its channels. The range is 0 to 1, exactly 1 for equal images. Windows
/// are Gaussian, sigma 1.5 and 11x11, with the population covariance, and only those wholly inside the image count.
///
/// A scale is made of the one before by the mean of each square of 2x2 pixels; if a side is odd, the first row and the
/// first column are repeated before, and a remainder at the end is left out. The samples of a scale are kept as
/// whole numbers, the sums of the original ones: nothing is lost between the scales.
///
/// This is what piq 0.8.0 computes, to about 1e-12. pytorch-msssim's window is made of 32-bit floats, which moves its
/// values by up to 3e-6; torchmetrics takes the mean of the channels before the product and differs by up to 1e-2.
///
/// Linear in the pixels. Reference: Wang, Simoncelli, Bovik, "Multi-scale structural similarity for image quality
/// assessment", Asilomar Conference on Signals, Systems and Computers (2003).
public struct MultiScaleSimilarity: Sendable, Hashable {
  /// The exponents of the scales, finest first, as in the paper; their sum is 1.0001.
  public static let weights: [Double] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]

  /// The least side of an image that has a window at the coarsest scale, in pixels.
  public static let leastSide: Int = 161

  /// The constant that steadies the comparison of dark windows; above 0.
  public var k1: Double
  /// The constant that steadies the comparison of flat windows; above 0.
  public var k2: Double

  /// The settings of the paper.
  public static let standard: MultiScaleSimilarity = MultiScaleSimilarity()

  /// Creates settings; they are checked when they are used.
  public init(k1: Double = 0.01, k2: Double = 0.03) {
    self.k1 = k1
    self.k2 = k2
  }

  /// The similarity of two images.
  ///
  /// Alpha is dropped, not blended. Two gray images have one channel, all others are compared as RGB, gray repeated.
  ///
  /// - Throws: `ImageError` if the images differ in size, a side is below 161, or a constant is out of range.
  public func score(_ first: PixelImage, _ second: PixelImage) throws(ImageError) -> SimilarityScore {
    let (first, second) = try PixelImage.comparable(first, second)
    let settings = StructuralSimilarity(window: .gaussian(sigma: 1.5), covariance: .population, k1: k1, k2: k2)
    let layout = SampleLayout(of: first)
    try layout.check(fits: Self.leastSide, "the multi-scale similarity with its five scales")
    let radius = try settings.border(in: layout)
    let window = SymmetricWindow(gaussianSigma: 1.5, radius: radius)

    var products = [Double](repeating: 1, count: layout.channels)
    var scale = PooledImages(bytes: (first.samples, second.samples), layout: layout)
    for (level, weight) in Self.weights.enumerated() {
      if level > 0 { scale = scale.halved() }
      let isLast = level == Self.weights.count - 1
      // The samples of a scale are sums of 4, 16, 64 and 256: squares grow by the square of that.
      let range = 255 * Double(1 << (2 * level))
      let windows = SeparableWindows(
        layout: scale.layout, window: window, quantity: isLast ? .similarity : .contrast, gain: 1,
        luminance: 2 * (k1 * range) * (k1 * range), contrast: 2 * (k2 * range) * (k2 * range))
      let sums = scale.sums(windows)
      let means = SimilarityScore(sums: sums, windows: scale.layout.windows(side: window.side)).channels
      for channel in products.indices {
        products[channel] *= Self.power(means[channel], weight)
      }
    }
    return SimilarityScore(channels: products)
  }

  /// A power of a number from 0 to 1; negative numbers count as 0.
  private static func power(_ base: Double, _ exponent: Double) -> Double {
    base > 0 ? (base.reproducibleLogarithm * exponent).reproducibleExponential : 0
  }
}
