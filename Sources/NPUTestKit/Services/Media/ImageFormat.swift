public import NPUBase
internal import NPUMetrics

/// A format of image files, as their first bytes show it.
public struct ImageFormat: OpenString {
  /// The name, which is also the usual ending of a file's name.
  public var rawValue: String
  /// Wraps any name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Portable Network Graphics.
  public static let png: ImageFormat = "png"
  /// JPEG.
  public static let jpeg: ImageFormat = "jpeg"
  /// WebP.
  public static let webp: ImageFormat = "webp"
  /// GIF.
  public static let gif: ImageFormat = "gif"
  /// Windows bitmap.
  public static let bmp: ImageFormat = "bmp"

  /// The format of a file; `nil` if its first bytes are those of no image that is read here.
  ///
  /// - Parameter head: The file from its first byte; 12 bytes are enough.
  public init?(recognising head: some Collection<UInt8>) {
    guard let format = FileSignature(of: Array(head.prefix(64))).flatMap(Self.init) else { return nil }
    self = format
  }

  /// The format of a signature; `nil` for one whose images are not read here.
  init?(_ signature: FileSignature) {
    switch signature {
    case .png: self = .png
    case .jpeg: self = .jpeg
    case .webp: self = .webp
    case .gif: self = .gif
    case .bmp: self = .bmp
    default: return nil
    }
  }

  /// The name as messages have it.
  package var shown: String {
    switch self {
    case .webp: "WebP"
    default: rawValue.uppercased()
    }
  }

  /// Whether the bytes are the beginning of a PNG signature and no more than that.
  static func isCutSignature(_ bytes: some Collection<UInt8>) -> Bool {
    (1..<8).contains(bytes.count)
      && ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] as [UInt8]).starts(with: bytes)
  }
}
