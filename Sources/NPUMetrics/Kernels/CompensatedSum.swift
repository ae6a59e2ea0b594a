/// A running sum that keeps the rounding error of every addition.
///
/// Source: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974), with
/// the branch-free error term of Knuth, The Art of Computer Programming 2, 4.2.2. The result is as good as a sum in
/// twice the precision, rounded once.
struct CompensatedSum {
  private var sum = 0.0
  private var error = 0.0

  /// Adds a value; infinities and an overflow behave as in a plain sum.
  mutating func add(_ value: Double) {
    let next = sum + value
    let taken = next - sum
    error += (sum - (next - taken)) + (value - taken)
    sum = next
  }

  /// The sum so far.
  var value: Double { error.isFinite ? sum + error : sum }
}

extension CompensatedSum {
  /// The arithmetic mean of finite values, NaN for none.
  static func mean(of values: [Double]) -> Double {
    var sum = CompensatedSum()
    for value in values { sum.add(value) }
    return sum.value / Double(values.count)
  }
}
