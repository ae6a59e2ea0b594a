/// How large an image a decoder takes from a stranger.
///
/// The limits are compared with the file's header before any memory is asked for, so a file of a few bytes that claims
/// an image of terabytes costs nothing. The compressed stream cannot make the decoder use more than the header
/// promised.
public struct PNGLimits: Sendable, Hashable {
  /// The most pixels in a row and the most rows.
  public var maximumSide: Int
  /// The most pixels.
  public var maximumPixels: Int
  /// The most bytes that decoded samples may take, at the depth of the file.
  public var maximumBytes: Int

  /// Creates limits; the default is a million pixels a side, 100 million pixels, and 1 GiB.
  public init(
    maximumSide: Int = 1_000_000, maximumPixels: Int = 100_000_000, maximumBytes: Int = 1 << 30
  ) {
    self.maximumSide = maximumSide
    self.maximumPixels = maximumPixels
    self.maximumBytes = maximumBytes
  }

  /// The limits of a decoder that is not told others.
  public static let `default` = PNGLimits()

  /// Throws when an image is too large.
  func check(_ info: PNGInfo) throws(PNGError) {
    guard info.width <= maximumSide, info.height <= maximumSide else {
      throw PNGError(
        kind: .limitExceeded,
        message: "The image is \(info.width)x\(info.height); at most \(maximumSide) pixels a side are taken.",
        offset: PNGInfo.sizeOffset)
    }
    // Both sides are below 2^31, so the product fits.
    let pixels = info.width * info.height
    guard pixels <= maximumPixels else {
      throw PNGError(
        kind: .limitExceeded,
        message: "The image is \(info.width)x\(info.height), \(pixels) pixels; at most \(maximumPixels) are taken.",
        offset: PNGInfo.sizeOffset)
    }
    let (bytes, overflow) = info.rowBytes(width: info.width).multipliedReportingOverflow(by: info.height)
    // A quarter of all numbers, so that no later sum of sizes can overflow.
    guard !overflow, bytes <= min(maximumBytes, .max / 4) else {
      throw PNGError(
        kind: .limitExceeded,
        message: "The samples of \(info.width)x\(info.height) at \(info.bitsPerPixel) bits a pixel take more than the "
          + "\(maximumBytes) bytes allowed.", offset: PNGInfo.sizeOffset)
    }
  }
}
