/// The chunks of a PNG file, as far as its size and its end need them; checksums are not computed.
struct PNGGrammar: ImageFileGrammar {
  private enum Place {
    case signature, chunk
    case header(rest: Int)
  }

  let headerLength = 8
  let endName = "its end mark (IEND)"
  private(set) var size: (width: Int, height: Int)?
  private(set) var hasImage = false
  private var place = Place.signature

  mutating func next(_ bytes: [UInt8]) throws(ImageFileFault) -> ImageFileStep {
    switch place {
    case .signature: return chunk()
    case .chunk:
      let length = bytes.big(0, 4)
      let name = Array(bytes[4...]).shownName
      guard length <= 0x7FFF_FFFF else { throw ImageFileFault(reason: "the chunk \(name) has \(length) bytes") }
      guard size != nil || name == "IHDR" else { throw ImageFileFault(reason: "its first chunk is \(name), not IHDR") }
      switch name {
      case "IHDR":
        guard length >= 8 else { throw ImageFileFault(reason: "the header has \(length) bytes") }
        place = .header(rest: length - 8 + 4)
        return ImageFileStep(collect: 8)
      case "IEND": return ImageFileStep(skip: length + 4, collect: 0)
      case "IDAT": hasImage = true
      default: break
      }
      return chunk(skip: length + 4)
    case .header(let rest):
      if size == nil { size = (bytes.big(0, 4), bytes.big(4, 4)) }
      return chunk(skip: rest)
    }
  }

  private mutating func chunk(skip: Int = 0) -> ImageFileStep {
    place = .chunk
    return ImageFileStep(skip: skip, collect: 8)
  }
}
