/// Something in a WAV file that is not as it says or should be, and that reading could put right.
@nonexhaustive
public enum WAVNotice: Sendable, Hashable {
  /// The size of the whole file is a placeholder or wrong; both count as the field does, without its first 8 bytes.
  case containerSize(declared: UInt64, actual: Int)
  /// The size of the sample data is a placeholder of a writer that streams; the data runs to the end.
  case dataSizePlaceholder(declared: UInt64, actual: Int)
  /// The sample data ends before its stated size: the file was cut.
  case dataCutShort(declared: UInt64, actual: Int)
  /// Bytes after the last whole frame were left out.
  case partialFrame(bytes: Int)
  /// The stated bytes of a frame differ from channels times bytes of a sample.
  case blockAlign(declared: Int, computed: Int)
  /// The stated bytes of a second differ from rate times bytes of a frame.
  case byteRate(declared: Int, computed: Int)
  /// The sample data stands before its description.
  case dataBeforeFormat
  /// The number of frames in the fact chunk differs from that of the data.
  case factFrames(declared: UInt64, actual: Int)
  /// A chunk of odd size is not followed by the byte that makes it even.
  case missingPadding(chunk: String)
  /// A chunk other than the data states more bytes than there are.
  case chunkBeyondEnd(chunk: String, declared: UInt64, available: Int)
  /// There is more than one data chunk; the first was read, and this many bytes were not.
  case furtherData(bytes: Int)
  /// Another whole WAV file follows at this offset; it is not part of this one.
  case anotherFile(offset: Int)
  /// Bytes at the end belong to no chunk.
  case trailingBytes(Int)
}

extension WAVNotice: CustomStringConvertible {
  /// The notice with its values.
  public var description: String {
    switch self {
    case .containerSize(let declared, let actual): "the header states a size of \(declared), the file has \(actual)"
    case .dataSizePlaceholder(let declared, let actual):
      "the data size \(declared) is a placeholder; \(actual) bytes are there"
    case .dataCutShort(let declared, let actual): "the data is cut: \(declared) bytes stated, \(actual) there"
    case .partialFrame(let bytes): "\(bytes) bytes after the last whole frame are left out"
    case .blockAlign(let declared, let computed): "a frame is stated as \(declared) bytes and has \(computed)"
    case .byteRate(let declared, let computed): "a second is stated as \(declared) bytes and has \(computed)"
    case .dataBeforeFormat: "the data stands before its format"
    case .factFrames(let declared, let actual): "the fact chunk states \(declared) frames, there are \(actual)"
    case .missingPadding(let chunk): "the odd chunk '\(chunk)' has no padding"
    case .chunkBeyondEnd(let chunk, let declared, let available):
      "the chunk '\(chunk)' states \(declared) bytes, \(available) are left"
    case .furtherData(let bytes): "\(bytes) bytes in further data chunks are left out"
    case .anotherFile(let offset): "another WAV file begins at byte \(offset)"
    case .trailingBytes(let bytes): "\(bytes) bytes at the end belong to no chunk"
    }
  }
}
