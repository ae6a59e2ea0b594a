public import NPUBase
internal import NPUDigest

/// A sound that two services are to write down, with what is said in it where that is known.
public struct TranscriptionCase: AskedCase {
  /// The identity of the case.
  public var id: String
  /// The SHA-256 of the sound, in hexadecimal digits.
  public var digest: String
  /// What is said in it.
  public var reference: String?
  /// The file; nil for a case out of a recording, which holds the digest alone.
  public var audio: [UInt8]?

  /// Creates a case.
  ///
  /// - Parameters:
  ///   - id: The identity of the case.
  ///   - audio: The file.
  ///   - reference: What is said in it.
  public init(id: String, audio: [UInt8], reference: String? = nil) {
    self.id = id
    self.audio = audio
    self.reference = reference
    digest = ContentDigest.text(of: audio)
  }

  /// What the case asks, as a recording holds it.
  public var request: JSONValue {
    var members: [String: JSONValue] = ["audio_sha256": .string(digest)]
    if let reference { members["reference"] = .string(reference) }
    return .object(members)
  }

  /// Reads a case out of a recording.
  public init(_ recorded: RecordedCase) throws(AccuracyError) {
    guard let digest = recorded.request["audio_sha256"]?.string else {
      throw .malformed(recorded, lacking: "audio_sha256")
    }
    id = recorded.id
    self.digest = digest
    reference = recorded.request["reference"]?.string
  }
}
