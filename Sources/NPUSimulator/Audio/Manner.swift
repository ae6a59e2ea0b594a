/// How a text is spoken: what tells one voice of the simulator from another, and how fast it is.
struct Manner: Sendable, Hashable {
  /// A factor of the amplitude.
  private(set) var loudness = 1.0
  /// How fast to speak, 1 for as usual.
  private(set) var speed = 1.0

  /// - Throws: `ErrorAnswer` for a voice that a thorough service does not have, and for a speed out of range.
  init(_ reader: MemberReader, isPlain: Bool, _ service: Behaviour, number: Int) throws(ErrorAnswer) {
    guard service.audio.isThorough else { return }
    let key = isPlain ? "speaker" : "voice"
    if let voice = try reader.string(key) {
      guard let place = service.audio.voices.firstIndex(of: voice) ?? (service.has(.acceptsUnknownVoice) ? 0 : nil)
      else {
        throw .value("Invalid voice '\(voice)'. Supported: \(service.audio.voices.joined(separator: ", "))", key)
      }
      if !service.has(.ignoresVoice) { loudness = 1 / Double(1 + place) }
    }
    // Each number is another loudness, and all are loud enough to be heard.
    if service.has(.variesSpeech) { loudness *= 0.75 + 0.25 * Double(number % 97) / 97 }
    guard let asked = try reader.double("speed") else { return }
    guard (0.25...4).contains(asked) else { throw .value("speed must be between 0.25 and 4.0", "speed") }
    guard !service.has(.refusesSpeed) else { throw .value("A speed is not supported.", "speed") }
    if !service.has(.ignoresSpeed) { speed = asked }
  }
}
