internal import NPUMetrics
internal import Testing

@Suite(
  "Similarity of image files beside scikit-image and piq",
  .enabled(if: GoldenPairFiles.folder != nil, "NPUTESTKIT_TEST_DATA names no folder with golden/ssim"))
struct SimilarityFileTests {
  @Test("The reference has all its pairs")
  func all() throws {
    #expect(try GoldenPairFiles.load().count == 49)
  }

  @Test("A pair of files scores as the peers say, or is refused as they do", arguments: GoldenPairFiles.pairs)
  func scores(_ pair: GoldenPairFiles.Pair) throws {
    let (first, second) = try pair.images
    try check(pair, "ssim_default_exact", within: 1e-12) { try StructuralSimilarity.standard.score(first, second).mean }
    try check(pair, "ssim_gaussian", within: 1e-12) { try StructuralSimilarity.gaussian.score(first, second).mean }
    try check(pair, "ssim_uniform_population", within: 1e-12) {
      try StructuralSimilarity(covariance: .population).score(first, second).mean
    }
    try check(pair, "ssim_uniform_win11", within: 1e-12) {
      try StructuralSimilarity(window: .uniform(side: 11)).score(first, second).mean
    }
    try check(pair, "ssim_gray_default", within: 1e-12) {
      try StructuralSimilarity.standard.score(first.luma, second.luma).mean
    }
    try check(pair, "ssim_gray_gaussian", within: 1e-12) {
      try StructuralSimilarity.gaussian.score(first.luma, second.luma).mean
    }
    try check(pair, "multi_scale", within: 1e-12) { try MultiScaleSimilarity.standard.score(first, second).mean }
    try check(pair, "mse", within: 0) { try ImageDifference(first, second).meanSquaredError }
    try check(pair, "psnr", within: 1e-12) { try ImageDifference(first, second).peakSignalToNoiseRatio }
    try check(pair, "mae", within: 0) { try ImageDifference(first, second).meanAbsoluteError }
    try check(pair, "sse", within: 0) { Double(try ImageDifference(first, second).squaredSum) }
    try check(pair, "max_abs_diff", within: 0) { Double(try ImageDifference(first, second).greatest) }
    try check(pair, "differing_samples", within: 0) { Double(try ImageDifference(first, second).differingCount) }
    if let channels = pair.channels["ssim_default_channels"] {
      let score = try StructuralSimilarity.standard.score(first, second)
      for (channel, expected) in zip(score.channels, channels) { #expect(abs(channel - expected) < 1e-12) }
    }
    if let channels = pair.channels["ssim_gaussian_channels"] {
      let score = try StructuralSimilarity.gaussian.score(first, second)
      for (channel, expected) in zip(score.channels, channels) { #expect(abs(channel - expected) < 1e-12) }
    }
  }

  @Test("An image file becomes the samples that Pillow reads, in colour and as luma", arguments: GoldenPairFiles.pairs)
  func samples(_ pair: GoldenPairFiles.Pair) throws {
    let (first, second) = try pair.images
    for (image, name) in [(first, "a"), (second, "b")] {
      #expect(SHA256.hex(image.samples) == pair.texts["rgb_sha256_\(name)"])
      // Pairs whose sizes differ have no luma there.
      guard let gray = pair.texts["gray_sha256_\(name)"] else { continue }
      #expect(SHA256.hex(image.luma.samples) == gray)
    }
    if let samples = pair.numbers["samples"] { #expect(Double(first.samples.count) == samples) }
  }

  @Test("Peers that compute in single precision or with another window agree so far", arguments: GoldenPairFiles.pairs)
  func loosePeers(_ pair: GoldenPairFiles.Pair) throws {
    let (first, second) = try pair.images
    let peers: [(String, Double, () throws -> Double)] = [
      ("ssim_default", 1e-13, { try StructuralSimilarity.standard.score(first, second).mean }),
      ("ssim_float32_unit", 2e-6, { try StructuralSimilarity.standard.score(first, second).mean }),
      ("piq_ssim_nodownsample", 1e-12, { try StructuralSimilarity.gaussian.score(first, second).mean }),
      // Its Gaussian window is built in single precision whatever it is fed.
      ("pytorch_msssim_ms_ssim", 2.5e-6, { try MultiScaleSimilarity.standard.score(first, second).mean }),
    ]
    for (name, tolerance, score) in peers {
      guard let expected = pair.numbers[name] else { continue }
      let found = try score()
      #expect(abs(found - expected) <= tolerance, "\(name) is \(expected), here \(found)")
    }
  }

  private func check(
    _ pair: GoldenPairFiles.Pair, _ name: String, within tolerance: Double, _ value: () throws -> Double
  ) throws {
    guard let expected = pair.numbers[name] else {
      #expect(throws: ImageError.self, "\(name) of \(pair.id), which the peer refuses") { try value() }
      return
    }
    let value = try value()
    #expect(value == expected || abs(value - expected) <= tolerance, "\(name) of \(pair.id) is \(value)")
  }
}
