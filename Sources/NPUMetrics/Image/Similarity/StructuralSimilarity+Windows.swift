extension StructuralSimilarity {
  /// The similarity of 8-bit samples, by whole numbers where the window allows it.
  func score(
    _ first: Span<UInt8>, _ second: Span<UInt8>, layout: SampleLayout, map: inout [Double]
  ) throws(ImageError) -> SimilarityScore {
    let side = 2 * (try border(in: layout)) + 1
    let sums: [Double]
    if window == .uniform(side: UniformByteWindows.side) {
      let windows = UniformByteWindows(layout: layout, c1: c1, c2: c2, covariance: covariance)
      sums = windows.sums(first, second, map: &map)
    } else {
      let windows = try separableWindows(layout)
      sums = unsafe first.withUnsafeBytes { first in
        unsafe second.withUnsafeBytes { second in
          guard let first = first.baseAddress, let second = second.baseAddress else { return [] }
          return unsafe windows.sums(.bytes(first, second), map: &map)
        }
      }
    }
    return SimilarityScore(sums: sums, windows: layout.windows(side: side))
  }

  /// The similarity of numbers.
  func score(
    _ first: Span<Double>, _ second: Span<Double>, layout: SampleLayout, map: inout [Double]
  ) throws(ImageError) -> SimilarityScore {
    let side = 2 * (try border(in: layout)) + 1
    let windows = try separableWindows(layout)
    let sums = unsafe first.withUnsafeBytes { first in
      unsafe second.withUnsafeBytes { second in
        guard let first = first.baseAddress, let second = second.baseAddress else { return [Double]() }
        return unsafe windows.sums(.doubles(first, second), map: &map)
      }
    }
    return SimilarityScore(sums: sums, windows: layout.windows(side: side))
  }

  /// The layout of both images, if both have as many samples as it asks for.
  func layout(_ first: Int, _ second: Int, width: Int, height: Int, channels: Int) throws(ImageError) -> SampleLayout {
    _ = try SampleLayout(width: width, height: height, channels: channels, count: first)
    return try SampleLayout(width: width, height: height, channels: channels, count: second)
  }

  private var c1: Double { (k1 * dataRange) * (k1 * dataRange) }
  private var c2: Double { (k2 * dataRange) * (k2 * dataRange) }

  /// How far the window reaches out, if the settings are in range and a window fits into the image.
  func border(in layout: SampleLayout) throws(ImageError) -> Int {
    for (name, value) in [("data range", dataRange), ("constant K1", k1), ("constant K2", k2)] {
      guard value > 0, value.isFinite else {
        throw ImageError(
          kind: .invalidOption, message: "The \(name) is \(value); it must be a positive number, 255 for 8-bit samples."
        )
      }
    }
    let radius: Int
    switch window {
    case .uniform(let side):
      guard side >= 3, side % 2 == 1 else {
        throw ImageError(
          kind: .invalidOption, message: "The side of the window is \(side); it must be an odd number of 3 or more.")
      }
      radius = side / 2
    case .gaussian(let sigma):
      // Above this no image is large enough; below it the window has a middle and nothing around it.
      guard sigma >= 0.15, sigma <= 1e6 else {
        throw ImageError(
          kind: .invalidOption,
          message: "The standard deviation of the window is \(sigma) pixels; it must be 0.15 or more, usually 1.5.")
      }
      radius = Int(3.5 * sigma + 0.5)
    }
    try layout.check(fits: 2 * radius + 1, "a window of \(2 * radius + 1)x\(2 * radius + 1)")
    return radius
  }

  private func separableWindows(_ layout: SampleLayout) throws(ImageError) -> SeparableWindows {
    let radius = try border(in: layout)
    let count = Double((2 * radius + 1) * (2 * radius + 1))
    switch window {
    case .uniform(let side):
      // Sums instead of means: the constants grow with them.
      return SeparableWindows(
        layout: layout, window: SymmetricWindow(uniformSide: side), quantity: .similarity, gain: count,
        luminance: 2 * count * count * c1, contrast: 2 * count * (covariance == .sample ? count - 1 : count) * c2)
    case .gaussian(let sigma):
      return SeparableWindows(
        layout: layout, window: SymmetricWindow(gaussianSigma: sigma, radius: radius), quantity: .similarity, gain: 1,
        luminance: 2 * c1, contrast: 2 * c2 * (covariance == .sample ? (count - 1) / count : 1))
    }
  }
}

extension SampleLayout {
  /// How many windows of that side lie wholly inside the image.
  func windows(side: Int) -> Int { (width - side + 1) * (height - side + 1) }
}
