internal import Foundation
internal import NPUMetrics

/// Reference figures of log-probabilities, computed with mpmath at 50 digits, read from the fixture.
struct GoldenLogprobs: Decodable {
  struct Perplexity: Decodable, Sendable, CustomStringConvertible {
    var name: String
    var logprobs: [Double]
    var tokens: Int
    var sum: Double
    var mean_nll: Double
    var bits_per_token: Double
    var perplexity: GoldenDouble

    var description: String { name }
  }

  struct Divergence: Decodable, Sendable, CustomStringConvertible {
    struct Entry: Decodable, Sendable {
      var token: Int
      var logprob: Double

      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        token = try container.decode(Int.self)
        logprob = try container.decode(Double.self)
      }
    }

    var name: String
    var p: [Entry]
    var q: [Entry]
    var full_vocabulary_kl: Double?
    var shared: Int
    var jaccard: Double
    var rest_p: Double
    var rest_q: Double
    var kl_rest: Double
    var kl_rest_reverse: Double
    var js_rest: Double
    var tv_rest: Double
    var kl_renormalized: Double?
    var max_abs_logprob_diff: Double?
    var mean_abs_logprob_diff: Double?
    var rms_probability_diff: Double?
    var kl_groups: Double
    var kl_floor: Double
    var top1_agree: Bool

    var description: String { name }
    var reference: TopLogprobs<Int> {
      get throws { try TopLogprobs(p.map { ($0.token, $0.logprob) }) }
    }
    var candidate: TopLogprobs<Int> {
      get throws { try TopLogprobs(q.map { ($0.token, $0.logprob) }) }
    }
  }

  var perplexity: [Perplexity]
  var divergences: [Divergence]

  static func load() throws -> GoldenLogprobs {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/tokens/logprobs.json")
    return try JSONDecoder().decode(GoldenLogprobs.self, from: Data(contentsOf: url))
  }
}
