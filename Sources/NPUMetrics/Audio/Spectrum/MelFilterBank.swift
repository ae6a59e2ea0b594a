/// Triangular filters over the bins of a spectrum, evenly spaced on a mel scale.
///
/// With band edges f(0) ... f(M + 1), evenly spaced in mel from the least to the greatest frequency, filter m weighs a
/// bin at f with max(0, min((f - f(m)) / (f(m+1) - f(m)), (f(m+2) - f) / (f(m+2) - f(m+1)))), times 2 / (f(m+2) -
/// f(m)), which gives each triangle the area 1: the filters of librosa's defaults.
struct MelFilterBank {
  private struct Filter {
    var firstBin: Int
    var weights: [Double]
  }

  private let filters: [Filter]

  init(bands: Int, scale: MelScale, frequencies: ClosedRange<Double>, fftSize: Int, sampleRate: Int) {
    let low = scale.mel(frequency: frequencies.lowerBound)
    let high = scale.mel(frequency: frequencies.upperBound)
    let edges = (0..<bands + 2).map { index in
      scale.frequency(mel: low + (high - low) * Double(index) / Double(bands + 1))
    }
    let bin = Double(sampleRate) / Double(fftSize)
    filters = (0..<bands).map { band in
      let (left, center, right) = (edges[band], edges[band + 1], edges[band + 2])
      var filter = Filter(firstBin: 0, weights: [])
      let first = Swift.max(Int((left / bin).rounded(.down)), 0)
      let last = Swift.min(Int((right / bin).rounded(.up)), fftSize / 2)
      guard first <= last else { return filter }
      filter.firstBin = first
      filter.weights = (first...last).map { index in
        let frequency = Double(index) * bin
        let weight = Swift.min((frequency - left) / (center - left), (right - frequency) / (right - center))
        return Swift.max(weight, 0) * 2 / (right - left)
      }
      return filter
    }
  }

  /// Adds the bands of one spectrum to a list.
  func append(power: [Double], to bands: inout [Double]) {
    for filter in filters {
      var sum = 0.0
      for (offset, weight) in filter.weights.enumerated() { sum += weight * power[filter.firstBin + offset] }
      bands.append(sum)
    }
  }
}
