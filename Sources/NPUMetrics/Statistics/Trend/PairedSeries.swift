/// Pairs of finite numbers, such as instants and what was measured at them; the input of every trend statistic.
public struct PairedSeries: Sendable, Hashable {
  /// The first number of each pair, such as the time.
  public let x: [Double]
  /// The second number of each pair, such as the memory in use.
  public let y: [Double]

  /// The number of pairs.
  public var count: Int { x.count }

  /// Creates a series; none at all is allowed, and the statistics say how many pairs each of them needs.
  ///
  /// - Parameters:
  ///   - x: The first numbers, in any order.
  ///   - y: The second numbers.
  /// - Throws: ``StatisticsError`` if the counts differ, or a number is NaN, infinite or beyond 1e150, whose square
  ///   has no double.
  public init(x: [Double], y: [Double]) throws(StatisticsError) {
    guard x.count == y.count else {
      throw StatisticsError(
        kind: .unequalCounts, message: "A series pairs each x with one y, but there are \(x.count) x and \(y.count) y.")
    }
    try Self.check(x)
    try Self.check(y)
    self.x = x
    self.y = y
  }

  /// Creates a series of measurements at equal distances, x = 0, 1, 2, ...
  ///
  /// - Parameter y: The measurements in the order of time.
  /// - Throws: ``StatisticsError`` if a number is NaN, infinite or beyond 1e150.
  public init(_ y: [Double]) throws(StatisticsError) {
    try Self.check(y)
    x = y.indices.map(Double.init)
    self.y = y
  }

  private static func check(_ values: [Double]) throws(StatisticsError) {
    try StatisticsError.check(finite: values)
    guard let index = values.firstIndex(where: { $0.magnitude > 1e150 }) else { return }
    throw .outOfRange("Number \(index) of a series", values[index], "within 1e150; choose a larger unit")
  }

  /// For parts of a series that is known to be good.
  init(trustedX x: [Double], y: [Double]) {
    self.x = x
    self.y = y
  }

  /// The series in ascending order of x, and of y where x is equal.
  var sorted: PairedSeries {
    let isOrdered = zip(x, x.dropFirst()).allSatisfy { $0 < $1 }
    guard !isOrdered else { return self }
    let order = x.indices.sorted { left, right in
      x[left] != x[right] ? x[left] < x[right] : y[left] < y[right]
    }
    return PairedSeries(trustedX: order.map { x[$0] }, y: order.map { y[$0] })
  }
}
