/// Two distributions over the shared tokens and one cell for everything else.
struct RestCells {
  private let logprobs: [(p: Double, q: Double)]
  let shared: [(p: Double, q: Double)]
  let referenceSum: ExtendedDouble
  let candidateSum: ExtendedDouble
  let referenceRest: Double
  let candidateRest: Double

  init(_ split: SplitLogprobs) {
    var referenceSum = ExtendedDouble(0)
    var candidateSum = ExtendedDouble(0)
    shared = split.shared.map { pair in
      let p = ExtendedDouble.exponential(pair.p)
      let q = ExtendedDouble.exponential(pair.q)
      referenceSum = referenceSum + p
      candidateSum = candidateSum + q
      return (p.value, q.value)
    }
    logprobs = split.shared
    self.referenceSum = referenceSum
    self.candidateSum = candidateSum
    referenceRest = Swift.max((ExtendedDouble(1) - referenceSum).value, TokenDivergence.leastCell)
    candidateRest = Swift.max((ExtendedDouble(1) - candidateSum).value, TokenDivergence.leastCell)
  }

  var divergence: Double {
    var sum = CompensatedSum()
    for (index, pair) in logprobs.enumerated() {
      sum.add(SplitLogprobs.term(shared[index].p, SplitLogprobs.difference(pair.p, pair.q)))
    }
    sum.add(referenceRest * (referenceRest / candidateRest).reproducibleLogarithm)
    return sum.value
  }

  var reverseDivergence: Double {
    var sum = CompensatedSum()
    for (index, pair) in logprobs.enumerated() {
      sum.add(SplitLogprobs.term(shared[index].q, SplitLogprobs.difference(pair.q, pair.p)))
    }
    sum.add(candidateRest * (candidateRest / referenceRest).reproducibleLogarithm)
    return sum.value
  }

  var jensenShannon: Double {
    var sum = CompensatedSum()
    func add(_ p: Double, _ q: Double) {
      let middle = (p + q) / 2
      if p > 0 { sum.add(p * (p / middle).reproducibleLogarithm) }
      if q > 0 { sum.add(q * (q / middle).reproducibleLogarithm) }
    }
    for pair in shared { add(pair.p, pair.q) }
    add(referenceRest, candidateRest)
    return Swift.max(sum.value / 2, 0)
  }

  var totalVariation: Double {
    var sum = CompensatedSum()
    for pair in shared { sum.add((pair.p - pair.q).magnitude) }
    sum.add((referenceRest - candidateRest).magnitude)
    return sum.value / 2
  }

  var rmsDifference: Double? {
    guard !shared.isEmpty else { return nil }
    var sum = CompensatedSum()
    for pair in shared { sum.add((pair.p - pair.q) * (pair.p - pair.q)) }
    return (sum.value / Double(shared.count)).squareRoot()
  }
}
