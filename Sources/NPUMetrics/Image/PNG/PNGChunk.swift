/// One chunk of a PNG file: where it stands and what it claims to be.
struct PNGChunk {
  /// The four letters that name a chunk, as one number in the order of the file.
  struct ChunkType: Hashable, CustomStringConvertible {
    var code: UInt32

    static let ihdr = ChunkType(code: 0x4948_4452)
    static let plte = ChunkType(code: 0x504C_5445)
    static let trns = ChunkType(code: 0x7452_4E53)
    static let idat = ChunkType(code: 0x4944_4154)
    static let iend = ChunkType(code: 0x4945_4E44)

    /// The four bytes, first letter first.
    var letters: [UInt8] {
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: code >> $0) }
    }

    /// Whether all four bytes are Latin letters.
    var isValid: Bool {
      letters.allSatisfy { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    }

    /// Whether the image can be decoded without it: the first letter is small.
    var isAncillary: Bool { code & 0x2000_0000 != 0 }

    /// The letters; bytes that are none are written as numbers, since they come from a stranger.
    var description: String {
      guard isValid else {
        return "\(letters.map { "0x" + String($0, radix: 16) }.joined(separator: " "))"
      }
      return String(decoding: letters, as: UTF8.self)
    }
  }

  var type: ChunkType
  /// The place of the length field.
  var offset: Int
  /// The place of the data.
  var data: Range<Int>
  /// Whether the checksum matches; always so for a chunk that is not ancillary, since the reader throws otherwise.
  var isIntact: Bool
}
