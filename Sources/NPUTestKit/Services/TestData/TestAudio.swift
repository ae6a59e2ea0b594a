internal import NPUBase
public import NPUMetrics

/// A sound made by code, whose contents are known: something to send to a service that listens.
///
/// The same arguments give the same samples everywhere. Nothing here holds words; its transcription may be
/// empty, but must not be an error. One channel of 16 kHz, as transcription services want it, unless told otherwise.
public struct TestAudio: Sendable, Hashable {
  /// The samples.
  public let clip: AudioClip

  /// Wraps samples of any origin.
  ///
  /// - Parameter clip: The samples.
  public init(clip: AudioClip) {
    self.clip = clip
  }

  /// The length.
  public var duration: Duration { clip.duration }

  /// The sound as a WAV file.
  ///
  /// - Parameter format: The kind of number; 16-bit PCM is what every service reads.
  /// - Returns: The bytes of the file.
  /// - Throws: `AudioError` if it is too long for a WAV file.
  public func wav(_ format: AudioClip.SampleFormat = .pcm16) throws(AudioError) -> [UInt8] {
    try clip.wav(format)
  }

  /// The WAV file of 16-bit PCM in Base64, without line ends.
  ///
  /// - Returns: The text.
  /// - Throws: `AudioError` if it is too long for a WAV file.
  public func base64() throws(AudioError) -> String {
    Base64.encode(try wav())
  }

  /// The WAV file of 16-bit PCM as a data address: `data:audio/wav;base64,…`.
  ///
  /// - Returns: The address.
  /// - Throws: `AudioError` if it is too long for a WAV file.
  public func dataURL() throws(AudioError) -> String {
    "data:audio/wav;base64," + (try base64())
  }
}

extension TestAudio {
  /// A pure tone at half of full scale.
  ///
  /// - Parameters:
  ///   - frequency: The frequency in Hz, 0 to half the sample rate.
  ///   - duration: The length.
  ///   - sampleRate: The number of frames a second.
  /// - Returns: The tone.
  /// - Throws: `AudioError` for a number out of range.
  public static func tone(
    frequency: Double = 440, _ duration: Duration = .seconds(1), sampleRate: Int = 16_000
  ) throws(AudioError) -> TestAudio {
    TestAudio(clip: try .tone(frequency: frequency, duration, sampleRate: sampleRate))
  }

  /// Digital silence.
  ///
  /// - Parameters:
  ///   - duration: The length; 0 gives a file without a sample.
  ///   - sampleRate: The number of frames a second.
  /// - Returns: The silence.
  /// - Throws: `AudioError` for a number out of range.
  public static func silence(
    _ duration: Duration = .seconds(1), sampleRate: Int = 16_000
  ) throws(AudioError) -> TestAudio {
    TestAudio(clip: try .silence(duration, sampleRate: sampleRate))
  }

  /// White noise of up to half of full scale.
  ///
  /// - Parameters:
  ///   - seed: Equal seeds give equal noise.
  ///   - duration: The length.
  ///   - sampleRate: The number of frames a second.
  /// - Returns: The noise.
  /// - Throws: `AudioError` for a number out of range.
  public static func noise(
    seed: UInt64 = 1, _ duration: Duration = .seconds(1), sampleRate: Int = 16_000
  ) throws(AudioError) -> TestAudio {
    TestAudio(clip: try .noise(seed: seed, duration, sampleRate: sampleRate))
  }

  /// A sound with the rhythm and pitch of a voice, but without words.
  ///
  /// A voice detector finds speech in it. A length of 30 minutes takes 110 MB as samples and 58 MB as a file.
  ///
  /// - Parameters:
  ///   - seed: Equal seeds give equal samples.
  ///   - duration: The length.
  ///   - sampleRate: The number of frames a second.
  /// - Returns: The sound.
  /// - Throws: `AudioError` for a number out of range.
  public static func speechLike(
    seed: UInt64 = 1, _ duration: Duration = .seconds(5), sampleRate: Int = 16_000
  ) throws(AudioError) -> TestAudio {
    TestAudio(clip: try .toneBursts(seed: seed, duration, sampleRate: sampleRate))
  }

  /// A sound with the rhythm of a voice that is as long as a text takes to say: the response that a speech service
  /// might give.
  ///
  /// - Parameters:
  ///   - text: The text, in English, Chinese or both.
  ///   - seed: Equal seeds give equal samples.
  ///   - sampleRate: The number of frames a second.
  /// - Returns: The sound, of the length ``SpeechLength/estimate``.
  /// - Throws: `AudioError` for a number out of range or a text of more than hours.
  public static func speechLike(
    saying text: String, seed: UInt64 = 1, sampleRate: Int = 24_000
  ) throws(AudioError) -> TestAudio {
    try speechLike(seed: seed, SpeechLength(of: text).estimate, sampleRate: sampleRate)
  }

  /// Beeps to be counted: tones of 1 kHz, each followed by as much silence.
  ///
  /// - Parameters:
  ///   - count: How many, 1 to 1000.
  ///   - each: The length of a beep, and of the silence after it.
  ///   - sampleRate: The number of frames a second, 2000 or more.
  /// - Returns: The beeps; the length is twice that of a beep for each of them.
  /// - Throws: `AudioError` for a number out of range.
  public static func beeps(
    _ count: Int, each: Duration = .milliseconds(200), sampleRate: Int = 16_000
  ) throws(AudioError) -> TestAudio {
    guard (1...1000).contains(count) else {
      throw AudioError(kind: .invalidOption, message: "\(count) beeps are not within 1...1000.")
    }
    let beep = try AudioClip.tone(frequency: 1000, each, sampleRate: sampleRate).samples
    guard 2 * beep.count <= AudioClip.greatestGeneratedCount / count else {
      throw AudioError(
        kind: .tooLarge,
        message: "\(count) beeps of \(each) at \(sampleRate) Hz are more than \(AudioClip.greatestGeneratedCount) "
          + "samples; make them shorter.")
    }
    let pair = beep + [Float](repeating: 0, count: beep.count)
    var samples: [Float] = []
    samples.reserveCapacity(count * pair.count)
    for _ in 0..<count { samples += pair }
    return TestAudio(clip: try AudioClip(samples: samples, sampleRate: sampleRate))
  }
}
