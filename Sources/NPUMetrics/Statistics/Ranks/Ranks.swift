/// The ranks of a sample, and how many samples share each.
struct Ranks: Sendable, Hashable {
  /// The rank of each sample from 1, equal samples having the mean of their ranks.
  let values: [Double]
  /// The sizes of the groups of equal samples, groups of one left out.
  let ties: [Int]

  /// Ranks samples without NaN in n log n time.
  init(of samples: [Double]) {
    let order = samples.indices.sorted { samples[$0] < samples[$1] }
    var values = [Double](repeating: 0, count: samples.count)
    var ties: [Int] = []
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, samples[order[end]] == samples[order[start]] { end += 1 }
      // The ranks are start + 1 to end.
      let rank = Double(start + 1 + end) / 2
      for place in order[start..<end] { values[place] = rank }
      if end - start > 1 { ties.append(end - start) }
      start = end
    }
    self.values = values
    self.ties = ties
  }

  /// The sizes of the groups of equal neighbours in a sorted sample, groups of one left out.
  static func ties(ofSorted samples: some Collection<Double>) -> [Int] {
    var ties: [Int] = []
    var size = 0
    var last = Double.nan
    for sample in samples {
      if sample == last {
        size += 1
        continue
      }
      if size > 1 { ties.append(size) }
      size = 1
      last = sample
    }
    if size > 1 { ties.append(size) }
    return ties
  }
}
