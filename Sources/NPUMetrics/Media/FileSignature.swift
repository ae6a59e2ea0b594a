/// What a file looks like by its first bytes: an image, audio, an archive, or a text such as the description of an error.
///
/// A service that was asked for another format, or that failed, answers with any of these.
@nonexhaustive
public enum FileSignature: String, Sendable, Hashable, CaseIterable {
  /// RIFF, RF64 or BW64 of type WAVE.
  case wav = "WAV"
  /// A WAV file with an ID3 tag before it, as no reader of WAV files takes it.
  case taggedWAV = "WAV behind an ID3 tag"
  /// MPEG audio, with or without an ID3 tag.
  case mp3 = "MP3"
  /// Advanced Audio Coding in an ADTS stream.
  case aac = "AAC"
  /// Free Lossless Audio Codec.
  case flac = "FLAC"
  /// Ogg with Opus, Vorbis or another codec.
  case ogg = "Ogg"
  /// Audio Interchange File Format.
  case aiff = "AIFF"
  /// MPEG-4, such as M4A.
  case mp4 = "MP4"
  /// Matroska or WebM.
  case matroska = "Matroska/WebM"
  /// Sun audio.
  case au = "AU"
  /// Adaptive Multi-Rate.
  case amr = "AMR"
  /// Core Audio Format.
  case caf = "CAF"
  /// Sony Wave64.
  case wave64 = "Wave64"
  /// A RIFF file with greatest byte first.
  case bigEndianRIFF = "RIFX"
  /// A RIFF file of a type other than WAVE.
  case otherRIFF = "RIFF of another type"
  /// Portable Network Graphics.
  case png = "PNG"
  /// JPEG.
  case jpeg = "JPEG"
  /// WebP.
  case webp = "WebP"
  /// Graphics Interchange Format.
  case gif = "GIF"
  /// Windows bitmap.
  case bmp = "BMP"
  /// Tagged Image File Format.
  case tiff = "TIFF"
  /// AV1 image.
  case avif = "AVIF"
  /// HEVC image.
  case heic = "HEIC"
  /// JPEG XL.
  case jpegXL = "JPEG XL"
  /// ZIP archive.
  case zip = "ZIP"
  /// Compressed with gzip.
  case gzip = "gzip"
  /// JSON text: most often the description of an error.
  case json = "JSON"
  /// HTML or XML text.
  case markup = "HTML or XML"
  /// Server-sent events.
  case eventStream = "server-sent events"

  /// The beginnings of the lines of server-sent events, but for comments, which begin with the colon alone.
  package static let eventFields = ["data:", "event:", "id:", "retry:"]

  /// Whether it is a format of sound.
  public var isAudio: Bool {
    switch self {
    case .wav, .taggedWAV, .mp3, .aac, .flac, .ogg, .aiff, .mp4, .matroska, .au, .amr, .caf, .wave64, .bigEndianRIFF:
      true
    default: false
    }
  }

  /// Whether it is a format of images.
  public var isImage: Bool {
    switch self {
    case .png, .jpeg, .webp, .gif, .bmp, .tiff, .avif, .heic, .jpegXL: true
    default: false
    }
  }

  /// Names the format of bytes by the first 64 behind any ID3 tag; nil if they look like none of these, as raw PCM does.
  ///
  /// - Parameter bytes: The file from its beginning.
  public init?(of bytes: Span<UInt8>) {
    let head = bytes.extracting(first: 64)
    if head.holds("ID3", at: 0) {
      self = Self.behindTag(bytes)
    } else if let found = Self.ofImage(head) ?? Self.ofSound(head) ?? Self.ofText(head) ?? Self.ofFrames(head) {
      self = found
    } else {
      return nil
    }
  }

  /// What stands behind an ID3 tag: nearly always MPEG audio, whose frames are not told apart by their look alone.
  private static func behindTag(_ bytes: Span<UInt8>) -> FileSignature {
    guard bytes.count > 10 else { return .mp3 }
    // Four bytes of seven bits each; a footer repeats the header.
    let size = (6..<10).reduce(0) { $0 << 7 | Int(bytes[$1] & 0x7F) }
    let start = 10 + size + (bytes[5] & 0x10 == 0 ? 0 : 10)
    guard start < bytes.count else { return .mp3 }
    switch ofSound(bytes.extracting(start..<min(bytes.count, start + 64))) {
    case .wav?: return .taggedWAV
    case let other?: return other
    case nil: return .mp3
    }
  }

