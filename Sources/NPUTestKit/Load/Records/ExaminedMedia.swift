/// What a service of images or audio responded, as it came.
package enum ExaminedMedia: Sendable, Hashable {
  /// The files of images.
  case images([[UInt8]])
  /// A sound as a WAV file; nil where its format is not read here.
  case speech([UInt8]?)
  /// What was heard.
  case transcription(String)
}
