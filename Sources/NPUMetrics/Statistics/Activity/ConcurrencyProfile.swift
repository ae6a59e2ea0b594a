/// How many requests were in flight: the greatest number and the mean over time.
package struct ConcurrencyProfile: Sendable, Hashable {
  /// One request in flight, from its start up to but not including its end.
  package struct Interval: Sendable, Hashable {
    /// The start in nanoseconds.
    package var start: Int64
    /// The end in nanoseconds.
    package var end: Int64

    /// Creates an interval.
    package init(start: Int64, end: Int64) {
      self.start = start
      self.end = end
    }
  }

  /// The number of intervals with a length above zero; only they count.
  package let count: Int
  /// The number of intervals that end before they start; they are ignored.
  package let invertedCount: Int
  /// The greatest number in flight at one instant; a request that starts as another ends does not overlap it.
  package let maximum: Int
  /// The mean number in flight from the first start to the last end, nil without intervals.
  package let mean: Double?

  /// Computes the profile of intervals in any order.
  package init(of intervals: some Sequence<Interval>) {
    var starts: [Int64] = []
    var ends: [Int64] = []
    var inverted = 0
    for interval in intervals {
      inverted += interval.end < interval.start ? 1 : 0
      guard interval.start < interval.end else { continue }
      starts.append(interval.start)
      ends.append(interval.end)
    }
    starts.sort()
    ends.sort()
    var gauge = ConcurrencyGauge()
    var ended = 0
    for start in starts {
      while ended < ends.count, ends[ended] <= start {
        gauge.end(at: ends[ended])
        ended += 1
      }
      gauge.begin(at: start)
    }
    for end in ends[ended...] { gauge.end(at: end) }
    count = starts.count
    invertedCount = inverted
    maximum = gauge.maximum
    mean = gauge.mean
  }
}
