import NPUMetrics
import NPUServices
import Testing

@Suite("Test sounds")
struct TestAudioTests {
  static let all: [(Duration, @Sendable () throws -> TestAudio)] = [
    (.seconds(1), { try .tone() }),
    (.milliseconds(300), { try .tone(frequency: 1000, .milliseconds(300), sampleRate: 24_000) }),
    (.milliseconds(1500), { try .silence(.milliseconds(1500)) }), (.zero, { try .silence(.zero) }),
    (.seconds(2), { try .noise(seed: 3, .seconds(2), sampleRate: 8000) }),
    (.seconds(3), { try .speechLike(seed: 2, .seconds(3)) }), (.milliseconds(1200), { try .beeps(3) }),
  ]

  @Test("The same arguments give the same samples and length, which survive a file", arguments: all.indices)
  func deterministic(index: Int) throws {
    let (duration, make) = Self.all[index]
    let sound = try make()
    #expect(try make() == sound)
    #expect(sound.duration == duration)
    let file = try WAVFile(sound.wav())
    #expect(file.duration == duration && file.notices.isEmpty)
    #expect(file.format.channels == 1 && file.format.bitsPerSample == 16)
    #expect(file.format.sampleRate == sound.clip.sampleRate)
    #expect(try AudioClip(wav: sound.wav(.float32)) == sound.clip)
    #expect(try Base64Text.decode(sound.base64()) == sound.wav())
    #expect(try sound.dataURL() == "data:audio/wav;base64," + sound.base64())
  }

  @Test("Sounds are what they are called")
  func levels() throws {
    let tone = try AudioLevels(AudioClip(wav: TestAudio.tone().wav()))
    #expect(abs(tone.peak - 0.5) < 1e-3 && abs(tone.rms - 0.5 / 2.0.squareRoot()) < 1e-3)
    #expect(try AudioLevels(AudioClip(wav: TestAudio.silence().wav())).peak == 0)
    #expect(try SilenceProfile(TestAudio.silence().clip).ratio == 1)
    #expect(try SilenceProfile(TestAudio.noise().clip).ratio == 0)
    #expect(try TestAudio.noise(seed: 1) != TestAudio.noise(seed: 2))
    let speech = try SilenceProfile(TestAudio.speechLike().clip)
    #expect(speech.ratio > 0.1 && speech.ratio < 0.6)
  }

  @Test("Beeps can be counted by the silences between them", arguments: [1, 3, 10])
  func beeps(count: Int) throws {
    let clip = try TestAudio.beeps(count, each: .milliseconds(100)).clip
    #expect(clip.duration == .milliseconds(200 * count))
    // Windows of 100 ms: tone, silence, tone, silence.
    let loud = try (0..<2 * count).map { window in
      try AudioLevels(AudioClip(samples: Array(clip.samples[1600 * window..<1600 * (window + 1)]), sampleRate: 16_000))
        .rms > 0.1
    }
    #expect(loud == (0..<2 * count).map { $0 % 2 == 0 })
  }

  @Test("Numbers out of range are refused")
  func refused() {
    let calls: [(AudioError.Kind, @Sendable () throws -> TestAudio)] = [
      (.invalidOption, { try .beeps(0) }), (.invalidOption, { try .beeps(1001) }),
      (.tooLarge, { try .beeps(1000, each: .seconds(60)) }), (.invalidOption, { try .beeps(1, sampleRate: 1000) }),
      (.invalidOption, { try .tone(frequency: 9000) }), (.tooLarge, { try .silence(.seconds(-1)) }),
      (.tooLarge, { try .speechLike(.seconds(1_000_000)) }),
    ]
    for (kind, call) in calls {
      let error = #expect(throws: AudioError.self) { try call() }
      #expect(error?.kind == kind)
    }
  }

  @Test(
    "A text takes about as long as a reader takes",
    arguments: [
      ("The quick brown fox jumps over the lazy dog.", 2.5, 5.0), ("今天天气很好，我们去公园。", 2, 4),
      ("今天 the weather 很好", 1.2, 3), ("Call 12345678 now", 2.5, 5), ("", 0, 0.5), ("カタカナ", 0.8, 2),
    ])
  func speechLength(_ text: String, least: Double, most: Double) throws {
    let length = SpeechLength(of: text)
    #expect(length.estimate >= .seconds(least) && length.estimate <= .seconds(most), "\(length.estimate)")
    #expect(length.plausible.contains(length.estimate))
    #expect(!length.plausible.contains(length.estimate * 4 + .seconds(1)))
    #expect(try TestAudio.speechLike(saying: text).duration == length.estimate)
  }

  @Test("A longer text takes longer")
  func longerText() {
    let lengths = (1...5).map {
      SpeechLength(of: Array(repeating: "你好 hello 7.", count: $0).joined(separator: " ")).estimate
    }
    #expect(zip(lengths, lengths.dropFirst()).allSatisfy { $0 < $1 })
  }
}
