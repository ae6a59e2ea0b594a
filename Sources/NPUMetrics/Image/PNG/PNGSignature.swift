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

  /// The name of another format of images with its article, when the first bytes show one.
  static func formatName(_ bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0x8A, 0x4D, 0x4E, 0x47]) { return "an MNG" }
    guard let signature = FileSignature(of: bytes), signature.isImage else { return nil }
    let size = (try? ImageFileInfo(checking: bytes)).map { " of \($0.width)x\($0.height) pixels" } ?? ""
    return (signature == .avif ? "an " : "a ") + signature.rawValue + size
  }
}
