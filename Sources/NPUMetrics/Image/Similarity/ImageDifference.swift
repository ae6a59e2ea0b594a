/// How far apart the samples of two 8-bit images are: MSE, PSNR, MAE, greatest difference.
///
/// The sums are whole numbers and exact. Unlike structural similarity it is defined for images of any size.
/// Linear in the pixels.
public struct ImageDifference: Sendable, Hashable {
  /// How many samples were compared; 1 or more.
  public let sampleCount: Int
  /// The sum of the squares of the differences.
  public let squaredSum: UInt64
  /// The sum of the magnitudes of the differences.
  public let absoluteSum: UInt64
  /// The greatest magnitude of a difference, 0 to 255.
  public let greatest: Int
  /// How many samples differ.
  public let differingCount: Int

  /// The mean squared error: the sum of squares over the number of samples; 0 to 65025.
  public var meanSquaredError: Double { Double(squaredSum) / Double(sampleCount) }

  /// The mean absolute error: the sum of magnitudes over the number of samples; 0 to 255.
  public var meanAbsoluteError: Double { Double(absoluteSum) / Double(sampleCount) }

  /// The peak signal-to-noise ratio in decibels: 10 log10(255^2 / MSE); infinite for equal images.
  ///
  /// As scikit-image's `peak_signal_noise_ratio` with a data range of 255. 30 to 50 dB is usual for lossy compression.
  public var peakSignalToNoiseRatio: Double {
    guard squaredSum > 0 else { return .infinity }
    let ratio = (255 * 255 / meanSquaredError).reproducibleLogarithm
    return 10 * ratio / 10.0.reproducibleLogarithm
  }

  /// The differences of all samples of two images.
  ///
  /// Alpha is dropped, not blended. Two gray images are compared as such, all others as RGB, gray repeated. For the
  /// difference in brightness alone, compare ``PixelImage/luma`` of both.
  ///
  /// - Throws: `ImageError` if the images differ in size.
  public init(_ first: PixelImage, _ second: PixelImage) throws(ImageError) {
    let (first, second) = try PixelImage.comparable(first, second)
    self.init(first.samples.span, second.samples.span, channel: 0, of: 1)
  }

  /// The differences of each channel of two images: one of gray images, else red, green and blue.
  ///
  /// - Throws: `ImageError` if the images differ in size.
  public static func ofChannels(_ first: PixelImage, _ second: PixelImage) throws(ImageError) -> [ImageDifference] {
    let (first, second) = try PixelImage.comparable(first, second)
    return (0..<first.channels).map { channel in
      ImageDifference(first.samples.span, second.samples.span, channel: channel, of: first.channels)
    }
  }

  /// The differences of every n-th sample.
  @inline(__always)
  private init(_ first: Span<UInt8>, _ second: Span<UInt8>, channel: Int, of channels: Int) {
    var squares: UInt64 = 0
    var magnitudes: UInt64 = 0
    var greatest: UInt32 = 0
    var differing = 0
    var index = channel
    let count = min(first.count, second.count)
    while index < count {
      // So many squares of a byte fit 32 bits.
      let end = min(count, index + 65_536 * channels)
      var square: UInt32 = 0
      var magnitude: UInt32 = 0
      var unequal: UInt32 = 0
      while index < end {
        let a = UInt32(first[index])
        let b = UInt32(second[index])
        let difference = max(a, b) &- min(a, b)
        square &+= difference &* difference
        magnitude &+= difference
        greatest = max(greatest, difference)
        unequal &+= difference == 0 ? 0 : 1
        index &+= channels
      }
      squares += UInt64(square)
      magnitudes += UInt64(magnitude)
      differing += Int(unequal)
    }
    sampleCount = count / channels
    squaredSum = squares
    absoluteSum = magnitudes
    self.greatest = Int(greatest)
    differingCount = differing
  }
}
