internal import NPUBase
public import NPUMetrics

/// Ways in which the address of an embedded image can be broken, each of which a service must refuse.
public enum BrokenDataURL: String, Sendable, Hashable, CaseIterable {
  /// Characters that Base64 does not have.
  case invalidCharacters = "invalid_characters"
  /// The text ends in the middle, one character into a group.
  case cut
  /// Nothing behind the comma.
  case empty
  /// No comma between the type and the data.
  case noComma = "no_comma"
  /// Right Base64 of a text.
  case text
  /// Right Base64 of an image file that is cut.
  case cutImage = "cut_image"

  /// The address.
  ///
  /// - Parameter image: The image before it was broken; nil for a small gradient.
  /// - Returns: The address.
  /// - Throws: `PNGError` when memory is out.
  public func address(of image: TestImage? = nil) throws(PNGError) -> String {
    let prefix = "data:image/png;base64,"
    let base64 = Base64.encode(try BrokenPNG.wholeFile(of: image))
    switch self {
    case .invalidCharacters: return prefix + base64.prefix(base64.count / 2) + "!!?*" + base64.suffix(base64.count / 2)
    case .cut: return prefix + base64.prefix(base64.count / 8 * 4 + 1)
    case .empty: return prefix
    case .noComma: return prefix.dropLast() + base64
    case .text: return prefix + Base64.encode(Array("This is not an image.\n".utf8))
    case .cutImage: return prefix + Base64.encode(try BrokenPNG.cutInPixels.bytes(of: image))
    }
  }
}
