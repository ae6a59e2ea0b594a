/// What bytes that should be a WAV file look like, by their first ones.
///
/// A speech service that was asked for another format, or that failed, answers with one of these.
@nonexhaustive
public enum AudioSignature: String, Sendable, Hashable, CaseIterable {
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
  /// Compressed with gzip.
  case gzip = "gzip"
  /// JSON text: most often the description of an error.
  case json = "JSON"
  /// HTML or XML text.
  case markup = "HTML or XML"
  /// Server-sent events.
  case eventStream = "server-sent events"

  /// Names the format of bytes by their first 64; nil if they look like none of these, as raw PCM does.
  ///
  /// - Parameter bytes: The file from its beginning.
  public init?(of bytes: Span<UInt8>) {
    let head = bytes.extracting(first: 64)
    func has(_ text: StaticString, at offset: Int = 0) -> Bool { head.holds(text, at: offset) }
    let text = head.firstText
    if has("ID3") {
      self = .mp3
    } else if has("fLaC") {
      self = .flac
    } else if has("OggS") {
      self = .ogg
    } else if has("FORM"), has("AIF", at: 8) {
      self = .aiff
    } else if has("ftyp", at: 4) {
      self = .mp4
    } else if head.begins([0x1A, 0x45, 0xDF, 0xA3]) {
      self = .matroska
    } else if has(".snd") {
      self = .au
    } else if has("#!AMR") {
      self = .amr
    } else if has("caff") {
      self = .caf
    } else if has("riff") {
      self = .wave64
    } else if has("RIFX") {
      self = .bigEndianRIFF
    } else if has("RIFF"), head.count >= 12, !has("WAVE", at: 8) {
      self = .otherRIFF
    } else if head.begins([0x1F, 0x8B]) {
      self = .gzip
    } else if has("data:") || has("event:") || has("id:") {
      self = .eventStream
    } else if text == UInt8(ascii: "{") || text == UInt8(ascii: "[") {
      self = .json
    } else if text == UInt8(ascii: "<") {
      self = .markup
    } else if head.count >= 2, head[0] == 0xFF, head[1] & 0xF6 == 0xF0 {
      self = .aac
    } else if head.count >= 2, head[0] == 0xFF, head[1] & 0xE0 == 0xE0, head[1] & 0x06 != 0 {
      self = .mp3
    } else {
      return nil
    }
  }

  /// Names the format of bytes by their first 64; nil if they look like none of these, as raw PCM does.
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
