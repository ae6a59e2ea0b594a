internal import Foundation
internal import NPUMetrics

/// Reference intervals of `scipy.stats.bootstrap`, means over 20 seeds with tolerances, read from the fixture.
struct GoldenBootstrap: Decodable {
  struct Interval: Decodable, Sendable, CustomStringConvertible {
    var data: String
    var statistic: String
    var method: String
    var confidence: Double
    var n_resamples: Int
    var low: Double
    var high: Double
    var tolerance: [Double]
    var standard_error: Double
    var point: Double

    var description: String { "\(data) \(statistic) \(method)" }

    var sampleStatistic: SampleStatistic {
      switch statistic {
      case "mean": .mean
      case "median": .median
      default: .standardDeviation
      }
    }

    var bootstrapMethod: BootstrapMethod {
      switch method {
      case "BCa": .bca
      case "basic": .basic
      default: .percentile
      }
    }
  }

  struct Parts: Decodable, Sendable {
    struct Row: Decodable, Sendable {
      var z0: Double
      var alpha_low: Double
      var alpha_high: Double
    }

    var sample: [Double]
    var acceleration: Double
    var rows: [Row]
  }

  var bootstrap: [Interval]
  var bca_parts: Parts
  var samples: [String: [Double]]

  static func load() throws -> GoldenBootstrap {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/stats/bootstrap.json")
    return try JSONDecoder().decode(GoldenBootstrap.self, from: Data(contentsOf: url))
  }
}
