internal import Foundation
internal import Testing

@testable internal import NPUMetrics

@Suite("Spectrum")
struct SpectrumTests {
  @Test("The fast transform equals the sum it stands for", arguments: [4, 8, 16, 64, 256, 512])
  func naive(size: Int) {
    var generator = SeededGenerator(seed: UInt64(size))
    let samples = (0..<size).map { _ in generator.normal() }
    var fft = RealFFT(size: size)
    var power = [Double](repeating: -1, count: size / 2 + 1)
    // Twice, because the buffers are used again.
    fft.powerSpectrum(of: samples.reversed(), into: &power)
    fft.powerSpectrum(of: samples, into: &power)
    for k in 0...size / 2 {
      var (x, y) = (0.0, 0.0)
      for (j, sample) in samples.enumerated() {
        let angle = -2 * Double.pi * Double(j * k % size) / Double(size)
        x += sample * cos(angle)
        y += sample * sin(angle)
      }
      #expect((power[k] - (x * x + y * y)).magnitude <= 1e-12 * Double(size * size), "bin \(k)")
    }
  }

  @Test("The power of a spectrum is that of its samples")
  func parseval() {
    var generator = SeededGenerator(seed: 1)
    let samples = (0..<1024).map { _ in generator.normal() }
    var fft = RealFFT(size: 1024)
    var power = [Double](repeating: 0, count: 513)
    fft.powerSpectrum(of: samples, into: &power)
    let sum = power[0] + power[512] + 2 * power[1..<512].reduce(0, +)
    #expect((sum / 1024 / samples.map { $0 * $0 }.reduce(0, +) - 1).magnitude < 1e-12)
  }

  @Test("Sine and cosine of turns are within two units in the last place of 1")
  func circle() {
    for step in -4000...4000 {
      let turns = Double(step) / 997
      let part = turns - turns.rounded()
      #expect((Double.sine(turns: turns) - sin(2 * .pi * part)).magnitude <= 0x1p-51)
      #expect((Double.cosine(turns: turns) - cos(2 * .pi * part)).magnitude <= 0x1p-51)
    }
    #expect((0..<4).map { Double.sine(turns: Double($0) / 4) } == [0, 1, 0, -1])
  }

  @Test("Mel scales go there and back, and 1000 Hz is where it is", arguments: MelScale.allCases)
  func melScale(scale: MelScale) {
    for frequency in stride(from: 0.0, through: 24_000, by: 37) {
      let mel = scale.mel(frequency: frequency)
      #expect((scale.frequency(mel: mel) - frequency).magnitude <= 1e-9)
      #expect(scale.mel(frequency: frequency + 37) > mel)
    }
    // 15 by definition; 2595 log10(17 / 7) = 999.98554.
    let expected = scale == .slaney ? 15 : 999.9855371396244
    #expect((scale.mel(frequency: 1000) - expected).magnitude < 1e-9)
  }

  @Test("Mel spectrograms equal librosa's")
  func librosa() throws {
    let cases = try GoldenAudio.load().spectrograms
    #expect(cases.count == 3)
    for expected in cases {
      let options = MelSpectrogram.Options(
        bands: expected.bands, scale: expected.htk ? .htk : .slaney, minimumFrequency: expected.minimum,
        maximumFrequency: expected.maximum)
      let found = try MelSpectrogram(expected.signal.clip(sampleRate: expected.sampleRate), options: options)
      #expect(found.frames == expected.frames, "\(expected.name)")
      #expect(found.bands == expected.bands)
      try #require(found.power.count == expected.power.count)
      let greatest = try #require(expected.power.max())
      for (value, wanted) in zip(found.power, expected.power) {
        #expect((value - wanted).magnitude <= 1e-9 * wanted + 1e-13 * greatest, "\(expected.name)")
      }
    }
  }

  @Test("A tone is loudest in the band of its frequency", arguments: [200.0, 1000, 3500])
  func band(frequency: Double) throws {
    let found = try MelSpectrogram(AudioClip.tone(frequency: frequency, .milliseconds(200)))
    let frame = Array(found.power[found.bands * 5..<found.bands * 6])
    let loudest = try #require(frame.indices.max { frame[$0] < frame[$1] })
    let step = MelScale.slaney.mel(frequency: 8000) / 81
    let center = MelScale.slaney.frequency(mel: step * Double(loudest + 1))
    #expect((center - frequency).magnitude <= frequency * 0.1)
  }

  @Test("Options without meaning are refused")
  func options() throws {
    let clip = try AudioClip.tone(frequency: 440, .milliseconds(100))
    let wrong: [MelSpectrogram.Options] = [
      .init(window: .zero), .init(window: .seconds(-1)), .init(window: .seconds(1_000_000)), .init(hop: .zero),
      .init(bands: 0), .init(bands: 5000), .init(minimumFrequency: -1), .init(minimumFrequency: 8000),
      .init(maximumFrequency: 8001), .init(minimumFrequency: .nan), .init(maximumFrequency: .nan),
    ]
    for options in wrong {
      let error = #expect(throws: AudioError.self) { try MelSpectrogram(clip, options: options) }
      #expect(error?.kind == .invalidOption)
    }
    #expect(throws: AudioError.self) { try MelSpectrogram(AudioClip.silence(.zero)) }
  }
}

