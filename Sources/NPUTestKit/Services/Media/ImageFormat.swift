public import NPUBase

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

  /// Bytes that are enough to recognise every format.
  static let signatureLength = 12

  /// The format of a file; `nil` if its first bytes are those of no image that is known here.
  ///
  /// - Parameter head: The file from its first byte; 12 bytes are enough.
  public init?(recognising head: some Collection<UInt8>) {
    let head = Array(head.prefix(Self.signatureLength))
    func has(_ text: String, at index: Int = 0) -> Bool { head.dropFirst(index).starts(with: text.utf8) }
    if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if head.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if has("RIFF"), has("WEBP", at: 8) {
      self = .webp
    } else if has("GIF87a") || has("GIF89a") {
      self = .gif
    } else if has("BM"), head.count >= 10, head[6..<10].allSatisfy({ $0 == 0 }) {
      self = .bmp
    } else {
      return nil
    }
  }

  /// Whether the bytes are the beginning of a PNG signature and no more than that.
  static func isCutSignature(_ bytes: some Collection<UInt8>) -> Bool {
    (1..<8).contains(bytes.count)
      && ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] as [UInt8]).starts(with: bytes)
  }
}
