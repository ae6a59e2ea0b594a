/// What a WAV file holds, from its structure: format, where the samples are, their true number, what was lied about.
///
/// The duration is that of the whole frames that are really there, never computed from the size of the file:
/// frames = floor(data bytes / (channels ceil(bits / 8))), seconds = frames / sample rate. Servers that stream write
/// headers before they know the length. A stated data size that is larger than what is left, or 0 with bytes
/// following that are no chunks, is replaced by what is left; an empty data chunk at the end is a true clip of 0 s.
/// Every repair is reported in ``notices``.
///
/// Services that send each piece of audio as a file of its own concatenate headers into the audio. A file ends where
/// the next one begins: see ``files(in:limit:)`` for all of them.
///
/// No sample is decoded. Complexity: O(number of chunks); O(bytes) where the size of the data is not known, to look
/// for another header. Format: RIFF and its WAVE form, Microsoft and IBM, "Multimedia Programming Interface and Data
/// Specifications 1.0" (1991); RF64 and BW64: ITU-R BS.2088 and EBU Tech 3306.
public struct WAVFile: Sendable, Hashable {
  /// The outer form, which decides how wide sizes are.
  @nonexhaustive
  public enum Container: String, Sendable, Hashable, CaseIterable {
    /// Sizes of 32 bits.
    case riff = "RIFF"
    /// Sizes of 64 bits in a chunk of their own.
    case rf64 = "RF64"
    /// The successor of RF64 with the same sizes.
    case bw64 = "BW64"
  }

  /// Where the length of the sample data comes from.
  @nonexhaustive
  public enum DataSize: String, Sendable, Hashable, CaseIterable {
    /// The file states it, and the bytes are there.
    case declared
    /// The file states a placeholder; the data runs to the end.
    case placeholder
    /// The file states more than is there.
    case truncated
  }

  /// The outer form.
  public let container: Container
  /// How the samples are written.
  public let format: WAVFormat
  /// The bytes of the whole frames, as offsets in the bytes that were read.
  public let dataRange: Range<Int>
  /// Where the length of the data comes from.
  public let dataSize: DataSize
  /// What was put right, in order of discovery; at most a few of each kind.
  public let notices: [WAVNotice]
  /// The offset of a further WAV file after this one; nil if there is none.
  public let nextFile: Int?

  /// The number of frames, samples of one channel.
  public var frameCount: Int { dataRange.count / format.bytesPerFrame }

  /// The length in seconds, correctly rounded.
  package var seconds: Double { Double(frameCount) / Double(format.sampleRate) }

  /// The length.
  public var duration: Duration { .frames(frameCount, rate: format.sampleRate) }

  /// Reads the structure of a file; of concatenated files, that of the first.
  ///
  /// - Parameter bytes: The whole file, or as much of it as there is.
  /// - Throws: ``AudioError``: not a WAV file, no format, no data, a format without duration, an unknown encoding.
  public init(_ bytes: [UInt8]) throws(AudioError) {
    try self.init(bytes.span)
  }

  /// Reads the structure of a file; of concatenated files, that of the first.
  ///
  /// - Parameter bytes: The whole file, or as much of it as there is.
  /// - Throws: ``AudioError``: not a WAV file, no format, no data, a format without duration, an unknown encoding.
  public init(_ bytes: Span<UInt8>) throws(AudioError) {
    try self.init(bytes, from: 0)
  }

  /// Reads the structures of all files in concatenated bytes.
  ///
  /// The audio of a response in pieces is the sum of their durations.
  ///
  /// - Parameters:
  ///   - bytes: The files one after another.
  ///   - limit: The greatest number of files, against hostile input.
  /// - Returns: The files in order, at least one; their ranges are offsets in `bytes`.
  /// - Throws: ``AudioError`` of the first file that cannot be read, or if there are more than the limit.
  public static func files(in bytes: [UInt8], limit: Int = 65_536) throws(AudioError) -> [WAVFile] {
    var files: [WAVFile] = []
    var next: Int? = 0
    while let offset = next {
      guard files.count < limit else {
        throw AudioError(
          kind: .tooLarge,
          message: "There are more than \(limit) WAV files in \(bytes.count) bytes; the next begins at \(offset).")
      }
      let file = try WAVFile(bytes.span, from: offset)
      files.append(file)
      next = file.nextFile
    }
    return files
  }

  private init(_ bytes: Span<UInt8>, from start: Int) throws(AudioError) {
    var walk = try WAVWalk(bytes, from: start)
    try walk.run(bytes)
    self = try walk.file()
  }

  init(
    container: Container, format: WAVFormat, dataRange: Range<Int>, dataSize: DataSize, notices: [WAVNotice],
    nextFile: Int?
  ) {
    self.container = container
    self.format = format
    self.dataRange = dataRange
    self.dataSize = dataSize
    self.notices = notices
    self.nextFile = nextFile
  }
}