@Suite("Log-mel distance")
struct LogMelDistanceTests {
  @Test("Distances equal the reference")
  func golden() throws {
    let cases = try GoldenAudio.load().distances
    #expect(cases.count == 3)
    for expected in cases {
      let found = try LogMelDistance(
        reference: expected.reference.clip(sampleRate: 16_000), candidate: expected.candidate.clip(sampleRate: 16_000),
        dynamicRange: expected.range)
      #expect((found.distance / expected.distance - 1).magnitude < 1e-9)
      #expect((found.distanceToTheEnd / expected.toTheEnd - 1).magnitude < 1e-9)
      #expect((found.worstDistance / expected.worst - 1).magnitude < 1e-9)
      #expect(found.worstFrame == expected.worstFrame)
    }
  }

  @Test("A clip is no distance from itself, and the distance is symmetric", arguments: 1...3)
  func identity(seed: UInt64) throws {
    let a = try AudioClip.toneBursts(seed: seed, .seconds(1))
    let b = try AudioClip.toneBursts(seed: seed + 50, .milliseconds(700))
    let same = try LogMelDistance(reference: a, candidate: a)
    #expect(same.distance == 0)
    #expect(same.distanceToTheEnd == 0)
    #expect(same.worstDistance == 0)
    let ab = try LogMelDistance(reference: a, candidate: b)
    let ba = try LogMelDistance(reference: b, candidate: a)
    #expect((ab.distance - ba.distance).magnitude < 1e-12)
    #expect((ab.distanceToTheEnd - ba.distanceToTheEnd).magnitude < 1e-12)
    #expect(ab.distance > 3)
    #expect(ab.worstDistance <= 80 + 1e-9)
    #expect(ab.referenceFrames == ba.candidateFrames)
  }

  @Test("A change of volume is a distance of its decibels")
  func volume() throws {
    let noise = try AudioClip.noise(seed: 4, .seconds(1))
    let half = try AudioClip(samples: noise.samples.map { $0 / 2 }, sampleRate: 16_000)
    let found = try LogMelDistance(reference: noise, candidate: half)
    #expect((found.distance - 6.020599913279624).magnitude < 1e-9)
  }

  @Test("What is cut off counts as silence, but only to the end")
  func cut() throws {
    let whole = try AudioClip.noise(seed: 4, .seconds(1))
    // A whole number of hops more than a window, so that the frames of both hold the same samples.
    let part = try AudioClip(samples: Array(whole.samples.prefix(400 + 49 * 160)), sampleRate: 16_000)
    let found = try LogMelDistance(reference: whole, candidate: part)
    #expect(found.candidateFrames == 50)
    #expect(found.distance == 0)
    #expect(found.distanceToTheEnd > 20)
  }

  @Test("Sound below the dynamic range does not count, and silent clips are equal")
  func floor() throws {
    let loud = try AudioClip.tone(frequency: 1000, amplitude: 0.9, .milliseconds(500)).samples
    let silence = [Float](repeating: 0, count: 8000)
    var generator = SeededGenerator(seed: 2)
    let hiss = (0..<8000).map { _ in Float(1e-4 * (2 * generator.uniform() - 1)) }
    let a = try AudioClip(samples: loud + silence, sampleRate: 16_000)
    let b = try AudioClip(samples: loud + hiss, sampleRate: 16_000)
    #expect(try LogMelDistance(reference: a, candidate: b).distance < 0.01)
    #expect(try LogMelDistance(reference: a, candidate: b, dynamicRange: 200).distance > 1)
    let empty = try AudioClip.silence(.milliseconds(500))
    #expect(try LogMelDistance(reference: empty, candidate: empty).distance == 0)
  }

  @Test("Clips that cannot be compared are refused by their cause")
  func refused() throws {
    let a = try AudioClip.silence(.milliseconds(100), sampleRate: 16_000)
    let b = try AudioClip.silence(.milliseconds(100), sampleRate: 24_000)
    let rates = #expect(throws: AudioError.self) { try LogMelDistance(reference: a, candidate: b) }
    #expect(rates?.kind == .mismatchedClips)
    let empty = #expect(throws: AudioError.self) {
      try LogMelDistance(reference: a, candidate: AudioClip.silence(.zero))
    }
    #expect(empty?.kind == .emptyClip)
    for range in [0, -1, 301, Double.nan] {
      let error = #expect(throws: AudioError.self) {
        try LogMelDistance(reference: a, candidate: a, dynamicRange: range)
      }
      #expect(error?.kind == .invalidOption)
    }
  }
}
