internal import NPUMetrics
internal import Testing

@Suite("Comparison of images")
struct ImageComparisonTests {
  func image(_ width: Int, _ height: Int, _ channels: Int, _ samples: [UInt8]? = nil) throws -> PixelImage {
    let count = width * height * channels
    return try PixelImage(
      width: width, height: height, channels: channels,
      samples: samples ?? (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 13) })
  }

  @Test(
    "A similarity falls into its band",
    arguments: [
      (1.0, SSIMBand.consistent), (0.900_000_1, .consistent), (0.9, .acceptable), (0.85, .acceptable),
      (0.849_999_9, .investigate), (-1, .investigate), (.nan, .investigate),
    ])
  func bands(_ similarity: Double, _ band: SSIMBand) {
    #expect(SSIMBand(similarity: similarity) == band)
  }

  @Test("Images of two sizes are refused with both sizes")
  func sizes() throws {
    let first = try image(16, 15, 3)
    let second = try image(15, 16, 3)
    let calls: [() throws -> Void] = [
      { _ = try StructuralSimilarity.standard.score(first, second) },
      { _ = try StructuralSimilarity.standard.map(first, second) },
      { _ = try MultiScaleSimilarity.standard.score(first, second) },
      { _ = try ImageDifference(first, second) },
      { _ = try ImageDifference.ofChannels(first, second) },
    ]
    for call in calls {
      let error = #expect(throws: ImageError.self) { try call() }
      #expect(error?.kind == .shapeMismatch)
      #expect(error?.message.contains("16x15") == true && error?.message.contains("15x16") == true)
    }
  }

  @Test(
    "An image smaller than the window is refused, one as large is not",
    arguments: [
      (StructuralSimilarity.standard, 7), (.gaussian, 11), (StructuralSimilarity(window: .uniform(side: 9)), 9),
      (StructuralSimilarity(window: .gaussian(sigma: 2)), 15),
    ])
  func windows(_ settings: StructuralSimilarity, _ side: Int) throws {
    for (width, height) in [(side - 1, 40), (40, side - 1), (1, 1)] {
      let small = try image(width, height, 3)
      let error = #expect(throws: ImageError.self) { try settings.score(small, small) }
      #expect(error?.kind == .imageTooSmall)
      #expect(error?.message.contains("\(side)x\(side)") == true)
      #expect(throws: ImageError.self) { try settings.map(small, small) }
      #expect(try ImageDifference(small, small).meanSquaredError == 0)
    }
    let least = try image(side, side, 3)
    #expect(try settings.score(least, least).mean == 1)
  }

  @Test("The multi-scale similarity needs 161 pixels on each side")
  func scales() throws {
    for (width, height) in [(160, 161), (161, 160)] {
      let small = try image(width, height, 1)
      let error = #expect(throws: ImageError.self) { try MultiScaleSimilarity.standard.score(small, small) }
      #expect(error?.kind == .imageTooSmall)
    }
    let least = try image(161, 161, 1)
    #expect(try MultiScaleSimilarity.standard.score(least, least).mean == 1)
    #expect(throws: ImageError.self) { try MultiScaleSimilarity(k1: 0).score(least, least) }
  }

  @Test("The order of the images does not change the multi-scale similarity")
  func scaleSymmetry() throws {
    let first = try image(163, 170, 1)
    let second = try image(163, 170, 1, first.samples.map { $0 ^ 0x11 })
    let score = try MultiScaleSimilarity.standard.score(first, second)
    #expect(try score == MultiScaleSimilarity.standard.score(second, first))
    #expect(score.mean > 0 && score.mean < 1)
  }

  @Test(
    "Settings out of range are refused",
    arguments: [
      StructuralSimilarity(window: .uniform(side: 8)), StructuralSimilarity(window: .uniform(side: 1)),
      StructuralSimilarity(window: .uniform(side: -7)), StructuralSimilarity(window: .gaussian(sigma: 0)),
      StructuralSimilarity(window: .gaussian(sigma: -1.5)), StructuralSimilarity(window: .gaussian(sigma: .nan)),
      StructuralSimilarity(window: .gaussian(sigma: .infinity)), StructuralSimilarity(dataRange: 0),
      StructuralSimilarity(dataRange: -255), StructuralSimilarity(dataRange: .nan), StructuralSimilarity(k1: -1),
      StructuralSimilarity(k1: 0), StructuralSimilarity(k2: 0), StructuralSimilarity(k2: .infinity),
    ])
  func settings(_ settings: StructuralSimilarity) throws {
    let image = try image(16, 16, 3)
    let error = #expect(throws: ImageError.self) { try settings.score(image, image) }
    #expect(error?.kind == .invalidOption)
  }

  @Test("Samples that do not fill the stated size are refused")
  func counts() throws {
    let samples = [UInt8](repeating: 0, count: 16 * 16)
    let numbers = [Double](repeating: 0, count: 16 * 16)
    for (width, height, channels) in [
      (16, 16, 3), (16, 15, 1), (-16, -16, 1), (0, 16, 1), (16, 16, 0), (Int.max, 3, 1),
    ] {
      #expect(throws: ImageError.self) {
        try StructuralSimilarity.standard.score(
          samples.span, samples.span, width: width, height: height, channels: channels)
      }
      #expect(throws: ImageError.self) {
        try StructuralSimilarity.standard.map(
          numbers.span, numbers.span, width: width, height: height, channels: channels)
      }
    }
  }

  @Test("Alpha is dropped, and gray meets colour as RGB")
  func channels() throws {
    let colour = try image(20, 20, 4)
    let opaque = colour.rgb
    #expect(try StructuralSimilarity.standard.score(colour, opaque).channels == [1, 1, 1])
    let gray = try image(20, 20, 2)
    #expect(try StructuralSimilarity.standard.score(gray, gray.luma).channels == [1])
    #expect(try StructuralSimilarity.standard.score(gray, gray.rgb).channels == [1, 1, 1])
    #expect(try ImageDifference(gray, gray.rgb).sampleCount == 1200)
    #expect(try ImageDifference(gray, gray.luma).sampleCount == 400)
  }

  @Test("Differences are counted by hand the same")
  func differences() throws {
    let first = try image(2, 1, 3, [10, 20, 30, 40, 50, 60])
    let second = try image(2, 1, 3, [10, 23, 30, 36, 50, 61])
    let difference = try ImageDifference(first, second)
    #expect(difference.sampleCount == 6)
    #expect(difference.squaredSum == 26)
    #expect(difference.absoluteSum == 8)
    #expect(difference.greatest == 4)
    #expect(difference.differingCount == 3)
    #expect(difference.meanSquaredError == 26.0 / 6)
    #expect(difference.meanAbsoluteError == 8.0 / 6)
    let channels = try ImageDifference.ofChannels(first, second)
    #expect(channels.map(\.squaredSum) == [16, 9, 1])
    #expect(channels.map(\.greatest) == [4, 3, 1])
  }

  @Test("The signal-to-noise ratio is infinite for equal images and 0 for black beside white")
  func noiseRatio() throws {
    let black = try image(9, 9, 1, [UInt8](repeating: 0, count: 81))
    let white = try image(9, 9, 1, [UInt8](repeating: 255, count: 81))
    #expect(try ImageDifference(black, black).peakSignalToNoiseRatio == .infinity)
    #expect(try ImageDifference(black, white).peakSignalToNoiseRatio == 0)
    #expect(try ImageDifference(black, white).meanSquaredError == 65025)
  }

  @Test("Sums of squares pass 32 bits")
  func largeSums() throws {
    let black = try image(400, 400, 1, [UInt8](repeating: 0, count: 160_000))
    let white = try image(400, 400, 1, [UInt8](repeating: 255, count: 160_000))
    let difference = try ImageDifference(black, white)
    #expect(difference.squaredSum == 160_000 * 65_025)
    #expect(difference.absoluteSum == 160_000 * 255)
  }

  @Test("A heat map is black where images agree and bright where they do not")
  func heat() throws {
    let first = try image(40, 40, 1, [UInt8](repeating: 0, count: 1600))
    var samples = first.samples
    for y in 28..<40 { for x in 28..<40 { samples[y * 40 + x] = 255 } }
    let second = try image(40, 40, 1, samples)
    let map = try StructuralSimilarity.standard.map(first, second)
    let gray = map.grayImage
    let heat = map.heatImage
    #expect(gray.width == 40 && gray.height == 40 && gray.channels == 1)
    #expect(heat.width == 40 && heat.height == 40 && heat.channels == 3)
    #expect(gray.samples[0] == 255 && gray.samples[1599] == 0)
    #expect(Array(heat.samples.prefix(3)) == [0, 0, 0])
    #expect(heat.samples.suffix(3).allSatisfy { $0 > 250 })
  }

  @Test("A colour map is the mean of its channels")
  func colourMap() throws {
    let first = try image(20, 20, 3)
    let second = try image(
      20, 20, 3, first.samples.enumerated().map { $0.offset % 3 == 1 ? $0.element ^ 0x40 : $0.element })
    let map = try StructuralSimilarity.standard.map(first, second)
    for (pixel, value) in map.pixels.enumerated() {
      #expect(map.values[pixel * 3] == 1 && map.values[pixel * 3 + 2] == 1)
      #expect(abs(value - (2 + map.values[pixel * 3 + 1]) / 3) < 1e-15)
    }
    #expect(abs(map.score.mean - (try StructuralSimilarity.standard.score(first, second).mean)) < 1e-14)
  }
}
