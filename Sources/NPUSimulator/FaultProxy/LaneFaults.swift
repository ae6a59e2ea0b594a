/// The faults that hold for one direction of one connection.
struct LaneFaults: Sendable, Hashable {
  /// How much later bytes arrive, in nanoseconds.
  var delay: Int64 = 0
  /// By how much the delay varies to both sides.
  var jitter: Int64 = 0
  var bytesPerSecond: Int?
  var isCut = false
  var isBlackhole = false
  var withholdsEnd = false
  /// After how many bytes the connection is reset.
  var resetAfter: Int?
  var sliceBytes: Int?
  /// The time from one slice to the next, in nanoseconds.
  var sliceInterval: Int64 = 0
  /// Which share of the bytes is changed.
  var corruption = 0.0
  /// Whether the request is refused by its path.
  var isRefused = false

  /// Nothing goes wrong.
  init() {}

  /// The faults of the rules that apply, the first of each kind.
  ///
  /// - Parameters:
  ///   - rules: All rules.
  ///   - direction: Which way the bytes go; one of the two.
  ///   - draw: The number that belongs to the connection.
  ///   - path: The path of its latest request.
  init(_ rules: [FaultProxy.Rule], _ direction: FaultProxy.Direction, draw: Double, path: String?) {
    var seen: Set<FaultProxy.Fault.Kind> = []
    for rule in rules where rule.direction == .both || rule.direction == direction {
      guard rule.applies(draw: draw, path: path), seen.insert(rule.fault.kind).inserted else { continue }
      add(rule)
    }
  }

  /// Whether nothing passes, so that there is no reason to reach for the service.
  var isStopped: Bool { isCut || isBlackhole }

  /// Whether bytes pass at a pace.
  var isPaced: Bool { bytesPerSecond != nil || sliceBytes != nil }

  private mutating func add(_ rule: FaultProxy.Rule) {
    switch rule.fault {
    case .latency(let delay, let jitter):
      self.delay = Self.nanoseconds(delay)
      self.jitter = Self.nanoseconds(jitter)
    case .bandwidth(let bytes): bytesPerSecond = max(1, bytes)
    case .cut: isCut = true
    case .blackhole: isBlackhole = true
    case .reset(let bytes): resetAfter = max(0, bytes)
    case .halfOpen: withholdsEnd = true
    case .slice(let bytes, let interval):
      sliceBytes = max(1, bytes)
      sliceInterval = Self.nanoseconds(interval)
    case .corrupt(let share): corruption = share.isNaN ? 0 : min(1, max(0, share))
    // Without a path it concerns connections that come, and not those that are there.
    case .refuse: isRefused = rule.path != nil
    }
  }

  /// At least zero and at most a day, so that no sum of instants leaves its range.
  private static func nanoseconds(_ duration: Duration) -> Int64 {
    let day = Duration.seconds(86_400)
    return Int64(min(day, max(.zero, duration)) / .nanoseconds(1))
  }
}
