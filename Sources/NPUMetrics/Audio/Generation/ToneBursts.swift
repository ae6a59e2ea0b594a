/// A signal with the rhythm and pitch of speech, for services that must be given something like a voice.
///
/// Syllables of 120 to 300 ms are separated by gaps of 40 to 120 ms, and every third to sixth gap is a pause of 250 to
/// 500 ms. A syllable is a pitch of 100 to 220 Hz that glides by up to a fifth, with overtones 1 to 12 of amplitude
/// 1 / k weighed by two resonances as a vowel has, and edges of 15 ms in the form of a raised cosine. A voice detector
/// finds speech in it; a recogniser finds no words. All draws come from the seed: equal seeds give equal samples on
/// every platform.
struct ToneBursts {
  private static let overtones = 12

  private var generator: SeededGenerator
  private let amplitude: Double
  private let sampleRate: Double

  /// What is left of the syllable or gap, in frames.
  private var left = 0
  private var length = 0
  private var isSyllable = false
  private var syllablesToPause = 0
  private var turns = 0.0
  private var pitch = 0.0
  private var glide = 0.0
  private var weights: [Double] = []

  init(seed: UInt64, amplitude: Double, sampleRate: Int) {
    generator = SeededGenerator(seed: seed)
    self.amplitude = amplitude
    self.sampleRate = Double(sampleRate)
    syllablesToPause = generator.integer(in: 3...6)
  }

  /// The next sample.
  mutating func next() -> Double {
    if left == 0 { begin() }
    defer { left -= 1 }
    guard isSyllable else { return 0 }
    let position = length - left
    let edge = Swift.min(0.015 * sampleRate, Double(length) / 2)
    let distance = Swift.min(Double(position) + 0.5, Double(left) - 0.5)
    let envelope = distance < edge ? 0.5 - 0.5 * .cosine(turns: distance / edge / 2) : 1
    // sin((k + 1) x) = 2 cos(x) sin(k x) - sin((k - 1) x) gives all overtones from one sine.
    let factor = 2 * Double.cosine(turns: turns)
    var (before, current) = (0.0, Double.sine(turns: turns))
    var sum = 0.0
    for weight in weights {
      sum += weight * current
      (before, current) = (current, factor * current - before)
    }
    turns += pitch * (1 + glide * Double(position) / Double(length)) / sampleRate
    turns -= turns.rounded(.down)
    return amplitude * envelope * sum
  }

  private mutating func begin() {
    isSyllable.toggle()
    var seconds = 0.0
    if isSyllable {
      seconds = draw(0.12...0.3)
      pitch = draw(100...220)
      glide = draw(-0.33...0.5)
      turns = 0
      let (first, second) = (draw(300...800), draw(900...2200))
      let heights = (1...Self.overtones).map { overtone in
        let frequency = pitch * Double(overtone)
        // Overtones that the glide could carry over half the rate would fold back.
        guard frequency * 1.5 < sampleRate / 2 else { return 0.0 }
        let resonance = [first, second].reduce(0.1) { $0 + 1 / (1 + Self.square((frequency - $1) / 120)) }
        return resonance / Double(overtone)
      }
      let total = heights.reduce(0, +)
      weights = heights.map { total > 0 ? $0 / total : 0 }
      syllablesToPause -= 1
    } else if syllablesToPause <= 0 {
      seconds = draw(0.25...0.5)
      syllablesToPause = generator.integer(in: 3...6)
    } else {
      seconds = draw(0.04...0.12)
    }
    length = Swift.max(Int(seconds * sampleRate), 1)
    left = length
  }

  private mutating func draw(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * generator.uniform()
  }

  private static func square(_ value: Double) -> Double { value * value }
}

extension AudioClip {
  /// Bursts of overtones with the rhythm of syllables: test input for services that expect speech.
  ///
  /// Syllables of 120 to 300 ms with a gliding pitch of 100 to 220 Hz and vowel-like resonances, gaps of 40 to 120 ms,
  /// pauses of 250 to 500 ms. A recogniser finds no words in it: it measures speed, not accuracy.
  ///
  /// - Parameters:
  ///   - seed: Equal seeds give equal samples.
  ///   - amplitude: The bound of the samples, 0 to 1.
  ///   - duration: The length, rounded to the nearest frame.
  ///   - sampleRate: The number of frames a second.
  ///   - channels: The number of channels, all the same.
  /// - Returns: The clip.
  /// - Throws: ``AudioError`` if a number is out of range or the clip would exceed 2^28 samples.
  public static func toneBursts(
    seed: UInt64, amplitude: Double = 0.8, _ duration: Duration, sampleRate: Int = 16_000, channels: Int = 1
  ) throws(AudioError) -> AudioClip {
    try check(amplitude: amplitude)
    var bursts = ToneBursts(seed: seed, amplitude: amplitude, sampleRate: sampleRate)
    return try generated(duration, sampleRate: sampleRate, channels: channels) { _ in bursts.next() }
  }
}
