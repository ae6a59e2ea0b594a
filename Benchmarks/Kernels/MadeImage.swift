import NPUMetrics

/// Images like photographs as far as the kernels can tell: smooth areas, edges, and noise in the low bits.
enum MadeImage {
  /// A square RGB image.
  static func make(side: Int, seed: UInt64) throws -> PixelImage {
    var generator = SeededGenerator(seed: seed)
    var samples: [UInt8] = []
    samples.reserveCapacity(3 * side * side)
    for y in 0..<side {
      for x in 0..<side {
        for channel in 0..<3 {
          let ramp = (5 * x + 3 * y + 40 * channel + (x * y) >> 7) & 511
          let smooth = ramp < 256 ? ramp : 511 - ramp
          let noise = Int(generator.next() >> 61)
          samples.append(UInt8(min(255, max(0, smooth + noise - 4))))
        }
      }
    }
    return try PixelImage(width: side, height: side, channels: 3, samples: samples)
  }

  /// Two images that differ by their noise.
  static func pair(side: Int) throws -> (PixelImage, PixelImage) {
    (try make(side: side, seed: 1), try make(side: side, seed: 2))
  }
}
