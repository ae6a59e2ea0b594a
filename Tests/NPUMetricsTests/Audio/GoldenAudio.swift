internal import Foundation
internal import NPUMetrics

/// Reference figures of librosa, numpy and Python's audioop, read from the fixture.
struct GoldenAudio: Decodable {
  /// A signal by formula: a sawtooth of growing steps, every other 400 samples at a fifth of its height.
  struct Signal: Decodable {
    var n: Int
    var a: Int
    var b: Int

    func clip(sampleRate: Int) throws -> AudioClip {
      let samples = (0..<n).map { index in
        let step = Double((index * index * a + b * index) % 2047 - 1023)
        return Float(step / 1024 * (0.2 + 0.8 * Double(index / 400 % 2)))
      }
      return try AudioClip(samples: samples, sampleRate: sampleRate)
    }
  }

  struct Spectrogram: Decodable {
    var name: String
    var sampleRate: Int
    var bands: Int
    var htk: Bool
    var minimum: Double
    var maximum: Double?
    var signal: Signal
    var frames: Int
    var power: [Double]
  }

  struct Distance: Decodable {
    var reference: Signal
    var candidate: Signal
    var range: Double
    var distance: Double
    var toTheEnd: Double
    var worst: Double
    var worstFrame: Int
  }

  var spectrograms: [Spectrogram]
  var distances: [Distance]
  var aLaw: [Int]
  var muLaw: [Int]

  static func load() throws -> GoldenAudio {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/audio/audio.json")
    return try JSONDecoder().decode(GoldenAudio.self, from: Data(contentsOf: url))
  }
}
