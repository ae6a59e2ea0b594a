/// Count, extremes, sum and sum of squares of whole numbers, without any rounding.
///
/// Integer sums do not depend on the order of additions, so merged accumulators equal one that saw everything.
struct ExactMoments: Sendable, Hashable {
  private(set) var count = 0
  private(set) var minimum: UInt64?
  private(set) var maximum: UInt64?
  private var sum: UInt128 = 0
  /// The sum of squares, nil once it left 128 bits: after some 10^9 values of a week each.
  private var squares: UInt128? = 0

  mutating func add(_ value: UInt64) {
    count += 1
    minimum = Swift.min(minimum ?? value, value)
    maximum = Swift.max(maximum ?? value, value)
    sum += UInt128(value)
    let square = value.multipliedFullWidth(by: value)
    squares = Self.add(squares, UInt128(square.high) << 64 | UInt128(square.low))
  }

  /// Adds one value several times.
  mutating func add(_ value: UInt64, count repeats: Int) {
    count += repeats
    minimum = Swift.min(minimum ?? value, value)
    maximum = Swift.max(maximum ?? value, value)
    sum += UInt128(value) * UInt128(repeats)
    let square = value.multipliedFullWidth(by: value)
    let (product, overflow) = (UInt128(square.high) << 64 | UInt128(square.low))
      .multipliedReportingOverflow(by: UInt128(repeats))
    squares = overflow ? nil : Self.add(squares, product)
  }

  mutating func merge(_ other: ExactMoments) {
    count += other.count
    minimum = [minimum, other.minimum].compactMap(\.self).min()
    maximum = [maximum, other.maximum].compactMap(\.self).max()
    sum += other.sum
    squares = Self.add(squares, other.squares)
  }

  private static func add(_ left: UInt128?, _ right: UInt128?) -> UInt128? {
    guard let left, let right else { return nil }
    let (total, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : total
  }

  var mean: Double? {
    count > 0 ? Double(sum) / Double(count) : nil
  }

  /// The standard deviation with divisor n - `lost`; nil for too few values.
  func deviation(lost: Int) -> Double? {
    guard count > lost, let squares else { return nil }
    // n Q - S^2 in 256 bits: the subtraction that ruins this formula in floating point is exact here.
    let scaled = UInt128(count).multipliedFullWidth(by: squares)
    let square = sum.multipliedFullWidth(by: sum)
    let (low, borrow) = scaled.low.subtractingReportingOverflow(square.low)
    let high = scaled.high - square.high - (borrow ? 1 : 0)
    let difference = Double(high) * 0x1p128 + Double(low)
    return (difference / Double(count) / Double(count - lost)).squareRoot()
  }
}
