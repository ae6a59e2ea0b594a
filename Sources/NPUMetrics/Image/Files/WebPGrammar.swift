/// The chunks of a WebP file, as far as its size and its end need them.
///
/// RFC 9649: a RIFF file of type WEBP whose first chunk is a lossy image (`VP8 `), a lossless one (`VP8L`), or the
/// header of an extended file (`VP8X`) with the size of its canvas.
struct WebPGrammar: ImageFileGrammar {
  private enum Place {
    case header, chunk
    case image(name: String, rest: Int)
  }

  let headerLength = 12
  var endName: String { "the \(stated) bytes that its header states" }
  private(set) var size: (width: Int, height: Int)?
  private(set) var hasImage = false
  private var place = Place.header
  private var stated = 0
  /// Bytes of the RIFF file that no chunk was read of.
  private var left = 0

  mutating func next(_ bytes: [UInt8]) throws(ImageFileFault) -> ImageFileStep {
    switch place {
    case .header:
      let length = bytes.little(4, 4)
      guard length >= 4 else { throw ImageFileFault(reason: "the header states \(length) bytes") }
      (stated, left) = (length + 8, length - 4)
      return chunk()
    case .chunk: return try take(bytes)
    case .image(let name, let rest):
      try take(bytes, of: name)
      return chunk(skip: rest)
    }
  }

  private mutating func take(_ head: [UInt8]) throws(ImageFileFault) -> ImageFileStep {
    let length = head.little(4, 4)
    let name = head.shownName
    left -= 8
    guard length <= left else {
      throw ImageFileFault(reason: "the chunk \(name) has \(length) bytes, and the file only \(left) more")
    }
    // A chunk of odd length is filled up by a byte, which some encoders leave out at the end.
    let padded = min(left, length + length % 2)
    left -= padded
    let wanted = ["VP8 ": 10, "VP8L": 5, "VP8X": 10][name]
    if name == "ANMF" { hasImage = true }
    guard let wanted else { return chunk(skip: padded) }
    guard length >= wanted else { throw ImageFileFault(reason: "the chunk \(name) has only \(length) bytes") }
    place = .image(name: name, rest: padded - wanted)
    return ImageFileStep(collect: wanted)
  }

  private mutating func take(_ bytes: [UInt8], of name: String) throws(ImageFileFault) {
    let found: (width: Int, height: Int)
    switch name {
    case "VP8X": found = (bytes.little(4, 3) + 1, bytes.little(7, 3) + 1)
    case "VP8L":
      guard bytes[0] == 0x2F else { throw ImageFileFault(reason: "the lossless image lacks its signature 2F") }
      let bits = bytes.little(1, 4)
      found = (bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
      hasImage = true
    default:
      guard bytes[0] & 1 == 0, bytes[3...5].elementsEqual([0x9D, 0x01, 0x2A]) else {
        throw ImageFileFault(reason: "the lossy image does not begin with a key frame")
      }
      found = (bytes.little(6, 2) & 0x3FFF, bytes.little(8, 2) & 0x3FFF)
      hasImage = true
    }
    // The size of the canvas comes first, and is that of the image.
    if size == nil { size = found }
  }

  private mutating func chunk(skip: Int = 0) -> ImageFileStep {
    place = .chunk
    return ImageFileStep(skip: skip, collect: left >= 8 ? 8 : 0)
  }
}
