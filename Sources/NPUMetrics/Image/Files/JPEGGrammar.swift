/// The segments of a JPEG file, as far as its size and its end need them.
///
/// ITU-T T.81, annex B: markers are FF and a code, most with a length of two bytes behind them. Coded data follow a
/// scan header up to the next marker that is neither a stuffed zero nor a restart.
struct JPEGGrammar: ImageFileGrammar {
  private enum Place {
    case start
    /// FF is due.
    case mark
    /// The code behind FF is due.
    case code
    /// The code behind an FF in coded data is due.
    case codeInData
    case length(code: UInt8)
    case frame(rest: Int)
    case lines(rest: Int)
  }

  let headerLength = 2
  let endName = "its end mark (EOI)"
  private(set) var hasImage = false
  private var width: Int?
  private var height: Int?
  private var place = Place.start

  var size: (width: Int, height: Int)? {
    guard let width, let height else { return nil }
    return (width, height)
  }

  mutating func next(_ bytes: [UInt8]) throws(ImageFileFault) -> ImageFileStep {
    switch place {
    case .start: return segment()
    case .mark:
      guard bytes[0] == 0xFF else {
        throw ImageFileFault(reason: "a marker should stand where byte \(bytes[0]) is")
      }
      place = .code
      return ImageFileStep(collect: 1)
    case .code: return try take(code: bytes[0])
    case .codeInData:
      if bytes[0] == 0 || (0xD0...0xD7).contains(bytes[0]) { return data() }
      return try take(code: bytes[0])
    case .length(let code): return try take(length: bytes.big(0, 2), code: code)
    case .frame(let rest):
      // The size of the first frame is that of the image; a height of 0 is given behind the first scan.
      if width == nil { (height, width) = (bytes.big(1, 2), bytes.big(3, 2)) }
      return segment(skip: rest)
    case .lines(let rest):
      if height ?? 0 == 0 { height = bytes.big(0, 2) }
      return segment(skip: rest)
    }
  }

  private mutating func take(code: UInt8) throws(ImageFileFault) -> ImageFileStep {
    switch code {
    // Any number of FF may stand before a code.
    case 0xFF: return ImageFileStep(collect: 1)
    case 0xD9: return ImageFileStep(collect: 0)
    case 0x01, 0xD0...0xD7: return segment()
    case 0x00, 0x02...0xBF, 0xD8:
      throw ImageFileFault(reason: "the marker FF \(String(code, radix: 16, uppercase: true)) cannot stand there")
    default:
      place = .length(code: code)
      return ImageFileStep(collect: 2)
    }
  }

  private mutating func take(length: Int, code: UInt8) throws(ImageFileFault) -> ImageFileStep {
    guard length >= 2 else { throw ImageFileFault(reason: "a segment has the length \(length), less than 2") }
    switch code {
    case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
      guard length >= 8 else { throw ImageFileFault(reason: "the frame header has \(length) bytes, fewer than 8") }
      place = .frame(rest: length - 7)
      return ImageFileStep(collect: 5)
    case 0xDC:
      guard length >= 4 else { throw ImageFileFault(reason: "the number of lines has \(length) bytes, fewer than 4") }
      place = .lines(rest: length - 4)
      return ImageFileStep(collect: 2)
    case 0xDA:
      guard width != nil else { throw ImageFileFault(reason: "a scan stands before the frame header") }
      hasImage = true
      return data(skip: length - 2)
    default: return segment(skip: length - 2)
    }
  }

  private mutating func segment(skip: Int = 0) -> ImageFileStep {
    place = .mark
    return ImageFileStep(skip: skip, collect: 1)
  }

  private mutating func data(skip: Int = 0) -> ImageFileStep {
    place = .codeInData
    return ImageFileStep(skip: skip, findsMark: true, collect: 1)
  }
}
