#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Speech of the simulator: tones that carry their text, so that its transcriptions say what its speech said.
///
/// Each byte of the UTF-8 text is two tones of 20 ms, one of sixteen pitches from 400 Hz in steps of 100 Hz for each
/// half, the greater half first: 40 ms for a Latin letter, 120 ms for a Chinese character. Two tones of 2,000 Hz
/// begin a text, one of 2,100 Hz ends it. Every pitch has a whole number of periods in 20 ms, so that the tones are
/// orthogonal and join without a click. A tone is found by the Goertzel algorithm.
enum ToneSpeech {
  private static let beginning = 16
  private static let ending = 17
  private static let amplitude = 8000.0
  /// Softer samples before the first tone are silence.
  private static let threshold: Int16 = 400

  /// Samples of one tone.
  static func toneLength(sampleRate: Int) -> Int { max(1, sampleRate / 50) }

  /// How many samples a text has.
  static func sampleCount(_ text: String, sampleRate: Int, speed: Double) -> Int {
    text.isEmpty ? 0 : length(sampleRate: sampleRate, speed: speed) * (text.utf8.count * 2 + 3)
  }

  private static func length(sampleRate: Int, speed: Double) -> Int {
    max(1, Int(Double(toneLength(sampleRate: sampleRate)) / speed))
  }

  /// The samples of a text; none of an empty one.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - sampleRate: Frames a second.
  ///   - loudness: A factor of the amplitude, over 0 and at most 2: what tells voices apart.
  ///   - speed: How fast the speech is, 0.25 to 4; only speech at 1 can be transcribed.
  ///   - pitch: A factor of every frequency; only speech at 1 can be transcribed.
  /// - Returns: The samples.
  static func samples(
    _ text: String, sampleRate: Int, loudness: Double = 1, speed: Double = 1, pitch: Double = 1
  ) -> [Int16] {
    guard !text.isEmpty else { return [] }
    let length = length(sampleRate: sampleRate, speed: speed)
    let amplitude = amplitude * loudness
    let tones = (0...ending).map { tone -> [Int16] in
      let frequency = Double(400 + 100 * tone) * pitch
      return (0..<length).map {
        Int16((amplitude * sin(2 * .pi * frequency * Double($0) / Double(sampleRate))).rounded())
      }
    }
    var samples: [Int16] = []
    samples.reserveCapacity(length * (text.utf8.count * 2 + 3))
    samples += tones[beginning] + tones[beginning]
    for byte in text.utf8 { samples += tones[Int(byte >> 4)] + tones[Int(byte & 15)] }
    return samples + tones[ending]
  }

  /// The text that samples carry; nothing if they do not begin as a text does.
  static func text(of samples: [Int16], sampleRate: Int) -> String? {
    let length = toneLength(sampleRate: sampleRate)
    guard length >= 80, let loud = samples.firstIndex(where: { $0.magnitude > threshold.magnitude }) else { return nil }
    // A tone begins with a zero, and rises fast.
    var position = max(0, loud - 1)
    let detectors = (0...ending).map { Detector(tone: $0, sampleRate: sampleRate) }
    func next() -> Int? {
      guard position + length <= samples.count else { return nil }
      let part = samples[position..<position + length]
      position += length
      return detectors.enumerated().max { $0.element.power(part) < $1.element.power(part) }?.offset
    }
    guard next() == beginning, next() == beginning else { return nil }
    var bytes: [UInt8] = []
    while let high = next(), high < 16, let low = next(), low < 16 { bytes.append(UInt8(high << 4 | low)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The Goertzel algorithm for one pitch.
  private struct Detector {
    private let coefficient: Double

    init(tone: Int, sampleRate: Int) {
      coefficient = 2 * cos(2 * .pi * Double(400 + 100 * tone) / Double(sampleRate))
    }

    func power(_ samples: ArraySlice<Int16>) -> Double {
      var (before, current) = (0.0, 0.0)
      for sample in samples { (before, current) = (current, Double(sample) + coefficient * current - before) }
      return current * current + before * before - coefficient * current * before
    }
  }
}
