/// The structural similarity index (SSIM) of two images: whether neighbourhoods agree in brightness, contrast and
/// structure.
///
/// For each window of two images x and y, with means m, variances v and covariance c,
///
///     SSIM = (2 m_x m_y + C1) (2 c + C2) / ((m_x^2 + m_y^2 + C1) (v_x + v_y + C2)),  C1 = (K1 L)^2, C2 = (K2 L)^2
///
/// where L is the data range. The score of a channel is the mean over all windows that lie wholly inside the image, the
/// score of a colour image the mean of its channels. The range is -1 to 1: exactly 1 for equal images, near 0 for
/// unrelated ones, negative where one is the negative of the other. Swapping the images changes no bit of it.
///
/// The defaults are those of scikit-image's `structural_similarity`, the ``gaussian`` settings those of the paper. Of
/// 8-bit images under a uniform window all sums are exact whole numbers, so the value is exact to rounding of the
/// quotient and the mean; other values agree with scikit-image's to about 1e-13.
///
/// Linear in the pixels; for a uniform window of 7x7 over 8-bit images independent of the window, else proportional to
/// its side. Scratch memory does not depend on the height of the images.
///
/// Reference: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural
/// similarity", IEEE Transactions on Image Processing 13 (2004); scikit-image 0.26.
public struct StructuralSimilarity: Sendable, Hashable {
  /// How the samples of a neighbourhood are weighted.
  public enum Window: Sendable, Hashable {
    /// A square of that side, an odd number of 3 or more, all samples alike.
    case uniform(side: Int)
    /// A normal distribution of that standard deviation in pixels, cut at 3.5 of them: 11x11 for 1.5.
    case gaussian(sigma: Double)
  }

  /// The divisor of variances and covariances.
  public enum Covariance: Sendable, Hashable {
    /// The number of samples of the window less one.
    case sample
    /// The number of samples of the window.
    case population
  }

  /// How the samples of a neighbourhood are weighted.
  public var window: Window
  /// The divisor of variances and covariances.
  public var covariance: Covariance
  /// The difference between the greatest and the least value a sample can have: 255 for 8 bits, often 1 for floats.
  public var dataRange: Double
  /// The constant that steadies the comparison of dark windows; above 0.
  public var k1: Double
  /// The constant that steadies the comparison of flat windows; above 0.
  public var k2: Double

  /// What scikit-image computes by default: a uniform window of 7x7 and the sample covariance.
  public static let standard: StructuralSimilarity = StructuralSimilarity()
  /// What the paper computes: a Gaussian window of sigma 1.5, 11x11, and the population covariance.
  public static let gaussian: StructuralSimilarity = StructuralSimilarity(
    window: .gaussian(sigma: 1.5), covariance: .population)

  /// Creates settings; they are checked when they are used.
  public init(
    window: Window = .uniform(side: 7), covariance: Covariance = .sample, dataRange: Double = 255, k1: Double = 0.01,
    k2: Double = 0.03
  ) {
    self.window = window
    self.covariance = covariance
    self.dataRange = dataRange
    self.k1 = k1
    self.k2 = k2
  }
}

extension StructuralSimilarity {
  /// The similarity of two images.
  ///
  /// Alpha is dropped, not blended. Two gray images have one channel, all others are compared as RGB, gray repeated.
  /// For the similarity of brightness alone, compare ``PixelImage/luma`` of both.
  ///
  /// - Throws: `ImageError` if the images differ in size, are smaller than the window, or a setting is out of range.
  public func score(_ first: PixelImage, _ second: PixelImage) throws(ImageError) -> SimilarityScore {
    let (first, second) = try PixelImage.comparable(first, second)
    return try score(
      first.samples.span, second.samples.span, width: first.width, height: first.height, channels: first.channels)
  }

  /// The similarity of two images given as 8-bit samples, row by row, channels beside each other.
  ///
  /// Every channel counts, an alpha channel too.
  ///
  /// - Throws: `ImageError` if the samples are not as many as the size asks for, the image is smaller than the window,
  ///   or a setting is out of range.
  public func score(
    _ first: Span<UInt8>, _ second: Span<UInt8>, width: Int, height: Int, channels: Int
  ) throws(ImageError) -> SimilarityScore {
    var map: [Double] = []
    let layout = try layout(first.count, second.count, width: width, height: height, channels: channels)
    return try score(first, second, layout: layout, map: &map)
  }

  /// The similarity of two images given as numbers, row by row, channels beside each other.
  ///
  /// Set the data range to that of the numbers. A number that is NaN or infinite makes the score NaN. scikit-image
  /// computes 32-bit floats in 32 bits: it is off by up to 2e-6 there, this is not.
  ///
  /// - Throws: `ImageError` if the samples are not as many as the size asks for, the image is smaller than the window,
  ///   or a setting is out of range.
  public func score(
    _ first: Span<Double>, _ second: Span<Double>, width: Int, height: Int, channels: Int
  ) throws(ImageError) -> SimilarityScore {
    var map: [Double] = []
    let layout = try layout(first.count, second.count, width: width, height: height, channels: channels)
    return try score(first, second, layout: layout, map: &map)
  }

  /// The similarity of every neighbourhood of two images, as large as they are.
  ///
  /// At the border the images are continued by mirroring, as scikit-image's `full=True` does. Alpha is dropped.
  ///
  /// - Throws: `ImageError` if the images differ in size, are smaller than the window, or a setting is out of range.
  public func map(_ first: PixelImage, _ second: PixelImage) throws(ImageError) -> SimilarityMap {
    let (first, second) = try PixelImage.comparable(first, second)
    let layout = SampleLayout(of: first)
    let border = try border(in: layout)
    let padded = layout.padded(by: border)
    var map = [Double](repeating: 0, count: layout.sampleCount)
    let paddedFirst = layout.mirrored(first.samples.span, border: border)
    let paddedSecond = layout.mirrored(second.samples.span, border: border)
    _ = try score(paddedFirst.span, paddedSecond.span, layout: padded, map: &map)
    return SimilarityMap(layout: layout, border: border, values: map)
  }

  /// The similarity of every neighbourhood of two images given as numbers, as large as they are.
  ///
  /// At the border the images are continued by mirroring, as scikit-image's `full=True` does.
  ///
  /// - Throws: `ImageError` if the samples are not as many as the size asks for, the image is smaller than the window,
  ///   or a setting is out of range.
  public func map(
    _ first: Span<Double>, _ second: Span<Double>, width: Int, height: Int, channels: Int
  ) throws(ImageError) -> SimilarityMap {
    let layout = try layout(first.count, second.count, width: width, height: height, channels: channels)
    let border = try border(in: layout)
    let padded = layout.padded(by: border)
    var map = [Double](repeating: 0, count: layout.sampleCount)
    let paddedFirst = layout.mirrored(first, border: border)
    let paddedSecond = layout.mirrored(second, border: border)
    _ = try score(paddedFirst.span, paddedSecond.span, layout: padded, map: &map)
    return SimilarityMap(layout: layout, border: border, values: map)
  }
}
