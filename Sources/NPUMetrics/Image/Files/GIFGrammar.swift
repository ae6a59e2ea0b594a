/// The blocks of a GIF file, as far as its size and its end need them (GIF89a specification, CompuServe, 1990).
struct GIFGrammar: ImageFileGrammar {
  private enum Place { case header, block, label, image, codeSize, part }

  let headerLength = 13
  let endName = "its trailer"
  private(set) var size: (width: Int, height: Int)?
  private(set) var hasImage = false
  private var place = Place.header

  mutating func next(_ bytes: [UInt8]) throws(ImageFileFault) -> ImageFileStep {
    switch place {
    case .header:
      size = (bytes.little(6, 2), bytes.little(8, 2))
      return step(.block, skip: Self.tableLength(bytes[10]))
    case .block:
      switch bytes[0] {
      case 0x3B: return ImageFileStep(collect: 0)
      case 0x21: return step(.label)
      case 0x2C: return step(.image, collect: 9)
      default: throw ImageFileFault(reason: "a block cannot begin with byte \(bytes[0])")
      }
    case .label: return step(.part)
    case .image: return step(.codeSize, skip: Self.tableLength(bytes[8]))
    case .codeSize:
      hasImage = true
      return step(.part)
    case .part: return bytes[0] == 0 ? step(.block) : step(.part, skip: Int(bytes[0]))
    }
  }

  private mutating func step(_ next: Place, skip: Int = 0, collect: Int = 1) -> ImageFileStep {
    place = next
    return ImageFileStep(skip: skip, collect: collect)
  }

  /// The bytes of a table of colours; none if there is no table.
  private static func tableLength(_ flags: UInt8) -> Int {
    flags & 0x80 == 0 ? 0 : 3 << Int(flags & 7 + 1)
  }
}
