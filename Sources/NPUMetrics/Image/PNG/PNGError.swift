/// Why bytes are not a PNG image that can be decoded, or an image could not be encoded.
public struct PNGError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The bytes begin like no image that is known here.
    case notPNG = "not_png"
    /// The bytes begin like another image format, which the message names.
    case unsupportedFormat = "unsupported_format"
    /// The PNG signature is there, but line ends or the eighth bit were changed on the way.
    case damagedSignature = "damaged_signature"
    /// The bytes end before the image does.
    case truncated = "truncated"
    /// A chunk has a type that is not four letters, a length out of range or a length its type does not allow.
    case invalidChunk = "invalid_chunk"
    /// The checksum of a chunk that is needed does not match its bytes.
    case checksumMismatch = "checksum_mismatch"
    /// A chunk is missing, comes twice, or stands where it must not.
    case chunkOrder = "chunk_order"
    /// A chunk of unknown meaning says that the image cannot be understood without it.
    case unknownCriticalChunk = "unknown_critical_chunk"
    /// The header holds a size, depth, colour type or method that the standard does not have.
    case invalidHeader = "invalid_header"
    /// The palette is empty, too long or not made of triples.
    case invalidPalette = "invalid_palette"
    /// The image is legal but larger than the caller's limits.
    case limitExceeded = "limit_exceeded"
    /// The compressed stream is damaged.
    case invalidImageData = "invalid_image_data"
    /// The compressed stream is shorter than the image that the header promises.
    case notEnoughImageData = "not_enough_image_data"
    /// A row names a filter that does not exist.
    case invalidFilter = "invalid_filter"
    /// An option of the encoder is out of its range.
    case invalidOption = "invalid_option"
    /// The memory that the compressor needs is not to be had.
    case outOfMemory = "out_of_memory"
  }

  /// The cause.
  public var kind: Kind
  /// What was wrong, with the values that explain it.
  public var message: String
  /// Where in the bytes the fault lies, counted from 0; absent where no place can be named.
  public var offset: Int?

  /// Creates an error.
  public init(kind: Kind, message: String, offset: Int? = nil) {
    self.kind = kind
    self.message = message
    self.offset = offset
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind.rawValue }
}

extension PNGError: CustomStringConvertible {
  /// The message, the place and the cause.
  public var description: String {
    let place = offset.map { " (at byte \($0))" } ?? ""
    return "\(message)\(place) [\(shortDescription)]"
  }
}

extension PNGError {
  /// The error for a compressor that cannot start.
  static let noMemoryForCompression = PNGError(
    kind: .outOfMemory, message: "zlib could not get the memory of about 300 KiB that it needs to start.")
}
