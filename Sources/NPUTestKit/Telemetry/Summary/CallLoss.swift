internal import NPUMetrics

/// The calls of a window that gave nothing, and whether so many that what the others say proves little.
struct CallLoss {
  /// More than this share of the calls is too much.
  static let tolerated = 0.1
  /// So many calls at the end tell whether the source was still there.
  static let lastCalls = 3

  private(set) var calls = 0
  private(set) var failed = 0
  private(set) var refused = 0
  private var endCalls = 0
  private var endFailed = 0
  private var endRefused = 0

  /// Counts the calls of a window, in their order.
  init(_ marks: [ChipTelemetry.Mark]) {
    for mark in marks {
      calls += mark.taken + mark.failed
      failed += mark.failed
      refused += mark.refused
    }
    for mark in marks.reversed() where endCalls < Self.lastCalls {
      endCalls += mark.taken + mark.failed
      endFailed += mark.failed
      endRefused += mark.refused
    }
  }

  /// Whether the last calls all failed.
  var isLostAtEnd: Bool { endCalls > 0 && endFailed == endCalls }

  /// Whether too little is known.
  var isTooGreat: Bool { isLostAtEnd || Double(failed) > Self.tolerated * Double(calls) }

  /// Whether it was the tool's own errors that made it so.
  var isRefused: Bool {
    Double(refused) > Self.tolerated * Double(calls) || (endCalls > 0 && endRefused == endCalls)
  }

  /// The counts in words.
  var reason: String {
    "\(failed) of \(calls) calls gave nothing\(isLostAtEnd ? ", the last of the window among them" : "")"
      + (refused > 0 ? "; \(refused) were refused by the driver" : "")
  }
}
