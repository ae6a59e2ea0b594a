import NPUMetrics
import Testing

@Suite("Perceptual hash")
struct PerceptualHashTests {
  /// An image of a few soft blobs that differ from scene to scene.
  private static func scene(_ seed: UInt64, width: Int, height: Int, gain: Double = 1, offset: Double = 0) throws
    -> PixelImage
  {
    var generator = SeededGenerator(seed: seed)
    let blobs = (0..<14).map { _ in
      (
        x: Double.random(in: 0...1, using: &generator), y: Double.random(in: 0...1, using: &generator),
        r: Double.random(in: 0.03...0.15, using: &generator), v: Double.random(in: -60...60, using: &generator)
      )
    }
    let samples = (0..<width * height).map { place -> UInt8 in
      let x = (Double(place % width) + 0.5) / Double(width)
      let y = (Double(place / width) + 0.5) / Double(height)
      let value = blobs.reduce(128.0) { sum, blob in
        let distance = ((x - blob.x) * (x - blob.x) + (y - blob.y) * (y - blob.y)) / (blob.r * blob.r)
        return sum + blob.v / (1 + distance * distance)
      }
      return UInt8(min(255, max(0, (value * gain + offset).rounded())))
    }
    return try PixelImage(width: width, height: height, channels: 1, samples: samples)
  }

  @Test("The same image in another size, brightness or contrast keeps most bits", arguments: 1...20)
  func sameScene(seed: UInt64) throws {
    let original = PerceptualHash(of: try Self.scene(seed, width: 96, height: 72))
    #expect(original.distance(to: original) == 0)
    #expect(original.distance(to: PerceptualHash(of: try Self.scene(seed, width: 72, height: 54))) <= 8)
    #expect(original.distance(to: PerceptualHash(of: try Self.scene(seed, width: 96, height: 72, gain: 0.7))) <= 8)
    #expect(original.distance(to: PerceptualHash(of: try Self.scene(seed, width: 96, height: 72, offset: 12))) <= 8)
  }

  @Test("Other images differ in many bits, and as far one way as the other")
  func otherScenes() throws {
    let hashes = try (1...20).map { PerceptualHash(of: try Self.scene($0, width: 64, height: 64)) }
    for (index, hash) in hashes.enumerated() {
      for other in hashes[(index + 1)...] {
        #expect(hash.distance(to: other) > 12)
        #expect(hash.distance(to: other) == other.distance(to: hash))
      }
    }
  }

  @Test("An image of one colour has only frequency zero, whatever its size", arguments: [1, 2, 31, 32, 33, 100])
  func flat(side: Int) throws {
    for value: UInt8 in [1, 128, 255] {
      let image = try PixelImage(
        width: side, height: side, channels: 1, samples: [UInt8](repeating: value, count: side * side))
      #expect(PerceptualHash(of: image).bits == 1 << 63)
    }
  }

  @Test("Turning a square image over its diagonal does the same to the bits", arguments: 1...5)
  func transposition(seed: UInt64) throws {
    let side = 70
    let image = try Self.scene(seed, width: side, height: side)
    let turned = try PixelImage(
      width: side, height: side, channels: 1,
      samples: (0..<side * side).map { image.samples[$0 % side * side + $0 / side] })
    let bits = PerceptualHash(of: image).bits
    var expected: UInt64 = 0
    for place in 0..<64 where bits >> UInt64(place) & 1 == 1 {
      expected |= 1 << UInt64(place % 8 * 8 + place / 8)
    }
    #expect(PerceptualHash(of: turned).bits == expected)
    #expect(PerceptualHash(of: turned).bits != bits)
  }

  @Test("The hash depends on luma alone, and is written as 16 digits")
  func representation() throws {
    let gray = try Self.scene(3, width: 64, height: 64)
    #expect(PerceptualHash(of: gray) == PerceptualHash(of: gray.rgb))
    #expect(PerceptualHash(of: gray) == PerceptualHash(of: gray.rgba))
    #expect(PerceptualHash(bits: 0xAB).description == "00000000000000ab")
    #expect(PerceptualHash(bits: 0).distance(to: PerceptualHash(bits: .max)) == 64)
  }
}
