internal import NPUBase
internal import NPUMetrics

/// The sound of a response from its first audible sample on, or why there is none that could be compared.
enum ComparableSpeech {
  /// A sound that is silent for as much of its length says nothing.
  private static let mostSilence = 0.99
  /// The amplitude of the first sample that counts as audible: -50 dB of full scale, as `SilenceProfile` has it.
  private static let threshold: Float = 0.003162278

  /// Decodes the sound of a response.
  static func clip(of response: CaseResponse) -> Result<AudioClip, CaseFault> {
    if let fault = response.fault { return .failure(fault) }
    guard let bytes = response.file else {
      return .failure(CaseFault(kind: "empty_response", message: "the response holds no sound"))
    }
    do throws(AudioError) {
      let clip = try AudioClip(wav: bytes)
      let silence = try SilenceProfile(clip)
      guard silence.ratio < mostSilence else {
        let seconds = clip.duration.seconds
        return .failure(
          CaseFault(kind: "silent", message: "\(percent(silence.ratio)) of \(seconds) s are silent; nothing is said"))
      }
      return .success(try trimmed(clip))
    } catch {
      return .failure(CaseFault(kind: error.kind.rawValue, message: error.message))
    }
  }

  /// A clip without the silence before its first audible frame: how long a voice waits is no difference of what it says.
  private static func trimmed(_ clip: AudioClip) throws(AudioError) -> AudioClip {
    guard let first = clip.samples.firstIndex(where: { $0.magnitude > threshold }) else { return clip }
    let frame = first / clip.channels
    guard frame > 0 else { return clip }
    return try AudioClip(
      samples: Array(clip.samples[frame * clip.channels..<clip.samples.count]), channels: clip.channels,
      sampleRate: clip.sampleRate)
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
