internal import Foundation
internal import NPUMetrics

/// Reference figures of scipy 1.17.1 and pymannkendall 1.4.3, read from the fixture.
struct GoldenStatistics: Decodable {
  struct Trend: Decodable, Sendable, CustomStringConvertible {
    struct Line: Decodable, Sendable {
      var slope: Double
      var intercept: Double
      var low: Double?
      var high: Double?
      var intercept_joint: Double?
    }

    struct Regression: Decodable, Sendable {
      var slope: Double
      var intercept: Double
      var r: GoldenDouble
      var p: GoldenDouble
      var stderr: GoldenDouble
      var intercept_stderr: GoldenDouble
    }

    struct MannKendall: Decodable, Sendable {
      var trend: String
      var p: GoldenDouble
      var z: GoldenDouble
      var tau: Double?
      var s: Double?
      var var_s: GoldenDouble
    }

    struct Kendall: Decodable, Sendable {
      var tau: GoldenDouble
      var p: GoldenDouble
    }

    struct Spearman: Decodable, Sendable {
      var rho: GoldenDouble
      var p: GoldenDouble
    }

    var name: String
    var x: [Double]
    var y: [Double]
    var theilslopes: Line
    var siegelslopes: Line?
    var linregress: Regression?
    var mk_original: MannKendall?
    var mk_hamed_rao: MannKendall?
    var kendalltau_b: Kendall
    var spearman: Spearman

    var description: String { name }
    var series: PairedSeries { get throws { try PairedSeries(x: x, y: y) } }
  }

  struct TwoSample: Decodable, Sendable, CustomStringConvertible {
    struct MannWhitney: Decodable, Sendable {
      var alternative: String
      var method: String
      var use_continuity: Bool
      var u1: Double
      var p: GoldenDouble
    }

    struct Welch: Decodable, Sendable {
      var t: Double
      var df: Double
      var p: Double
      var diff_ci95: [Double]
    }

    struct KolmogorovSmirnov: Decodable, Sendable {
      var d: Double
      var p: Double
    }

    var name: String
    var a: [Double]
    var b: [Double]
    var mannwhitney: [MannWhitney]
    var welch_t: Welch?
    var ks_2samp: KolmogorovSmirnov?
    var cliffs_delta: Double
    var hodges_lehmann_shift: Double

    var description: String { name }
  }

  struct Proportion: Decodable, Sendable {
    var k: Int
    var n: Int
    var wilson: [Double]
    var wilsoncc: [Double]
    var exact: [Double]
  }

  struct Special: Decodable, Sendable {
    var normal_cdf: [[Double]]
    var normal_sf: [[Double]]
    var normal_ppf: [[Double]]
    var t_sf: [[Double]]
    var t_ppf_975: [[Double]]
  }

  var trend: [Trend]
  var two_sample: [TwoSample]
  var proportions: [Proportion]
  var special: Special

  static func load() throws -> GoldenStatistics {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/stats/tests.json")
    return try JSONDecoder().decode(GoldenStatistics.self, from: Data(contentsOf: url))
  }
}

/// Whether two numbers agree to a relative error, or to an absolute one near zero.
func isClose(_ found: Double?, _ expected: Double, relative: Double = 1e-12, absolute: Double = 1e-15) -> Bool {
  guard let found else { return expected.isNaN }
  return found == expected || abs(found - expected) <= Swift.max(abs(expected) * relative, absolute)
}
