internal import NPUBase

/// When a soak is ended before its time, since nothing more is to be learnt.
public struct SoakStopRules: Sendable, Hashable {
  /// The share of failed requests from which the soak ends, looked at after each window; `nil` for never.
  public var failureShare: Double?
  /// How many requests must have ended for that share to say something: where a window has fewer, those of the windows
  /// before it count too.
  public var leastRequests: Int
  /// After how many windows in a row in which a service was not healthy at the end the soak ends; `nil` for never.
  public var unhealthyWindows: Int?

  /// Creates rules; without any the soak ends by its plan alone.
  public init(failureShare: Double? = nil, leastRequests: Int = 10, unhealthyWindows: Int? = nil) {
    self.failureShare = failureShare
    self.leastRequests = leastRequests
    self.unhealthyWindows = unhealthyWindows
  }

  /// Why the soak is to end, if it is.
  ///
  /// - Parameters:
  ///   - window: The window that has just ended.
  ///   - recent: The requests of that window, and of those before it that count too.
  ///   - unhealthy: How many windows in a row, this one included, had a service that was not healthy.
  /// - Returns: The reason; `nil` to go on.
  func reason(after window: SoakWindow, _ recent: SoakRecentRequests, unhealthy: Int) -> String? {
    let counts = recent.counts
    let judged = counts.completed + counts.failed
    if let failureShare, judged >= max(1, leastRequests),
      Double(counts.failed) >= failureShare * Double(judged), counts.failed > 0
    {
      let most = counts.failures.max { ($0.value, $1.key) < ($1.value, $0.key) }
      return "\(counts.failed) of \(judged) requests of \(recent.span) failed"
        + (most.map { ", most of them by \($0.key)" } ?? "")
        + "; the limit is \(NumberText.percent(failureShare))"
    }
    if let unhealthyWindows, unhealthy >= max(1, unhealthyWindows),
      let first = window.resources.unhealthy.min(by: { $0.key < $1.key })
    {
      return "\(first.key) was not healthy at the end of \(unhealthy) windows in a row: \(first.value)"
    }
    return nil
  }
}

/// The requests of the last windows of a part, of as many windows as it takes to judge their failures.
struct SoakRecentRequests: Sendable {
  private var windows: [(number: Int, counts: SoakCounts)] = []
  private let least: Int

  /// Begins with nothing.
  ///
  /// - Parameter least: How many requests are enough; windows before them are let go.
  init(least: Int) { self.least = max(1, least) }

  mutating func add(_ window: SoakWindow) {
    let counts = window.counts
    guard counts.completed + counts.failed > 0 else { return }
    windows.append((window.number, counts))
    while let first = windows.first, judged - first.counts.completed - first.counts.failed >= least {
      windows.removeFirst()
    }
  }

  private var judged: Int { windows.reduce(0) { $0 + $1.counts.completed + $1.counts.failed } }

  /// The requests of all of them.
  var counts: SoakCounts {
    windows.reduce(into: SoakCounts()) { $0.add($1.counts) }
  }

  /// Which windows, in words.
  var span: String {
    guard let first = windows.first, let last = windows.last, first.number < last.number else {
      return "window \(windows.last?.number ?? 0)"
    }
    return "windows \(first.number) to \(last.number)"
  }
}
