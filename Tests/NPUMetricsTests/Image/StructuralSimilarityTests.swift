internal import NPUMetrics
internal import Testing

@Suite("Structural similarity")
struct StructuralSimilarityTests {
  static let settings: [StructuralSimilarity] = [
    .standard, .gaussian, StructuralSimilarity(window: .uniform(side: 3)),
    StructuralSimilarity(window: .uniform(side: 11), covariance: .population),
    StructuralSimilarity(window: .gaussian(sigma: 0.7), covariance: .sample),
  ]
  /// Sides below, at and around the widths of vectors and blocks.
  static let sizes: [(Int, Int)] = [
    (11, 11), (12, 11), (11, 29), (13, 14), (17, 12), (40, 11), (135, 12), (401, 13),
  ]

  /// An image of noise.
  func noise(_ width: Int, _ height: Int, channels: Int, seed: UInt64) throws -> PixelImage {
    var generator = SeededGenerator(seed: seed)
    let samples = (0..<(width * height * channels)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    return try PixelImage(width: width, height: height, channels: channels, samples: samples)
  }

  /// The definition, window by window, for one channel of 8-bit samples.
  func definition(_ a: [Int], _ b: [Int], width: Int, height: Int, side: Int) -> Double {
    let (c1, c2) = (6.5025, 58.5225)
    let n = Double(side * side)
    var total = 0.0
    for top in 0...(height - side) {
      for left in 0...(width - side) {
        var (sa, sb, saa, sbb, sab) = (0, 0, 0, 0, 0)
        for y in top..<(top + side) {
          for x in left..<(left + side) {
            let (p, q) = (a[y * width + x], b[y * width + x])
            (sa, sb, saa, sbb, sab) = (sa + p, sb + q, saa + p * p, sbb + q * q, sab + p * q)
          }
        }
        let (ma, mb) = (Double(sa) / n, Double(sb) / n)
        let va = (Double(saa) - n * ma * ma) / (n - 1)
        let vb = (Double(sbb) - n * mb * mb) / (n - 1)
        let cov = (Double(sab) - n * ma * mb) / (n - 1)
        total += (2 * ma * mb + c1) * (2 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
      }
    }
    return total / Double((width - side + 1) * (height - side + 1))
  }

  @Test("An image is exactly as similar as can be to itself", arguments: settings)
  func identity(_ settings: StructuralSimilarity) throws {
    for channels in 1...4 {
      let image = try noise(37, 19, channels: channels, seed: 5)
      #expect(try settings.score(image, image).mean == 1)
      #expect(try settings.map(image, image).values.allSatisfy { $0 == 1 })
    }
  }

  @Test("The order of the images changes no bit", arguments: settings)
  func symmetry(_ settings: StructuralSimilarity) throws {
    let first = try noise(61, 23, channels: 3, seed: 1)
    let second = try noise(61, 23, channels: 3, seed: 2)
    #expect(try settings.score(first, second) == settings.score(second, first))
    #expect(try settings.map(first, second) == settings.map(second, first))
  }

  @Test("Every size and channel count follows the definition", arguments: sizes)
  func definitionOfUniform(_ width: Int, _ height: Int) throws {
    for channels in 1...4 {
      let first = try noise(width, height, channels: channels, seed: 7)
      let second = try noise(width, height, channels: channels, seed: 8)
      let (a, b) = (first.samples, second.samples)
      for side in [7, 11] {
        let score = try StructuralSimilarity(window: .uniform(side: side)).score(
          a.span, b.span, width: width, height: height, channels: channels)
        for channel in 0..<channels {
          let plane = { (samples: [UInt8]) in
            stride(from: channel, to: samples.count, by: channels).map { Int(samples[$0]) }
          }
          let expected = definition(plane(a), plane(b), width: width, height: height, side: side)
          #expect(abs(score.channels[channel] - expected) < 1e-13, "channel \(channel) of \(channels), side \(side)")
        }
      }
    }
  }

  @Test("Interleaved channels score as they do alone, as bytes and as numbers", arguments: sizes)
  func channels(_ width: Int, _ height: Int) throws {
    for channels in 2...4 {
      let first = try noise(width, height, channels: channels, seed: 3).samples
      let second = try noise(width, height, channels: channels, seed: 4).samples
      let together = try StructuralSimilarity.gaussian.score(
        first.span, second.span, width: width, height: height, channels: channels)
      let firstNumbers = first.map { Double($0) }
      let secondNumbers = second.map { Double($0) }
      let numbers = try StructuralSimilarity.gaussian.score(
        firstNumbers.span, secondNumbers.span, width: width, height: height, channels: channels)
      #expect(together == numbers)
      for channel in 0..<channels {
        let plane = { (samples: [UInt8]) in stride(from: channel, to: samples.count, by: channels).map { samples[$0] } }
        let firstPlane = plane(first)
        let secondPlane = plane(second)
        let alone = try StructuralSimilarity.gaussian.score(
          firstPlane.span, secondPlane.span, width: width, height: height, channels: 1)
        #expect(abs(together.channels[channel] - alone.mean) < 1e-14)
      }
    }
  }

  @Test("Turning both images on their side changes nothing but rounding", arguments: settings)
  func transposition(_ settings: StructuralSimilarity) throws {
    let turned = { (image: PixelImage) throws -> PixelImage in
      var samples: [UInt8] = []
      for x in 0..<image.width {
        for y in 0..<image.height {
          let pixel = (y * image.width + x) * 3
          samples += image.samples[pixel..<(pixel + 3)]
        }
      }
      return try PixelImage(width: image.height, height: image.width, channels: 3, samples: samples)
    }
    let first = try noise(53, 21, channels: 3, seed: 9)
    let second = try noise(53, 21, channels: 3, seed: 10)
    let upright = try settings.score(first, second).mean
    let lying = try settings.score(turned(first), turned(second)).mean
    #expect(abs(upright - lying) < 1e-13)
    #expect(abs(upright) < 0.2)
  }

  @Test("An image and its negative are as unlike as can be")
  func negative() throws {
    let image = try noise(64, 64, channels: 1, seed: 11)
    let negative = try PixelImage(width: 64, height: 64, channels: 1, samples: image.samples.map { 255 - $0 })
    for settings in Self.settings {
      let score = try settings.score(image, negative).mean
      #expect(score < -0.75 && score >= -1)
    }
  }

  @Test("Flat images differ by brightness alone", arguments: settings)
  func flat(_ settings: StructuralSimilarity) throws {
    let flat = { (value: UInt8) throws -> PixelImage in
      try PixelImage(width: 24, height: 20, channels: 3, samples: [UInt8](repeating: value, count: 24 * 20 * 3))
    }
    for (a, b) in [(0, 255), (127, 128), (255, 254), (0, 1)] as [(UInt8, UInt8)] {
      let (x, y) = (Double(a), Double(b))
      let expected = (2 * x * y + 6.5025) / (x * x + y * y + 6.5025)
      #expect(abs(try settings.score(flat(a), flat(b)).mean - expected) < 1e-11)
    }
  }

  @Test("One changed pixel lowers exactly the neighbourhoods that see it")
  func onePixel() throws {
    let image = try noise(40, 30, channels: 1, seed: 12)
    var samples = image.samples
    samples[15 * 40 + 20] ^= 1
    let changed = try PixelImage(width: 40, height: 30, channels: 1, samples: samples)
    let map = try StructuralSimilarity.standard.map(image, changed)
    for y in 0..<30 {
      for x in 0..<40 {
        #expect((map.values[y * 40 + x] < 1) == (abs(x - 20) <= 3 && abs(y - 15) <= 3))
      }
    }
    let score = try StructuralSimilarity.standard.score(image, changed).mean
    #expect(score < 1 && score > 0.9999)
  }

  @Test("A number that is none makes the score none, and only the windows that see it")
  func notANumber() throws {
    var samples = [Double](repeating: 0.5, count: 20 * 20)
    let clean = samples
    samples[0] = .nan
    #expect(
      try StructuralSimilarity(dataRange: 1).score(samples.span, clean.span, width: 20, height: 20, channels: 1).mean
        .isNaN)
    let map = try StructuralSimilarity(dataRange: 1).map(samples.span, clean.span, width: 20, height: 20, channels: 1)
    #expect(map.values[0].isNaN)
    #expect(map.values[19 * 20 + 19] == 1)
    #expect(map.grayImage.samples[0] == 0)
  }
}