  private static func ofImage(_ head: Span<UInt8>) -> FileSignature? {
    func has(_ text: StaticString, at offset: Int = 0) -> Bool { head.holds(text, at: offset) }
    if head.begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
    if head.begins([0xFF, 0xD8, 0xFF]) { return .jpeg }
    if has("RIFF"), has("WEBP", at: 8) { return .webp }
    if has("GIF87a") || has("GIF89a") { return .gif }
    if has("BM"), head.count >= 10, (6..<10).allSatisfy({ head[$0] == 0 }) { return .bmp }
    if head.begins([0x49, 0x49, 0x2A, 0]) || head.begins([0x4D, 0x4D, 0, 0x2A]) { return .tiff }
    if has("ftypavi", at: 4) { return .avif }
    if has("ftyphei", at: 4) || has("ftyphev", at: 4) || has("ftypmif1", at: 4) || has("ftypmsf1", at: 4) {
      return .heic
    }
    if head.begins([0xFF, 0x0A]) || head.begins([0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20]) { return .jpegXL }
    return nil
  }

  private static func ofSound(_ head: Span<UInt8>) -> FileSignature? {
    func has(_ text: StaticString, at offset: Int = 0) -> Bool { head.holds(text, at: offset) }
    if has("RIFF") || has("RF64") || has("BW64") {
      if has("WAVE", at: 8) { return .wav }
      return head.count >= 12 && has("RIFF") ? .otherRIFF : nil
    }
    if has("fLaC") { return .flac }
    if has("OggS") { return .ogg }
    if has("FORM"), has("AIF", at: 8) { return .aiff }
    if has("ftyp", at: 4) { return .mp4 }
    if head.begins([0x1A, 0x45, 0xDF, 0xA3]) { return .matroska }
    if has(".snd") { return .au }
    if has("#!AMR") { return .amr }
    if has("caff") { return .caf }
    if has("riff") { return .wave64 }
    return has("RIFX") ? .bigEndianRIFF : nil
  }

  private static func ofText(_ head: Span<UInt8>) -> FileSignature? {
    func has(_ text: StaticString) -> Bool { head.holds(text, at: 0) }
    if head.begins([0x1F, 0x8B]) { return .gzip }
    if head.begins([0x50, 0x4B, 3, 4]) || head.begins([0x50, 0x4B, 5, 6]) { return .zip }
    if eventFields.contains(where: { head.begins(Array($0.utf8)) }) { return .eventStream }
    switch head.firstText {
    case UInt8(ascii: "{"), UInt8(ascii: "["): return .json
    case UInt8(ascii: "<"): return .markup
    default: return nil
    }
  }

  /// Streams of frames have no signature but the pattern of bits of their first frame.
  private static func ofFrames(_ head: Span<UInt8>) -> FileSignature? {
    guard head.count >= 2, head[0] == 0xFF else { return nil }
    if head[1] & 0xF6 == 0xF0 { return .aac }
    return head[1] & 0xE0 == 0xE0 && head[1] & 0x06 != 0 ? .mp3 : nil
  }

  /// Names the format of bytes by the first 64 behind any ID3 tag; nil if they look like none of these, as raw PCM does.
  ///
  /// - Parameter bytes: The file from its beginning.
  public init?(of bytes: [UInt8]) {
    self.init(of: bytes.span)
  }
}

extension Span<UInt8> {
  /// The first byte that is no white space, after a byte order mark.
  fileprivate var firstText: UInt8? {
    var index = begins([0xEF, 0xBB, 0xBF]) ? 3 : 0
    while index < count, [0x20, 0x09, 0x0A, 0x0D].contains(self[index]) { index += 1 }
    return index < count ? self[index] : nil
  }

  fileprivate func begins(_ bytes: [UInt8]) -> Bool {
    guard bytes.count <= count else { return false }
    return bytes.indices.allSatisfy { self[$0] == bytes[$0] }
  }
}
