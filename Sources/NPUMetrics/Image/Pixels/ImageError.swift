/// Why an image could not be built or compared.
public struct ImageError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A side is zero or negative, or the number of samples does not fit an integer.
    case invalidDimensions = "invalid_dimensions"
    /// The number of channels is not 1 to 4.
    case invalidChannelCount = "invalid_channel_count"
    /// There are more or fewer samples than width, height and channels ask for.
    case sampleCountMismatch = "sample_count_mismatch"
    /// Two images that must have the same width, height and channels differ in one of them.
    case shapeMismatch = "shape_mismatch"
    /// The image has fewer pixels on a side than the method needs.
    case imageTooSmall = "image_too_small"
    /// An option of a method is out of its range.
    case invalidOption = "invalid_option"
  }

  /// The cause.
  public var kind: Kind
  /// What was wrong, with the values that explain it, and what to do.
  public var message: String

  /// Creates an error.
  public init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind.rawValue }
}

extension ImageError: CustomStringConvertible {
  /// The message and the cause.
  public var description: String { "\(message) [\(shortDescription)]" }
}

extension ImageError {
  /// The number of samples of an image, or an error when no such image can exist.
  static func sampleCount(width: Int, height: Int, channels: Int) throws(ImageError) -> Int {
    guard (1...4).contains(channels) else {
      throw ImageError(
        kind: .invalidChannelCount,
        message: "An image cannot have \(channels) channels; use 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGBA).")
    }
    guard width > 0, height > 0 else {
      throw ImageError(
        kind: .invalidDimensions, message: "An image of \(width)x\(height) has no pixel; both sides must be 1 or more.")
    }
    let (pixels, pixelOverflow) = width.multipliedReportingOverflow(by: height)
    let (count, overflow) = pixels.multipliedReportingOverflow(by: channels)
    guard !pixelOverflow, !overflow else {
      throw ImageError(
        kind: .invalidDimensions,
        message: "An image of \(width)x\(height) with \(channels) channels has more samples than an integer can count.")
    }
    return count
  }

  /// Throws unless an array holds exactly the samples of an image.
  static func check(count: Int, width: Int, height: Int, channels: Int) throws(ImageError) {
    let expected = try sampleCount(width: width, height: height, channels: channels)
    guard count == expected else {
      throw ImageError(
        kind: .sampleCountMismatch,
        message: "\(count) samples were given, but \(width)x\(height) with \(channels) channels takes \(expected).")
    }
  }
}
