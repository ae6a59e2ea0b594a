/// Events added up in windows of equal width, in a bounded number of windows.
///
/// Window i covers the instants from start + i width up to but not including start + (i + 1) width. When an event
/// falls behind the last window that fits, neighbouring windows are joined and the width doubles: a day of load takes
/// no more memory than a minute, only coarser windows.
package struct ThroughputWindows: Sendable, Hashable {
  /// The windows kept unless another limit is given: an hour of seconds, 32 KB.
  package static let defaultLimit = 4096

  /// The beginning of the first window, in nanoseconds.
  package let start: Int64
  /// The width at the beginning, in nanoseconds.
  package let initialWidth: Int64
  /// The greatest number of windows kept.
  package let limit: Int

  /// The present width in nanoseconds: the first width, doubled each time the windows were joined.
  package private(set) var width: Int64
  /// The sum of weights in each window, up to the last one with an event.
  package private(set) var sums: [Double] = []
  /// The number of events, those before the start left out.
  package private(set) var count = 0
  /// The sum of all weights.
  package private(set) var total = 0.0
  /// The number of events before the start; they take part in nothing else.
  package private(set) var earlyCount = 0
  /// The instant of the latest event in nanoseconds, nil without events.
  package private(set) var lastEvent: Int64?

  /// Creates windows without events.
  ///
  /// - Parameters:
  ///   - start: The beginning of the first window, in nanoseconds.
  ///   - width: The width of a window in nanoseconds; below 1 it is held at 1.
  ///   - limit: The greatest number of windows; below 4 it is held at 4.
  package init(start: Int64, width: Int64 = 1_000_000_000, limit: Int = ThroughputWindows.defaultLimit) {
    self.start = start
    initialWidth = Swift.max(width, 1)
    self.width = initialWidth
    self.limit = Swift.max(limit, 4)
  }

  /// Adds an event.
  ///
  /// - Parameters:
  ///   - instant: When it happened, in nanoseconds; before the start it is counted in ``earlyCount`` only.
  ///   - weight: How much it counts, such as tokens of one chunk; finite.
  package mutating func record(at instant: Int64, weight: Double = 1) {
    guard instant >= start else {
      earlyCount += 1
      return
    }
    let index = makeRoom(for: instant)
    while sums.count <= index { sums.append(0) }
    sums[index] += weight
    count += 1
    total += weight
    lastEvent = Swift.max(lastEvent ?? instant, instant)
  }

  /// Adds all events of other windows.
  ///
  /// - Parameter other: Windows with the same start and the same first width, whatever their present width.
  /// - Throws: ``StatisticsError`` if the starts or first widths differ.
  package mutating func merge(_ other: ThroughputWindows) throws(StatisticsError) {
    guard start == other.start, initialWidth == other.initialWidth else {
      throw StatisticsError(
        kind: .incompatibleLayout,
        message: """
          Windows from \(start) ns of \(initialWidth) ns cannot take windows from \(other.start) ns of \
          \(other.initialWidth) ns; create both with the same start and width.
          """)
    }
    var added = other
    if let last = other.lastEvent { _ = makeRoom(for: last) }
    while width < added.width { join() }
    while added.width < width { added.join() }
    while sums.count < added.sums.count { sums.append(0) }
    for index in added.sums.indices { sums[index] += added.sums[index] }
    count += added.count
    total += added.total
    earlyCount += added.earlyCount
    lastEvent = [lastEvent, added.lastEvent].compactMap(\.self).max()
  }

  /// The index of the window of an instant, after joining windows until there is one within the limit.
  private mutating func makeRoom(for instant: Int64) -> Int {
    // The distance of any two instants fits in 64 bits without a sign.
    let distance = UInt64(bitPattern: instant &- start)
    while distance / UInt64(width) >= UInt64(limit), width <= .max / 2 { join() }
    return Int(distance / UInt64(width))
  }

  /// Joins neighbouring windows and doubles the width.
  private mutating func join() {
    sums = stride(from: 0, to: sums.count, by: 2).map { index in
      sums[index] + (index + 1 < sums.count ? sums[index + 1] : 0)
    }
    width *= 2
  }
}

extension ThroughputWindows {
  /// The greatest rate of any window in weight per second, 0 without events.
  ///
  /// Every window counts with its full width, so a window that the run only partly covers can not look faster than it
  /// was.
  package var peakRate: Double {
    (sums.max() ?? 0) / (Double(width) / 1e9)
  }

  /// The mean rate in weight per second: the total over the time from the start to the end of the run.
  ///
  /// - Parameter end: The end of the run in nanoseconds; without one, the latest event.
  /// - Returns: The rate, or nil if no time passed or there is neither an end nor an event.
  package func meanRate(until end: Int64? = nil) -> Double? {
    guard let last = end ?? lastEvent, last > start else { return nil }
    return total / (Double(UInt64(bitPattern: last &- start)) / 1e9)
  }

  /// The rate of each window in weight per second, up to the last window with an event.
  package var rates: [Double] {
    let seconds = Double(width) / 1e9
    return sums.map { $0 / seconds }
  }
}
