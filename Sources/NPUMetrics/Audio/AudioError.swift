/// Why audio could not be read, written, generated or measured.
public struct AudioError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The bytes do not begin as a RIFF, RF64 or BW64 file of type WAVE.
    case notRIFF = "not_riff"
    /// The bytes end within the first twelve, before a format can be seen.
    case truncatedHeader = "truncated_header"
    /// There is sample data but no description of it.
    case noFormat = "no_format"
    /// There is no sample data, not even empty.
    case noData = "no_data"
    /// The description of the samples contradicts itself or divides by zero.
    case badFormat = "bad_format"
    /// The samples are in an encoding that is not read or written here.
    case unsupportedEncoding = "unsupported_encoding"
    /// Samples, channels and rate do not make a clip.
    case invalidClip = "invalid_clip"
    /// A clip has no sample, so the metric has no meaning.
    case emptyClip = "empty_clip"
    /// Two clips differ in sample rate.
    case mismatchedClips = "mismatched_clips"
    /// The audio does not fit the format or the limit of memory.
    case tooLarge = "too_large"
    /// An option of a method is out of its range.
    case invalidOption = "invalid_option"
  }

  /// The cause.
  public var kind: Kind
  /// What was wrong, with the values that explain it, and what to do.
  public var message: String
  /// What the bytes look like instead, where the cause is that they are no WAV.
  public var signature: FileSignature?

  /// Creates an error.
  public init(kind: Kind, message: String, signature: FileSignature? = nil) {
    self.kind = kind
    self.message = message
    self.signature = signature
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind.rawValue }
}

extension AudioError: CustomStringConvertible {
  /// The message and the cause.
  public var description: String { "\(message) [\(shortDescription)]" }
}
