public import NPUMetrics

/// One image of a response, as the bytes that came.
public struct GeneratedImage: Sendable, Hashable {
  /// The file; empty where the service gave an address and nobody has fetched it.
  public var bytes: [UInt8]
  /// The format that the bytes show; `nil` without bytes.
  public var format: ImageFormat?
  /// The format and the size that the header states, of a file that was followed to its end; `nil` without bytes.
  public var info: ImageFileInfo?
  /// The header of a PNG file, whose checksums were compared as well; `nil` for other formats.
  public var header: PNGInfo?
  /// Where the service keeps the image, where it says so.
  public var url: String?
  /// The name of the file inside an archive.
  public var name: String?
  /// The prompt as the service rewrote it.
  public var revisedPrompt: String?

  /// Wraps a file whose format is already known.
  init(bytes: [UInt8], info: ImageFileInfo, header: PNGInfo?, name: String? = nil) {
    self.bytes = bytes
    self.info = info
    format = ImageFormat(info.format)
    self.header = header
    self.name = name
  }

  /// Names an image that is yet to be fetched.
  init(url: String) {
    bytes = []
    self.url = url
  }

  /// Reads a file and checks it as far as that goes without decoding its pixels.
  ///
  /// The structure is followed to the end of the file, of a PNG with its checksums. Damage that only the pixels of
  /// another format show is not found.
  ///
  /// - Throws: ``ServiceError`` of kind `damagedMedia` if the bytes are no image, or one that is cut or damaged.
  public init(checking bytes: [UInt8]) throws {
    guard let format = ImageFormat(recognising: bytes) else {
      throw ServiceError(
        kind: .damagedMedia,
        message: ImageFormat.isCutSignature(bytes)
          ? "the image ends after \(bytes.count) bytes, inside its signature"
          : "\(bytes.count) bytes that should be an image "
            + (FileSignature(of: bytes).map { "look like \($0.rawValue), which is not read here" }
              ?? "begin with \(Self.shownHead(bytes)), which no image does"))
    }
    if format == .png {
      do throws(PNGError) {
        let header = try PNGInfo(checkingFile: bytes)
        let info = ImageFileInfo(format: .png, width: header.width, height: header.height)
        self.init(bytes: bytes, info: info, header: header)
      } catch {
        throw ServiceError(
          kind: .damagedMedia, message: "the PNG of \(bytes.count) bytes is damaged: \(error)", underlying: error)
      }
      return
    }
    do throws(ImageFileError) {
      self.init(bytes: bytes, info: try ImageFileInfo(checking: bytes), header: nil)
    } catch {
      throw ServiceError(kind: .damagedMedia, message: error.message, underlying: error)
    }
  }

  /// The size in pixels as the header states it; `nil` without bytes.
  public var size: (width: Int, height: Int)? { info.map { ($0.width, $0.height) } }

  /// Decodes the pixels of a PNG.
  ///
  /// - Parameter limits: How large an image is taken.
  /// - Returns: The image.
  /// - Throws: `PNGError` if the bytes are another format, or damaged in a way that only decoding finds.
  public func decoded(limits: PNGLimits = .default) throws(PNGError) -> PNGImage {
    try PNGImage(decoding: bytes, limits: limits)
  }

  private static func shownHead(_ bytes: [UInt8]) -> String {
    bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}
