internal import Foundation
internal import NPUMetrics
internal import Testing

@Suite("Generated audio")
struct SignalTests {
  @Test("A tone is the sine of its phase", arguments: [(440.0, 16_000), (50, 8000), (12_345.6, 44_100), (0, 16_000)])
  func tone(frequency: Double, rate: Int) throws {
    let clip = try AudioClip.tone(
      frequency: frequency, amplitude: 0.7, phase: 0.1, .milliseconds(250), sampleRate: rate, channels: 2)
    #expect(clip.frameCount == rate / 4)
    #expect(clip.duration == .milliseconds(250))
    for frame in 0..<clip.frameCount {
      let expected = 0.7 * sin(2 * .pi * (frequency * Double(frame) / Double(rate) + 0.1))
      #expect((Double(clip.samples[2 * frame]) - expected).magnitude < 5e-8)
      #expect(clip.samples[2 * frame] == clip.samples[2 * frame + 1])
    }
  }

  @Test("Noise is uniform, bounded, without offset, and the same for the same seed")
  func noise() throws {
    let clip = try AudioClip.noise(amplitude: 0.5, seed: 11, .seconds(2))
    let levels = try AudioLevels(clip)
    #expect((levels.rms / (0.5 / 3.0.squareRoot()) - 1).magnitude < 0.01)
    #expect(levels.peak <= 0.5 && levels.peak > 0.499)
    #expect(levels.dcOffset.magnitude < 0.01)
    #expect(try AudioClip.noise(amplitude: 0.5, seed: 11, .seconds(2)) == clip)
    #expect(try AudioClip.noise(amplitude: 0.5, seed: 12, .seconds(2)) != clip)
  }

  @Test("Tone bursts have the loudness and the pauses of speech", arguments: 1...4)
  func bursts(seed: UInt64) throws {
    let clip = try AudioClip.toneBursts(seed: seed, .seconds(5))
    #expect(clip.frameCount == 80_000)
    let levels = try AudioLevels(clip)
    #expect(levels.peak <= 0.8 && levels.peak > 0.2)
    #expect(levels.clipped == 0)
    #expect(levels.dcOffset.magnitude < 0.01)
    #expect(levels.rmsDecibels > -30 && levels.rmsDecibels < -6)
    let silence = try SilenceProfile(clip)
    #expect(silence.ratio > 0.15 && silence.ratio < 0.6)
    #expect(silence.longest >= .milliseconds(200) && silence.longest < .milliseconds(600))
    #expect(try AudioClip.toneBursts(seed: seed, .seconds(5)) == clip)
    #expect(try AudioClip.toneBursts(seed: seed + 100, .seconds(5)) != clip)
  }

  @Test("A longer clip of a seed begins as the shorter one")
  func prefix() throws {
    let short = try AudioClip.toneBursts(seed: 5, .milliseconds(300))
    let long = try AudioClip.toneBursts(seed: 5, .milliseconds(900))
    #expect(Array(long.samples.prefix(short.samples.count)) == short.samples)
  }

  @Test("Durations are rounded to the nearest frame")
  func rounding() throws {
    #expect(try AudioClip.silence(.nanoseconds(31_249), sampleRate: 16_000).frameCount == 0)
    #expect(try AudioClip.silence(.nanoseconds(31_250), sampleRate: 16_000).frameCount == 1)
    #expect(try AudioClip.silence(.seconds(1) / 3, sampleRate: 44_100).frameCount == 14_700)
  }

  @Test("Numbers out of range are refused by their cause")
  func refused() {
    let calls: [(AudioError.Kind, @Sendable () throws -> AudioClip)] = [
      (.invalidOption, { try .tone(frequency: 8001, .seconds(1)) }),
      (.invalidOption, { try .tone(frequency: -1, .seconds(1)) }),
      (.invalidOption, { try .tone(frequency: .nan, .seconds(1)) }),
      (.invalidOption, { try .tone(frequency: 1, phase: .infinity, .seconds(1)) }),
      (.invalidOption, { try .tone(frequency: 1, amplitude: 1.1, .seconds(1)) }),
      (.invalidOption, { try .noise(amplitude: -0.1, seed: 1, .seconds(1)) }),
      (.invalidOption, { try .toneBursts(seed: 1, amplitude: .nan, .seconds(1)) }),
      (.invalidClip, { try .silence(.seconds(1), sampleRate: 0) }),
      (.invalidClip, { try .toneBursts(seed: 1, .seconds(1), sampleRate: -5) }),
      (.invalidClip, { try .silence(.seconds(1), channels: 0) }),
      (.tooLarge, { try .silence(.seconds(-1)) }),
      (.tooLarge, { try .silence(.seconds(100_000)) }),
      (.tooLarge, { try .silence(.seconds(Int64.max), sampleRate: 4_000_000_000) }),
    ]
    for (kind, call) in calls {
      let error = #expect(throws: AudioError.self) { try call() }
      #expect(error?.kind == kind)
    }
  }
}
