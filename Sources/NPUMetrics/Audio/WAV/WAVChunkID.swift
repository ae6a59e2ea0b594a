/// The four characters that name a chunk, least significant first.
struct WAVChunkID: Hashable {
  var code: UInt32

  init(_ code: UInt32) {
    self.code = code
  }

  private init(_ text: StaticString) {
    var code: UInt32 = 0
    text.withUTF8Buffer { characters in
      for index in characters.indices { code |= unsafe UInt32(characters[index]) << UInt32(8 * index) }
    }
    self.code = code
  }

  static let riff = WAVChunkID("RIFF")
  static let rf64 = WAVChunkID("RF64")
  static let bw64 = WAVChunkID("BW64")
  static let wave = WAVChunkID("WAVE")
  static let format = WAVChunkID("fmt ")
  static let data = WAVChunkID("data")
  static let fact = WAVChunkID("fact")
  static let sizes64 = WAVChunkID("ds64")

  private static let known: Set<WAVChunkID> = [
    riff, rf64, bw64, format, data, fact, sizes64, WAVChunkID("LIST"), WAVChunkID("JUNK"), WAVChunkID("junk"),
    WAVChunkID("PAD "), WAVChunkID("FLLR"), WAVChunkID("bext"), WAVChunkID("cue "), WAVChunkID("smpl"),
    WAVChunkID("inst"), WAVChunkID("PEAK"), WAVChunkID("id3 "), WAVChunkID("ID3 "), WAVChunkID("iXML"),
    WAVChunkID("axml"), WAVChunkID("chna"), WAVChunkID("_PMX"), WAVChunkID("acid"), WAVChunkID("afsp"),
  ]

  /// Whether it is a name that WAV files are known to use.
  var isKnown: Bool { Self.known.contains(self) }

  /// Whether it begins another file.
  var beginsFile: Bool { self == .riff || self == .rf64 || self == .bw64 }

  private var characters: [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: code >> (8 * $0)) }
  }

  /// Whether all four characters are printable, as the format demands.
  var isPlausible: Bool {
    var rest = code
    for _ in 0..<4 {
      guard (0x20...0x7E).contains(rest & 0xFF) else { return false }
      rest >>= 8
    }
    return true
  }

  /// The characters, or hexadecimal digits if one is not printable.
  var text: String {
    isPlausible
      ? String(decoding: characters, as: UTF8.self)
      : "0x" + characters.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
