/// Tells PNG files from others by their first bytes.
enum PNGSignature {
  /// Throws unless the bytes begin as a PNG file does.
  static func check(_ bytes: [UInt8]) throws(PNGError) {
    let signature = PNGChunkReader.signature
    if bytes.starts(with: signature) { return }
    guard !bytes.isEmpty else {
      throw PNGError(kind: .truncated, message: "There are no bytes at all.", offset: 0)
    }
    if signature.starts(with: bytes) {
      throw PNGError(
        kind: .truncated, message: "The file ends after \(bytes.count) bytes, inside the PNG signature.",
        offset: bytes.count)
    }
    let head = bytes.prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(separator: " ")
    if bytes.starts(with: signature.prefix(4)) || bytes.starts(with: [0x09, 0x50, 0x4E, 0x47]) {
      throw PNGError(
        kind: .damagedSignature,
        message: "The PNG signature reads \(head): a transfer as text has changed the file; send it as binary.",
        offset: 0)
    }
    if let name = formatName(bytes) {
      throw PNGError(
        kind: .unsupportedFormat, message: "The file is \(name), which is not decoded here; ask the service for PNG.",
        offset: 0)
    }
    throw PNGError(kind: .notPNG, message: "The file begins with \(head), which is no PNG signature.", offset: 0)
  }

  /// The name of another format with its article, when the first bytes show one.
  static func formatName(_ bytes: [UInt8]) -> String? {
    func has(_ text: String, at index: Int) -> Bool { bytes.dropFirst(index).starts(with: text.utf8) }
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "a JPEG" }
    if has("GIF87a", at: 0) || has("GIF89a", at: 0) { return "a GIF" }
    if has("RIFF", at: 0), has("WEBP", at: 8) { return "a WebP" }
    if has("BM", at: 0), bytes.count >= 10, bytes[6..<10].allSatisfy({ $0 == 0 }) { return "a BMP" }
    if bytes.starts(with: [0x49, 0x49, 0x2A, 0x00]) || bytes.starts(with: [0x4D, 0x4D, 0x00, 0x2A]) {
      return "a TIFF"
    }
    if has("ftypavif", at: 4) || has("ftypavis", at: 4) { return "an AVIF" }
    if has("ftyphei", at: 4) || has("ftypmif1", at: 4) { return "an HEIF" }
    if bytes.starts(with: [0x00, 0x00, 0x00, 0x0C, 0x4A, 0x58, 0x4C, 0x20]) || bytes.starts(with: [0xFF, 0x0A]) {
      return "a JPEG XL"
    }
    if bytes.starts(with: [0x8A, 0x4D, 0x4E, 0x47]) { return "an MNG" }
    return nil
  }
}
