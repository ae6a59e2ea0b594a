/// An image of 8-bit samples, row by row from the top left, the channels of a pixel side by side.
///
/// The samples carry no colour space, gamma or resolution: they are the numbers of the file. Alpha, where present, is
/// straight (not multiplied into the colours); 255 is opaque. The sample of channel `c` at column `x` of row `y` is
/// `samples[(y * width + x) * channels + c]`.
public struct PixelImage: Sendable, Hashable {
  /// Pixels in a row, 1 or more.
  public let width: Int
  /// Rows, 1 or more.
  public let height: Int
  /// Samples in a pixel: 1 is gray, 2 gray and alpha, 3 red, green and blue, 4 the same and alpha.
  public let channels: Int
  /// All samples; exactly width times height times channels.
  public let samples: [UInt8]

  /// Creates an image of given samples.
  ///
  /// - Throws: `ImageError` when a side is not positive, the channels are not 1 to 4, or the samples are too many or
  ///   few.
  public init(width: Int, height: Int, channels: Int, samples: [UInt8]) throws(ImageError) {
    try ImageError.check(count: samples.count, width: width, height: height, channels: channels)
    self.init(width: width, height: height, channels: channels, checkedSamples: samples)
  }

  /// Creates an image whose shape the caller has already checked.
  init(width: Int, height: Int, channels: Int, checkedSamples samples: [UInt8]) {
    assert(samples.count == width * height * channels, "the caller checked another shape than it passed")
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// Width times height.
  public var pixelCount: Int { width * height }

  /// Whether a pixel ends with an alpha sample.
  public var hasAlpha: Bool { channels == 2 || channels == 4 }
}
