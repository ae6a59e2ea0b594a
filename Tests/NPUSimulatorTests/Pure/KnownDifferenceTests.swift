import NPUMetrics
import Testing

@testable import NPUSimulator

@Suite("Differences of a known amount")
struct KnownDifferenceTests {
  private static func painter(_ change: (inout ImageBehaviour) -> Void, chance: UInt64 = 1) -> ImagePainter {
    var images = ImageBehaviour()
    change(&images)
    let origin = ImagePainter.origin("a cat", 7)
    return ImagePainter(
      origin: origin, index: 0, width: 64, height: 48, perturbation: 0,
      distortion: ImageDistortion(images, origin: origin, chance: chance))
  }

  private static func deviation(_ first: [UInt8], _ second: [UInt8]) -> Double {
    let squares = zip(first, second).reduce(0.0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
    return (squares / Double(first.count)).squareRoot()
  }

  @Test("Noise has its deviation, is the same for the same request, and is nearly normal", arguments: [1.0, 5.0, 20.0])
  func noise(deviation: Double) {
    let (plain, noisy) = (Self.painter { _ in }.samples(), Self.painter { $0.noise = deviation }.samples())
    #expect(abs(Self.deviation(plain, noisy) / deviation - 1) < 0.1)
    #expect(noisy == Self.painter({ $0.noise = deviation }, chance: 2).samples())
    var generator = NearlyNormalNoise(seed: 3, deviation: 2)
    let draws = (0..<20_000).map { _ in generator.next() }
    #expect(abs(draws.reduce(0, +) / 20_000) < 0.06)
    #expect(abs((draws.reduce(0) { $0 + $1 * $1 } / 20_000).squareRoot() - 2) < 0.05)
    #expect(draws.allSatisfy { $0.magnitude < 7 })
  }

  @Test("Noise from run to run is another one for every request")
  func runNoise() {
    let first = Self.painter({ $0.runNoise = 4 }, chance: 1).samples()
    let second = Self.painter({ $0.runNoise = 4 }, chance: 2).samples()
    // The difference of two such noises.
    #expect(abs(Self.deviation(first, second) / (4 * 2.0.squareRoot()) - 1) < 0.1)
  }

  @Test("A shift moves every row, a blend mixes another image in, and a share chooses the images")
  func others() {
    let plain = Self.painter { _ in }.samples()
    let shifted = Self.painter { $0.shift = 5 }.samples()
    #expect(Array(shifted[15..<192]) == Array(plain[0..<177]) && Array(shifted[0..<15]) == Array(plain[177..<192]))
    #expect(Self.painter { $0.shift = 64 }.samples() == plain)
    let other = Self.painter { $0.blend = 1 }.samples()
    let half = Self.painter { $0.blend = 0.5 }.samples()
    #expect(zip(half, zip(plain, other)).allSatisfy { abs(Int($0) - (Int($1.0) + Int($1.1)) / 2) <= 1 })
    let share = (0..<1000 as Range<UInt64>).count { seed in
      let images = ImageBehaviour.distorted(share: 0.2)
      return ImageDistortion(images, origin: ImagePainter.origin("a", seed), chance: 0) != ImageDistortion()
    }
    #expect((150...250).contains(share))
  }

  @Test("The name of a file says all of it")
  func names() throws {
    for change: (inout ImageBehaviour) -> Void in [
      { _ in }, { $0.noise = 2.5 }, { $0.blend = 0.25 }, { $0.shift = 3 }, { $0.runNoise = 1 },
    ] {
      let painter = Self.painter(change, chance: 0xABCD)
      #expect(ImagePainter(fileName: painter.fileName) == painter)
    }
    for name in [
      "1-0-8x8-0-1.png", "1-0-8x8-0-1-2-3-4-zz.png", "1-0-8x8-0-1-2000-3-4-5.png", "1-0-8x8-0--1-2-3-4-5.png",
    ] {
      #expect(ImagePainter(fileName: name) == nil, "\(name)")
    }
  }

  @Test("Words are wrong at the rate that was asked for, the same for the same audio")
  func mistakes() throws {
    let words = Array(repeating: "word", count: 2000).joined(separator: " ")
    let samples = ToneSpeech.samples("a", sampleRate: 8000)
    let bytes =
      WaveShape.header(sampleRate: 8000, dataSize: samples.count * 2)
      + samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    func heard(_ rate: Double) throws -> String {
      var behaviour = Behaviour()
      behaviour.audio.transcripts[AudioBehaviour.digest(of: bytes)] = words
      behaviour.audio.mistakeRate = rate
      return try #require(TranscribedAudio(Self.file(bytes), behaviour)).text
    }
    let wrong = try heard(0.1).split(separator: " ").count { $0 == "mumble" }
    #expect((140...260).contains(wrong))
    #expect(try heard(0.1) == heard(0.1))
    #expect(try heard(0) == words)
    #expect(try heard(1).split(separator: " ").allSatisfy { $0 == "mumble" })
  }

  private static func file(_ bytes: [UInt8]) -> FormIntake.File {
    var digest = ContentDigest()
    digest.update(bytes)
    return FormIntake.File(field: "file", size: bytes.count, digest: digest, start: bytes)
  }

  @Test("Another pitch has as many samples, and is no text")
  func pitch() {
    let usual = ToneSpeech.samples("abc", sampleRate: 8000)
    let high = ToneSpeech.samples("abc", sampleRate: 8000, pitch: 1.37)
    #expect(high.count == usual.count && high != usual)
    #expect(ToneSpeech.text(of: high, sampleRate: 8000) != "abc")
  }
}

extension ImageBehaviour {
  fileprivate static func distorted(share: Double) -> ImageBehaviour {
    var images = ImageBehaviour()
    images.noise = 1
    images.distortedShare = share
    return images
  }
}
