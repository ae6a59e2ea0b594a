/// Audio made from numbers, for test input: the same samples on every platform.
extension AudioClip {
  /// The greatest number of samples that is generated: 1 GiB.
  public static let greatestGeneratedCount = 1 << 28

  /// Digital silence.
  ///
  /// - Parameters:
  ///   - duration: The length, rounded to the nearest frame.
  ///   - sampleRate: The number of frames a second.
  ///   - channels: The number of channels.
  /// - Returns: A clip of zeros.
  /// - Throws: ``AudioError`` if a number is out of range or the clip would exceed 2^28 samples.
  public static func silence(
    _ duration: Duration, sampleRate: Int = 16_000, channels: Int = 1
  ) throws(AudioError) -> AudioClip {
    try generated(duration, sampleRate: sampleRate, channels: channels) { _ in 0 }
  }

  /// A sine, the same in every channel: amplitude sin(2 π (f t + phase)).
  ///
  /// - Parameters:
  ///   - frequency: The frequency in Hz, 0 to half the sample rate.
  ///   - amplitude: The greatest value, 0 to 1.
  ///   - phase: The phase of the first sample in turns.
  ///   - duration: The length, rounded to the nearest frame.
  ///   - sampleRate: The number of frames a second.
  ///   - channels: The number of channels.
  /// - Returns: The tone.
  /// - Throws: ``AudioError`` if a number is out of range or the clip would exceed 2^28 samples.
  public static func tone(
    frequency: Double, amplitude: Double = 0.5, phase: Double = 0, _ duration: Duration, sampleRate: Int = 16_000,
    channels: Int = 1
  ) throws(AudioError) -> AudioClip {
    try check(amplitude: amplitude)
    guard frequency >= 0, frequency <= Double(sampleRate) / 2, phase.isFinite else {
      throw AudioError(
        kind: .invalidOption,
        message:
          "A tone of \(frequency) Hz and phase \(phase) at \(sampleRate) Hz cannot be made; the frequency is 0 to half "
          + "the sample rate, the phase finite.")
    }
    return try generated(duration, sampleRate: sampleRate, channels: channels) { frame in
      amplitude * .sine(turns: frequency * Double(frame) / Double(sampleRate) + phase)
    }
  }

  /// White noise: uniform draws between minus and plus the amplitude, the same in every channel.
  ///
  /// Its root mean square is the amplitude divided by the square root of 3.
  ///
  /// - Parameters:
  ///   - amplitude: The bound of the samples, 0 to 1.
  ///   - seed: Equal seeds give equal noise.
  ///   - duration: The length, rounded to the nearest frame.
  ///   - sampleRate: The number of frames a second.
  ///   - channels: The number of channels.
  /// - Returns: The noise.
  /// - Throws: ``AudioError`` if a number is out of range or the clip would exceed 2^28 samples.
  public static func noise(
    amplitude: Double = 0.5, seed: UInt64, _ duration: Duration, sampleRate: Int = 16_000, channels: Int = 1
  ) throws(AudioError) -> AudioClip {
    try check(amplitude: amplitude)
    var generator = SeededGenerator(seed: seed)
    return try generated(duration, sampleRate: sampleRate, channels: channels) { _ in
      amplitude * (2 * generator.uniform() - 1)
    }
  }

  static func check(amplitude: Double) throws(AudioError) {
    guard amplitude >= 0, amplitude <= 1 else {
      throw AudioError(
        kind: .invalidOption, message: "An amplitude of \(amplitude) is not within 0...1; full scale is 1.")
    }
  }

  /// A clip of as many frames as a duration has, each from its number.
  static func generated(
    _ duration: Duration, sampleRate: Int, channels: Int, _ sample: (Int) -> Double
  ) throws(AudioError) -> AudioClip {
    // The empty clip checks rate and channels.
    _ = try AudioClip(samples: [], channels: channels, sampleRate: sampleRate)
    guard let frames = duration.frames(rate: sampleRate), frames <= greatestGeneratedCount / channels else {
      throw AudioError(
        kind: .tooLarge,
        message: "\(duration) at \(sampleRate) Hz in \(channels) channels is negative or more than "
          + "\(greatestGeneratedCount) samples; generate a shorter clip.")
    }
    var samples: [Float] = []
    samples.reserveCapacity(frames * channels)
    for frame in 0..<frames {
      let value = Float(sample(frame))
      for _ in 0..<channels { samples.append(value) }
    }
    return try AudioClip(samples: samples, channels: channels, sampleRate: sampleRate)
  }
}
