internal import NPUBase

/// Watches the backlog of an open loop from its records in any order, in bounded memory.
struct BacklogCounter {
  /// Fewer requests say nothing about a trend.
  private static let leastRequests = 20
  /// The share of the offered rate by which the backlog must grow before the service counts as overloaded, and the
  /// seconds by which latency must grow each second.
  private static let leastGrowth = 0.05
  /// Instants at which the backlog is looked at.
  private static let looks = 64

  private var due: ConcurrencyCounter
  private var late: ConcurrencyCounter
  private var latencies = LineMoments()
  private var origin: Int64?
  private var firstDue = Int64.max
  private var lastDue = Int64.min
  private var lastEnd = Int64.min

  init(exactLimit: Int = ConcurrencyCounter.defaultExactLimit) {
    due = ConcurrencyCounter(exactLimit: exactLimit)
    late = due
  }

  /// Takes one request.
  mutating func add(intended: Int64, started: Int64, end: Int64) {
    due.add(start: intended, end: end)
    // A request of an open loop is never started early.
    late.add(start: intended, end: max(intended, started))
    firstDue = min(firstDue, intended)
    lastDue = max(lastDue, intended)
    lastEnd = max(lastEnd, end)
    let origin = origin ?? intended
    self.origin = origin
    latencies.add(x: Self.seconds(from: origin, to: intended), y: max(0, Self.seconds(from: intended, to: end)))
  }

  /// The figures; `nil` without requests.
  var figures: BacklogFigures? {
    guard let origin else { return nil }
    let span = Self.seconds(from: firstDue, to: lastDue)
    // The last one itself had no time to wait.
    var figures = BacklogFigures(
      peak: due.peak, atScheduleEnd: due.count(at: [lastDue]).first ?? 0,
      waiting: late.count(at: [lastDue &- 1]).first ?? 0,
      drainSeconds: max(0, Self.seconds(from: lastDue, to: lastEnd)))
    guard latencies.count >= Self.leastRequests, span > 0, let line = latencies.line else { return figures }
    // The distance of any two instants fits in 64 bits without a sign.
    let step = UInt64(bitPattern: lastDue &- firstDue) / UInt64(Self.looks - 1)
    let instants = (0..<UInt64(Self.looks)).map { firstDue &+ Int64(bitPattern: $0 &* step) }
    var backlog = LineMoments()
    for (instant, count) in zip(instants, due.count(at: instants)) {
      backlog.add(x: Self.seconds(from: firstDue, to: instant), y: Double(count))
    }
    figures.slope = backlog.line?.slope
    figures.latencySlope = line.slope
    figures.keepsUp = keepsUp(
      backlogSlope: figures.slope ?? 0, rate: Double(latencies.count - 1) / span,
      latencySlope: line.slope, first: line.value(at: Self.seconds(from: origin, to: firstDue)),
      last: line.value(at: Self.seconds(from: origin, to: lastDue)))
    return figures
  }

  /// Both must grow, and the latency to twice its beginning: a schedule shorter than a few responses has a backlog that
  /// grows for want of any that ended, at an even latency.
  private func keepsUp(
    backlogSlope: Double, rate: Double, latencySlope: Double, first: Double, last: Double
  ) -> Bool {
    !(backlogSlope >= rate * Self.leastGrowth && latencySlope >= Self.leastGrowth && last >= 2 * max(first, 0))
  }

  private static func seconds(from start: Int64, to end: Int64) -> Double { (Double(end) - Double(start)) / 1e9 }
}

/// The least-squares line through points that come one by one, in constant memory.
private struct LineMoments {
  private(set) var count = 0
  private var meanX = 0.0
  private var meanY = 0.0
  private var squareX = 0.0
  private var product = 0.0

  /// Adds a point, with the updates of Welford, which do not cancel.
  mutating func add(x: Double, y: Double) {
    count += 1
    let n = Double(count)
    let deltaX = x - meanX
    meanX += deltaX / n
    squareX += deltaX * (x - meanX)
    meanY += (y - meanY) / n
    product += deltaX * (y - meanY)
  }

  /// The line; `nil` where all points share one x.
  var line: Line? {
    squareX > 0 ? Line(slope: product / squareX, meanX: meanX, meanY: meanY) : nil
  }

  struct Line {
    var slope: Double
    fileprivate var meanX: Double
    fileprivate var meanY: Double

    func value(at x: Double) -> Double { meanY + slope * (x - meanX) }
  }
}
