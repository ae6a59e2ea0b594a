/// One side of a square window whose weights are the products of the weights of its sides.
struct SymmetricWindow: Sendable, Hashable {
  /// The weights from the middle to the end: of the middle sample, of its two neighbours, of theirs.
  let weights: [Double]

  /// How many samples reach out on either side of the middle.
  var radius: Int { weights.count - 1 }
  /// The side of the window.
  var side: Int { 2 * radius + 1 }

  /// Weights of one: sums, which of whole numbers stay whole numbers.
  init(uniformSide side: Int) {
    weights = [Double](repeating: 1, count: side / 2 + 1)
  }

  /// The weights e^(-x^2 / (2 sigma^2)) for x within the radius, divided by their sum.
  init(gaussianSigma sigma: Double, radius: Int) {
    let bells = (0...radius).map { (-0.5 / (sigma * sigma) * Double($0 * $0)).reproducibleExponential }
    let sum = bells.reduce(0) { $0 + 2 * $1 } - 1
    weights = bells.map { $0 / sum }
  }
}
