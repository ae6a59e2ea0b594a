/// The log-probabilities of two lists, split into shared and unshared tokens.
struct SplitLogprobs {
  var shared: [(p: Double, q: Double)] = []
  var referenceOnly: [Double] = []
  var candidateOnly: [Double] = []

  /// The difference of two log-probabilities; 0 for two that are minus infinity.
  static func difference(_ p: Double, _ q: Double) -> Double {
    p == q ? 0 : p - q
  }

  /// The term of a divergence; 0 where the weight is 0, as x ln x tends to.
  static func term(_ weight: Double, _ difference: Double) -> Double {
    weight == 0 ? 0 : weight * difference
  }
}

extension SplitLogprobs {
  /// See ``TokenDivergence/klGroups``.
  func klGroups(_ cells: RestCells) -> Double {
    let leastReference = Swift.min(shared.map(\.p).min() ?? 0, referenceOnly.min() ?? 0)
    let leastCandidate = Swift.min(shared.map(\.q).min() ?? 0, candidateOnly.min() ?? 0)
    let reference = Groups(own: referenceOnly, others: candidateOnly.count, least: leastReference, cells.referenceSum)
    let candidate = Groups(own: candidateOnly, others: referenceOnly.count, least: leastCandidate, cells.candidateSum)
    var sum = CompensatedSum()
    let least = TokenDivergence.leastCell
    let leastLogarithm = least.reproducibleLogarithm
    for (index, pair) in shared.enumerated() {
      let weight = Swift.max(cells.shared[index].p, least)
      sum.add(weight * (Swift.max(pair.p, leastLogarithm) - Swift.max(pair.q, leastLogarithm)))
    }
    func add(_ p: Double, _ q: Double) {
      let (p, q) = (Swift.max(p, least), Swift.max(q, least))
      sum.add(p == q ? 0 : p * (p / q).reproducibleLogarithm)
    }
    if !referenceOnly.isEmpty { add(reference.own, candidate.others) }
    if !candidateOnly.isEmpty { add(reference.others, candidate.own) }
    add(reference.outside, candidate.outside)
    return sum.value
  }

  /// What one side gives to its own group, the other side's group and the outside.
  private struct Groups {
    var own: Double
    var others: Double
    var outside: Double

    init(own logprobs: [Double], others count: Int, least: Double, _ shared: ExtendedDouble) {
      var sum = ExtendedDouble(0)
      for logprob in logprobs { sum = sum + .exponential(logprob) }
      own = sum.value
      let left = ExtendedDouble(1) - (shared + sum)
      guard left.value > 0 else {
        others = 0
        outside = 0
        return
      }
      let bound = ExtendedDouble(Double(count)) * .exponential(least)
      let rest = left - bound
      guard rest.value > 0 else {
        others = left.value
        outside = 0
        return
      }
      others = bound.value
      outside = rest.value
    }
  }

  /// See ``TokenDivergence/klRenormalized``.
  var klRenormalized: Double? {
    guard let greatestP = shared.map(\.p).max(), let greatestQ = shared.map(\.q).max(), greatestP > -.infinity,
      greatestQ > -.infinity
    else { return nil }
    // Relative to the likeliest token, so that a list of clamped values has weights too.
    let weights = shared.map { ($0.p - greatestP).reproducibleExponential }
    var totalP = CompensatedSum()
    var totalQ = CompensatedSum()
    for (index, pair) in shared.enumerated() {
      totalP.add(weights[index])
      totalQ.add((pair.q - greatestQ).reproducibleExponential)
    }
    let scale = (greatestP - greatestQ) + (totalP.value / totalQ.value).reproducibleLogarithm
    var sum = CompensatedSum()
    for (index, pair) in shared.enumerated() {
      sum.add(Self.term(weights[index], Self.difference(pair.p, pair.q) - scale))
    }
    return Swift.max(sum.value / totalP.value, 0)
  }

  /// See ``TokenDivergence/klFloor``.
  var klFloor: Double {
    let floor = Swift.min(shared.map(\.q).min() ?? 0, candidateOnly.min() ?? 0)
    var sum = CompensatedSum()
    for pair in shared {
      sum.add(Self.term(ExtendedDouble.exponential(pair.p).value, Self.difference(pair.p, pair.q)))
    }
    for logprob in referenceOnly {
      sum.add(Self.term(ExtendedDouble.exponential(logprob).value, Self.difference(logprob, floor)))
    }
    return sum.value
  }
}
