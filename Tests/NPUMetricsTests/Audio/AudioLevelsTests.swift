internal import NPUMetrics
internal import Testing

@Suite("Audio levels")
struct AudioLevelsTests {
  private func close(_ found: Double, _ expected: Double, _ tolerance: Double = 1e-9) -> Bool {
    (found - expected).magnitude <= tolerance
  }

  @Test("A sine of full scale has -3.01 dBFS, peak 0 and a crest factor of 3.01 dB")
  func sine() throws {
    let levels = try AudioLevels(AudioClip.tone(frequency: 1000, amplitude: 1, .seconds(1)))
    #expect(close(levels.rms, 0.5.squareRoot(), 1e-7))
    #expect(close(levels.rmsDecibels, -3.010299956639812, 1e-6))
    #expect(close(levels.peakDecibels, 0))
    #expect(close(try #require(levels.crestFactorDecibels), 3.010299956639812, 1e-6))
    #expect(close(levels.dcOffset, 0))
  }

  @Test("A tenth of the amplitude is 20 dB less")
  func decibels() throws {
    let loud = try AudioLevels(AudioClip(samples: [0.5, -0.5], sampleRate: 8000))
    let quiet = try AudioLevels(AudioClip(samples: [0.05, -0.05], sampleRate: 8000))
    #expect(close(loud.rmsDecibels - quiet.rmsDecibels, 20, 1e-6))
    #expect(close(loud.rmsDecibels, -6.020599913279624))
  }

  @Test("An offset is the mean, whatever the sound")
  func offset() throws {
    let tone = try AudioClip.tone(frequency: 500, amplitude: 0.25, .milliseconds(500))
    let shifted = try AudioClip(samples: tone.samples.map { $0 + 0.125 }, sampleRate: 16_000)
    #expect(close(try AudioLevels(shifted).dcOffset, 0.125, 1e-8))
  }

  @Test("Clipped samples are counted, and runs of them by channel")
  func clipping() throws {
    let full = AudioLevels.defaultClippingThreshold
    let clip = try AudioClip(samples: [1, 0, full, 0, -1, 0, 0.99, -1, 1, 0], channels: 2, sampleRate: 8000)
    let levels = try AudioLevels(clip)
    #expect(levels.clipped == 5)
    #expect(levels.clippedRatio == 0.5)
    #expect(levels.longestClippedRun == 3)
    #expect(try AudioLevels(clip, clippingThreshold: 0.9).clipped == 6)
    #expect(try AudioLevels(clip, clippingThreshold: 0.9).longestClippedRun == 5)
  }

  @Test("Clipping shows in a tone that was amplified too far")
  func amplified() throws {
    let tone = try AudioClip.tone(frequency: 200, amplitude: 1, .milliseconds(100))
    let over = try AudioClip(wav: try AudioClip(samples: tone.samples.map { $0 * 2 }, sampleRate: 16_000).wav())
    let levels = try AudioLevels(over)
    // A doubled sine is beyond full scale for two thirds of the time.
    #expect(close(levels.clippedRatio, 2.0 / 3, 0.02))
    #expect(levels.longestClippedRun > 20)
  }

  @Test("Digital silence has no level, and a level of minus infinity")
  func silence() throws {
    let levels = try AudioLevels(AudioClip.silence(.milliseconds(10)))
    #expect(levels.rms == 0)
    #expect(levels.rmsDecibels == -.infinity)
    #expect(levels.peakDecibels == -.infinity)
    #expect(levels.crestFactorDecibels == nil)
  }

  @Test("Samples that are not finite are counted and left out")
  func notFinite() throws {
    let clip = try AudioClip(samples: [.nan, 0.5, -.infinity, -0.5], sampleRate: 8000)
    let levels = try AudioLevels(clip)
    #expect(levels.notFinite == 2)
    #expect(levels.samples == 2)
    #expect(levels.rms == 0.5)
    #expect(levels.peak == 0.5)
    for samples in [[], [Float.nan]] {
      let error = #expect(throws: AudioError.self) { try AudioLevels(AudioClip(samples: samples, sampleRate: 8000)) }
      #expect(error?.kind == .emptyClip)
    }
    #expect(throws: AudioError.self) { try AudioLevels(clip, clippingThreshold: 0) }
    #expect(throws: AudioError.self) { try AudioLevels(clip, clippingThreshold: .nan) }
  }

  @Test("Silence before, between and after sound is measured")
  func silenceProfile() throws {
    let tone = try AudioClip.tone(frequency: 440, .milliseconds(200)).samples
    let quiet = { (milliseconds: Int) in [Float](repeating: 0.001, count: 16 * milliseconds) }
    let clip = try AudioClip(
      samples: quiet(100) + tone + quiet(300) + tone + quiet(50), sampleRate: 16_000)
    let profile = try SilenceProfile(clip)
    #expect(profile.frames == 16 * 850)
    #expect(profile.leading == .milliseconds(100))
    #expect(profile.longest == .milliseconds(300))
    // The last window is half a window long.
    #expect(profile.trailing == .milliseconds(50))
    #expect(profile.silentFrames == 16 * 450)
    #expect(profile.ratio == 450.0 / 850)
    // -60 dBFS exactly, up to the rounding of 0.001 to single precision.
    #expect(try SilenceProfile(clip, threshold: -60.1).silentFrames == 0)
    #expect(try SilenceProfile(clip, threshold: -.infinity).ratio == 0)
    #expect(try SilenceProfile(clip, threshold: 0).ratio == 1)
  }

  @Test("A clip of silence alone is silent from end to end, a tone nowhere")
  func extremes() throws {
    let silence = try SilenceProfile(AudioClip.silence(.milliseconds(90), channels: 2), threshold: -.infinity)
    #expect(silence.ratio == 1)
    #expect(silence.leading == .milliseconds(90))
    #expect(silence.trailing == .milliseconds(90))
    #expect(silence.longest == .milliseconds(90))
    let tone = try SilenceProfile(AudioClip.tone(frequency: 440, .milliseconds(90)))
    #expect(tone.ratio == 0)
    #expect(tone.longest == .zero)
  }

  @Test("Options without meaning are refused")
  func options() throws {
    let clip = try AudioClip.silence(.milliseconds(90))
    #expect(throws: AudioError.self) { try SilenceProfile(clip, threshold: .nan) }
    #expect(throws: AudioError.self) { try SilenceProfile(clip, window: .zero) }
    #expect(throws: AudioError.self) { try SilenceProfile(clip, window: .seconds(-1)) }
    let error = #expect(throws: AudioError.self) { try SilenceProfile(AudioClip.silence(.zero)) }
    #expect(error?.kind == .emptyClip)
  }
}
