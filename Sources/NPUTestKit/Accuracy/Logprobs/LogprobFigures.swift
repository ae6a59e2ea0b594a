/// One place of a response at which both services gave log-probabilities behind the same tokens.
struct LogprobPlace: Sendable, Hashable {
  var baseline: RecordedToken
  var candidate: RecordedToken
  /// The tokens before it in the response.
  var position: Int
  /// The tokens of the response.
  var length: Int
}

/// How far two services' log-probabilities are apart over some places.
///
/// - Definition: drift is the mean of the candidate's log-probability less the baseline's, of the tokens of the
///   baseline's responses; the perplexity ratio is exp(-drift), above 1 where the candidate finds them less likely.
///   Agreement and divergence are those of ``NPUMetrics/TokenDivergence`` and ``NPUMetrics/TopLogprobs`` over the lists
///   of likeliest tokens.
/// - Range: drift in nats; 0 for equal services, about 0.001 between two engines with the same weights in 32 bits, and
///   some 0.01 in 16 bits.
public struct LogprobFigures: Sendable, Hashable {
  /// How many places there are, 1 or more.
  public let places: Int
  /// The perplexity of the responses under the baseline.
  public let baselinePerplexity: Double
  /// The perplexity of the responses under the candidate.
  public let candidatePerplexity: Double
  /// The mean difference of log-probabilities, in nats.
  public let drift: Double
  /// The greatest magnitude of a difference, in nats.
  public let maxDrift: Double
  /// What the lists of likeliest tokens say; nil where either side gave none.
  public let divergence: DivergenceSummary?
  /// The mean share of the likeliest tokens that both lists have, as many as the shorter list has; nil without lists.
  public let topAgreement: Double?

  /// The candidate's perplexity over the baseline's.
  public var perplexityRatio: Double { candidatePerplexity / baselinePerplexity }

  /// Computes the figures; nil without a place where both sides have a log-probability.
  init?(_ places: [LogprobPlace]) {
    let pairs = places.compactMap { place in
      place.baseline.logprob.flatMap { own in place.candidate.logprob.map { (own, $0) } }
    }
    guard let own = try? SequenceLikelihood(logprobs: pairs.map(\.0)),
      let other = try? SequenceLikelihood(logprobs: pairs.map(\.1))
    else { return nil }
    self.places = pairs.count
    baselinePerplexity = own.perplexity
    candidatePerplexity = other.perplexity
    drift = other.meanLogprob - own.meanLogprob
    maxDrift = pairs.reduce(0) { max($0, ($1.1 - $1.0).magnitude) }
    let lists = places.compactMap { place -> (TopLogprobs<String>, TopLogprobs<String>)? in
      guard let own = place.baseline.top, let other = place.candidate.top,
        let first = try? TopLogprobs(own), let second = try? TopLogprobs(other)
      else { return nil }
      return (first, second)
    }
    divergence = try? DivergenceSummary(lists.map { TokenDivergence(reference: $0, candidate: $1) })
    let agreements = lists.compactMap { $0.topAgreement(with: $1) }
    topAgreement = agreements.isEmpty ? nil : agreements.reduce(0, +) / Double(agreements.count)
  }
}
