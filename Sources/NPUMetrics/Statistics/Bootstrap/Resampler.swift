/// Draws the values that a statistic takes on resamples.
struct Resampler {
  /// How the statistic is found from the draws.
  private enum Kernel {
    case mean
    case deviation
    case ranks(lower: Int, upper: Int, weight: Double)
  }

  /// The sample: ascending for ranks, less the mean for the deviation.
  private let values: [Double]
  private let kernel: Kernel
  private let statistic: SampleStatistic
  /// The statistic of the sample itself.
  let estimate: Double

  init(_ sample: [Double], statistic: SampleStatistic) throws(StatisticsError) {
    try Self.check(sample)
    self.statistic = statistic
    let mean = CompensatedSum.mean(of: sample)
    switch statistic {
    case .mean:
      kernel = .mean
      values = sample
      estimate = mean
    case .standardDeviation:
      kernel = .deviation
      values = sample.map { $0 - mean }
      estimate = try Summary(of: sample, percentiles: []).standardDeviationSample ?? 0
    case .percentile, .median, .minimum, .maximum:
      let percent = Self.percent(of: statistic)
      try StatisticsError.check(percentiles: [percent])
      values = sample.sorted()
      let position = PercentileMethod.linear.position(of: percent, count: sample.count)
      kernel = .ranks(lower: position.lower, upper: position.upper, weight: position.weight)
      estimate = PercentileMethod.interpolate(
        from: values[position.lower], to: values[position.upper], weight: position.weight)
    }
  }

  /// Throws unless a sample can be resampled.
  static func check(_ sample: [Double]) throws(StatisticsError) {
    try StatisticsError.check(finite: sample)
    guard sample.count >= 2 else { throw .tooFewSamples("A bootstrap", sample.count, needed: 2) }
    guard sample.count <= Int(Int32.max) else {
      throw StatisticsError(
        kind: .tooManySamples, message: "A bootstrap takes up to \(Int32.max) samples, not \(sample.count).")
    }
  }

  private static func percent(of statistic: SampleStatistic) -> Double {
    switch statistic {
    case .percentile(let percent): percent
    case .minimum: 0
    case .maximum: 100
    case .median, .mean, .standardDeviation: 50
    }
  }

  /// The statistic of each of so many resamples.
  func draw(_ count: Int, using generator: inout SeededGenerator) -> [Double] {
    switch kernel {
    case .mean:
      // Divided and not multiplied by the inverse, so that a resample with the sum of the sample has its mean.
      let n = Double(values.count)
      return ResampleSums.sums(of: values, count: count, using: &generator).map { $0 / n }
    case .deviation:
      let n = Double(values.count)
      let squares = values.map { $0 * $0 }
      return ResampleSums.pairedSums(of: values, squares, count: count, using: &generator).map { sums in
        (Swift.max(sums.second - sums.first * sums.first / n, 0) / (n - 1)).squareRoot()
      }
    case .ranks(let lower, let upper, let weight):
      return (0..<count).map { _ in
        let places = RankDraw.places(lower: lower, upper: upper, count: values.count, using: &generator)
        return PercentileMethod.interpolate(from: values[places.lower], to: values[places.upper], weight: weight)
      }
    }
  }

  /// The statistic of the sample with each one left out in turn.
  func jackknife() -> [Double] {
    let n = Double(values.count)
    switch kernel {
    case .mean:
      return values.map { (estimate * n - $0) / (n - 1) }
    case .deviation:
      let squares = values.reduce(0) { $0 + $1 * $1 }
      // Without value d the mean moves by -d / (n - 1), and the squares around it lose d^2 n / (n - 1).
      return values.map { value in
        n > 2 ? (Swift.max(squares - value * value * n / (n - 1), 0) / (n - 2)).squareRoot() : 0
      }
    case .ranks:
      let position = PercentileMethod.linear.position(of: Self.percent(of: statistic), count: values.count - 1)
      func value(_ rank: Int, without place: Int) -> Double { values[rank < place ? rank : rank + 1] }
      return values.indices.map { place in
        PercentileMethod.interpolate(
          from: value(position.lower, without: place), to: value(position.upper, without: place),
          weight: position.weight)
      }
    }
  }
}
