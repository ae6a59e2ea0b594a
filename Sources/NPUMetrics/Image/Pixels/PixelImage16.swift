/// An image of 16-bit samples, laid out like ``PixelImage``.
public struct PixelImage16: Sendable, Hashable {
  /// Pixels in a row, 1 or more.
  public let width: Int
  /// Rows, 1 or more.
  public let height: Int
  /// Samples in a pixel: 1 is gray, 2 gray and alpha, 3 red, green and blue, 4 the same and alpha.
  public let channels: Int
  /// All samples; exactly width times height times channels.
  public let samples: [UInt16]

  /// Creates an image of given samples.
  ///
  /// - Throws: `ImageError` when a side is not positive, the channels are not 1 to 4, or the samples are too many or
  ///   few.
  public init(width: Int, height: Int, channels: Int, samples: [UInt16]) throws(ImageError) {
    try ImageError.check(count: samples.count, width: width, height: height, channels: channels)
    self.init(width: width, height: height, channels: channels, checkedSamples: samples)
  }

  /// Creates an image whose shape the caller has already checked.
  init(width: Int, height: Int, channels: Int, checkedSamples samples: [UInt16]) {
    assert(samples.count == width * height * channels, "the caller checked another shape than it passed")
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// Widens 8-bit samples so that 0 stays 0 and 255 becomes 65535.
  public init(widening image: PixelImage) {
    self.init(
      width: image.width, height: image.height, channels: image.channels,
      checkedSamples: image.samples.map { UInt16($0) * 257 })
  }

  /// The image in 8 bits, each sample v rounded to the nearest of 255 v / 65535.
  public var reduced: PixelImage {
    PixelImage(
      width: width, height: height, channels: channels,
      checkedSamples: samples.map { UInt8(truncatingIfNeeded: (UInt32($0) * 255 + 32895) >> 16) })
  }

  /// The image with four channels; an image without alpha becomes opaque, and gray is repeated.
  public var rgba: PixelImage16 {
    guard channels != 4 else { return self }
    var result: [UInt16] = []
    result.reserveCapacity(width * height * 4)
    for start in stride(from: 0, to: samples.count, by: channels) {
      let isColour = channels == 3
      result.append(samples[start])
      result.append(samples[isColour ? start + 1 : start])
      result.append(samples[isColour ? start + 2 : start])
      result.append(channels == 2 ? samples[start + 1] : .max)
    }
    return PixelImage16(width: width, height: height, channels: 4, checkedSamples: result)
  }
}
