internal import NPUMetrics

/// How many requests were under way at once, from their starts and ends in any order, in bounded memory.
struct ConcurrencyCounter {
  /// Requests held one by one unless told otherwise: 3 MB.
  static let defaultExactLimit = 200_000

  private let exactLimit: Int
  private var intervals: [ConcurrencyProfile.Interval] = []
  /// Starts count 1 and ends -1 here once there are too many intervals.
  private var changes: ThroughputWindows?
  /// The time of all requests together, in nanoseconds.
  private(set) var busyNanoseconds = 0.0

  init(exactLimit: Int = defaultExactLimit) { self.exactLimit = exactLimit }

  /// Whether ``peak`` is exact; otherwise it is sampled at the ends of windows, and a shorter peak may be missed.
  var isExact: Bool { changes == nil }

  mutating func add(start: Int64, end: Int64) {
    let interval = ConcurrencyProfile.Interval(start: start, end: max(start, end))
    busyNanoseconds += Double(interval.end) - Double(interval.start)
    if changes == nil, intervals.count < exactLimit {
      intervals.append(interval)
      return
    }
    if changes == nil {
      let first = intervals.map(\.start).min() ?? start
      changes = ThroughputWindows(start: min(first, start), width: 1_000_000, limit: 1 << 14)
      for interval in intervals { count(interval) }
      intervals = []
    }
    count(interval)
  }

  /// The most requests at one time; one that ends at the instant another starts does not overlap it.
  var peak: Int {
    guard let changes else { return ConcurrencyProfile(of: intervals).maximum }
    var open = 0.0
    return Int(
      changes.sums.reduce(0.0) { most, change in
        open += change
        return max(most, open)
      })
  }

  /// How many requests were under way at some instants; one that ends at an instant is no longer, one that starts there
  /// is already.
  ///
  /// - Parameter instants: In rising order.
  /// - Returns: The number at each; sampled to a window where there are too many requests to hold.
  func count(at instants: [Int64]) -> [Int] {
    if let changes {
      var open = 0.0
      var next = 0
      return instants.map { instant in
        let end = (Double(instant) - Double(changes.start)) / Double(changes.width)
        while next < changes.sums.count, Double(next) <= end {
          open += changes.sums[next]
          next += 1
        }
        return max(0, Int(open))
      }
    }
    let starts = intervals.map(\.start).sorted()
    let ends = intervals.map(\.end).sorted()
    var (begun, over) = (0, 0)
    return instants.map { instant in
      while begun < starts.count, starts[begun] <= instant { begun += 1 }
      while over < ends.count, ends[over] <= instant { over += 1 }
      return begun - over
    }
  }

  private mutating func count(_ interval: ConcurrencyProfile.Interval) {
    // One that began before the first window is open from the first on.
    let begin = changes?.start ?? interval.start
    changes?.record(at: max(interval.start, begin), weight: 1)
    changes?.record(at: max(interval.end, begin), weight: -1)
  }
}
