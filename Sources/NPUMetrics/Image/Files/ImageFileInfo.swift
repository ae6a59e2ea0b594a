/// What the header of an image file says, once the file was walked through to its end.
///
/// The structure of a PNG, JPEG, WebP, GIF or BMP file is followed from its first byte to its last: a file that is cut
/// off is found, and damage that its pixels alone show is not. Nothing is decoded.
public struct ImageFileInfo: Sendable, Hashable {
  /// The format.
  public var format: FileSignature
  /// Pixels in a row, at least 1.
  public var width: Int
  /// Rows, at least 1.
  public var height: Int

  /// Describes a file.
  public init(format: FileSignature, width: Int, height: Int) {
    self.format = format
    self.width = width
    self.height = height
  }

  /// Walks through a file.
  ///
  /// - Parameter bytes: The whole file; bytes behind its end are not looked at.
  /// - Throws: ``ImageFileError`` if it is no such file, is cut off, or contradicts itself.
  public init(checking bytes: [UInt8]) throws(ImageFileError) {
    guard let format = FileSignature(of: bytes), var walk = ImageFileWalk(format) else {
      throw ImageFileError(
        kind: .unsupported,
        message: "The size of "
          + (FileSignature(of: bytes).map { "a file that looks like \($0.rawValue)" } ?? "a file of no known format")
          + " is not read; use PNG, JPEG, WebP, GIF or BMP.")
    }
    try walk.take(bytes.span)
    self = try walk.finish()
  }
}

/// Why an image file is not what it should be.
public struct ImageFileError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The file ends before its end.
    case truncated
    /// A part of the file contradicts its format.
    case malformed
    /// The format is not read.
    case unsupported
  }

  /// The cause.
  public var kind: Kind
  /// What was wrong, with the values that explain it.
  public var message: String

  /// Creates an error.
  public init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }
}

extension ImageFileError: CustomStringConvertible {
  /// The message and the cause.
  public var description: String { "\(message) [\(kind.rawValue)]" }
}
