internal import NPUBase
public import NPUMetrics

/// An image made by code, whose contents are known: something to send to a service that sees.
///
/// The same arguments give the same pixels everywhere. No font, file or network is used. Images are red, green and
/// blue in 8 bits, at most 2^26 pixels large.
public struct TestImage: Sendable, Hashable {
  /// The pixels.
  public let pixels: PixelImage

  /// Wraps pixels of any origin.
  ///
  /// - Parameter pixels: The pixels.
  public init(pixels: PixelImage) {
    self.pixels = pixels
  }

  /// Pixels in a row.
  public var width: Int { pixels.width }
  /// Rows.
  public var height: Int { pixels.height }

  /// The image as a PNG file.
  ///
  /// Decoding gives the same pixels; the bytes may differ between versions of zlib.
  ///
  /// - Returns: The bytes of the file.
  /// - Throws: `PNGError` when memory is out.
  public func png() throws(PNGError) -> [UInt8] {
    // Flat areas and gradients: neither takes long nor becomes large this way.
    try pixels.pngEncoded(compressionLevel: 1, filter: .up)
  }

  /// The PNG file in Base64, without line ends.
  ///
  /// - Returns: The text.
  /// - Throws: `PNGError` when memory is out.
  public func base64() throws(PNGError) -> String {
    Base64.encode(try png())
  }

  /// The PNG file as a data address: `data:image/png;base64,…`.
  ///
  /// - Returns: The address.
  /// - Throws: `PNGError` when memory is out.
  public func dataURL() throws(PNGError) -> String {
    "data:image/png;base64," + (try base64())
  }
}
