internal import Foundation
internal import NPUMetrics
internal import Testing

@Suite("Structural similarity beside scikit-image and piq")
struct StructuralSimilarityGoldenTests {
  /// Pairs of the fixture; none if it cannot be read, which the first test reports.
  static let scored: [GoldenSimilarity.Pair] = (try? GoldenSimilarity.load().pairs) ?? []
  static let scaled: [GoldenSimilarity.Pair] = (try? GoldenSimilarity.load().multi_scale) ?? []
  static let large: [GoldenSimilarity.Pair] = (try? GoldenSimilarity.load().procedural) ?? []
  static let hasTestData: Bool = ProcessInfo.processInfo.environment["NPUTESTKIT_TEST_DATA"] != nil

  @Test("The fixture has all its pairs")
  func fixture() throws {
    let golden = try GoldenSimilarity.load()
    #expect(golden.pairs.count == 9)
    #expect(golden.pairs.reduce(0) { $0 + ($1.cases?.count ?? 0) } > 60)
    #expect(golden.multi_scale.count == 6)
    #expect(golden.procedural.count == 6)
  }

  @Test("Every window, covariance and constant gives the peer's score of each channel", arguments: scored)
  func scores(_ pair: GoldenSimilarity.Pair) throws {
    let (first, second) = try pair.images
    for reference in try #require(pair.cases) {
      let score = try reference.settings(dataRange: 255).score(first, second)
      #expect(abs(score.mean - reference.value) < 1e-12, "\(reference)")
      #expect(score.channels.count == 3)
      for (channel, expected) in zip(score.channels, reference.channels) {
        #expect(abs(channel - expected) < 1e-12, "\(reference)")
      }
    }
  }

  @Test("Numbers from 0 to 1 give the peer's score", arguments: scored)
  func numbers(_ pair: GoldenSimilarity.Pair) throws {
    let (first, second) = try pair.images
    let units = (first.samples.map { Double($0) / 255 }, second.samples.map { Double($0) / 255 })
    for reference in try #require(pair.cases) {
      let settings = reference.settings(dataRange: 1)
      let score = try settings.score(
        units.0.span, units.1.span, width: pair.width, height: pair.height, channels: 3)
      #expect(abs(score.mean - reference.unit_value) < 1e-11, "\(reference)")
      let map = try settings.map(units.0.span, units.1.span, width: pair.width, height: pair.height, channels: 3)
      #expect(abs(map.score.mean - reference.unit_value) < 1e-11)
      #expect(abs(map.values.reduce(0, +) / Double(map.values.count) - reference.map_mean) < 1e-11)
    }
  }

  @Test("The map is the peer's, its border included", arguments: scored)
  func maps(_ pair: GoldenSimilarity.Pair) throws {
    let (first, second) = try pair.images
    for reference in try #require(pair.cases) {
      let map = try reference.settings(dataRange: 255).map(first, second)
      #expect(map.width == pair.width && map.height == pair.height && map.channels == 3)
      #expect(abs(map.values.reduce(0, +) / Double(map.values.count) - reference.map_mean) < 1e-12, "\(reference)")
      #expect(abs(map.score.mean - reference.value) < 1e-12)
      let places = [
        (0, reference.map_corner), (pair.width / 2, reference.map_top),
        (pair.width * pair.height - 1, reference.map_last), (pair.height / 2 * pair.width, reference.map_left),
      ]
      for (pixel, expected) in places {
        for channel in 0..<3 {
          // The peer's own window sums lose more than these where a window is nearly flat.
          #expect(abs(map.values[pixel * 3 + channel] - expected[channel]) < 1e-10, "\(reference) at \(pixel)")
        }
      }
    }
  }

  @Test("The usual windows agree on pairs of the golden set", arguments: large.filter { $0.width < 300 })
  func usual(_ pair: GoldenSimilarity.Pair) throws {
    try check(pair)
  }

  @Test(
    "The usual windows agree on pairs of up to three megapixels",
    .enabled(if: hasTestData, "takes minutes without optimisation; set NPUTESTKIT_TEST_DATA to run it"),
    arguments: large.filter { $0.width >= 300 && $0.width <= 1024 })
  func usualLarge(_ pair: GoldenSimilarity.Pair) throws {
    try check(pair)
  }

  private func check(_ pair: GoldenSimilarity.Pair) throws {
    let (first, second) = try pair.images
    let exact = try #require(pair.ssim_default_exact)
    #expect(abs(try StructuralSimilarity.standard.score(first, second).mean - exact) < 1e-14)
    let gaussian = try #require(pair.ssim_gaussian)
    #expect(abs(try StructuralSimilarity.gaussian.score(first, second).mean - gaussian) < 1e-12)
    let difference = try ImageDifference(first, second)
    #expect(difference.meanSquaredError == pair.mse)
    #expect(abs(difference.peakSignalToNoiseRatio - (try #require(pair.psnr))) < 1e-12)
  }

  @Test("Multi-scale similarity is the peer's, of odd sides and of gray images too", arguments: scaled)
  func multiScale(_ pair: GoldenSimilarity.Pair) throws {
    let (first, second) = try pair.images
    let score = try MultiScaleSimilarity.standard.score(first, second)
    #expect(abs(score.mean - (try #require(pair.value))) < 1e-12)
    #expect(score.channels.count == first.channels)
  }
}
