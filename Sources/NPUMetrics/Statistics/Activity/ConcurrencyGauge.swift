/// Follows how many requests are in flight, in constant memory.
///
/// The mean is weighted by time: the integral of the number in flight over the time from the first to the last change.
package struct ConcurrencyGauge: Sendable, Hashable {
  /// The number in flight now.
  package private(set) var current = 0
  /// The greatest number in flight at any time.
  package private(set) var maximum = 0
  /// The number of ends without a beginning; they are ignored.
  package private(set) var unmatchedEnds = 0
  /// The instant of the first change in nanoseconds, nil before it.
  package private(set) var first: Int64?
  /// The instant of the latest change in nanoseconds, nil before the first.
  package private(set) var last: Int64?
  /// The integral in requests times nanoseconds; exact, whatever the length of the run.
  private var area: UInt128 = 0

  /// Creates a gauge with nothing in flight.
  package init() {}

  /// A request begins.
  ///
  /// - Parameter instant: When, in nanoseconds; one before the latest change counts as that change.
  package mutating func begin(at instant: Int64) {
    advance(to: instant)
    current += 1
    maximum = Swift.max(maximum, current)
  }

  /// A request ends.
  ///
  /// - Parameter instant: When, in nanoseconds; one before the latest change counts as that change.
  package mutating func end(at instant: Int64) {
    guard current > 0 else {
      unmatchedEnds += 1
      return
    }
    advance(to: instant)
    current -= 1
  }

  /// The mean number in flight from the first to the latest change, nil if no time passed.
  package var mean: Double? {
    guard let first, let last, last > first else { return nil }
    return Double(area) / Double(UInt64(bitPattern: last &- first))
  }

  private mutating func advance(to instant: Int64) {
    guard let before = last else {
      first = instant
      last = instant
      return
    }
    guard instant > before else { return }
    area += UInt128(current) * UInt128(UInt64(bitPattern: instant &- before))
    last = instant
  }
}
