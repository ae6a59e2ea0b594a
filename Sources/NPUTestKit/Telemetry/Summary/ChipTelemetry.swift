internal import NPUBase

/// The samples of a run, chip by chip, in bounded memory.
///
/// Every sample counts until the limit is reached; then neighbours are joined, extremes kept, so that a day of sampling
/// takes no more memory than an hour.
public struct ChipTelemetry: Sendable {
  /// How sampling went over one sample, or over several that were joined.
  struct Mark: Sendable, Hashable {
    var instant: MonotonicInstant
    var taken = 0
    var failed = 0
    /// Those of the failed that the tool answered with an error.
    var refused = 0
    var skipped = 0
    var seconds = 0.0
    var longest = 0.0

    func joined(with next: Mark) -> Mark {
      Mark(
        instant: next.instant, taken: taken + next.taken, failed: failed + next.failed,
        refused: refused + next.refused, skipped: skipped + next.skipped,
        seconds: seconds + next.seconds, longest: max(longest, next.longest))
    }
  }

  /// Gaps of one kind.
  public struct GapCount: Sendable, Hashable, Codable {
    /// Their kind.
    public var kind: String
    /// How many there were in the whole run.
    public var count: Int
    /// What the first of them said.
    public var example: String

    /// Creates a count.
    public init(kind: String, count: Int, example: String) {
      self.kind = kind
      self.count = count
      self.example = example
    }
  }

  /// From one sample to the next, as it was planned.
  public let interval: Duration
  /// The gaps by kind, in the order in which the kinds first came.
  public private(set) var gaps: [GapCount] = []
  /// The models of the chips.
  public private(set) var names: [ChipIdentity: String] = [:]

  private var histories: [ChipIdentity: ThinnedSeries<ChipPoint>] = [:]
  private(set) var marks: ThinnedSeries<Mark>
  private var window = ChipWindow()
  private let limit: Int
  private var answered = 0
  private var responseSeconds = 0.0

  /// Whether it is the driver that refuses a call, and not a service that passes on what it knows.
  var isDriverAsked = true

  /// Whether no call has ended yet, well or badly.
  var isEmpty: Bool { answered == 0 && gaps.isEmpty }

  /// The mean time of the calls that were answered.
  var meanCall: Duration { answered > 0 ? .seconds(responseSeconds / Double(answered)) : .zero }

  /// More chips than any host has.
  static let chipLimit = 1024

  /// Creates an empty record.
  ///
  /// - Parameters:
  ///   - interval: From one sample to the next.
  ///   - limit: Points that are kept of each chip, at least 64; by default four and a half hours at one per second.
  public init(interval: Duration, limit: Int = 16_384) {
    self.interval = max(.milliseconds(1), interval)
    self.limit = max(64, limit)
    marks = ThinnedSeries(limit: self.limit) { $0.joined(with: $1) }
  }

  /// Adds a sample or a gap.
  public mutating func add(_ sample: TelemetrySample<[ChipReading]>) {
    let instant = sample.instant
    let seconds = sample.duration.seconds
    var mark = Mark(instant: instant, skipped: sample.missedBefore, seconds: seconds, longest: seconds)
    switch sample.result {
    case .success(let readings):
      mark.taken = 1
      answered += 1
      responseSeconds += seconds
      for reading in readings { add(reading, at: instant) }
    case .failure(let gap):
      mark.failed = 1
      if gap.kind == .refused { mark.refused = 1 }
      count(gap)
    }
    marks.append(mark)
    window.add(sample)
  }

  /// What the chips were like since this was last called, from every sample.
  package mutating func takeWindow() -> ChipWindow { window.take() }

  /// The chips that were seen, by their numbers.
  public var chips: [ChipIdentity] { histories.keys.sorted() }

  /// The points of a chip in their order.
  public func points(of chip: ChipIdentity) -> [ChipPoint] { histories[chip]?.elements ?? [] }

  private mutating func add(_ reading: ChipReading, at instant: MonotonicInstant) {
    if histories[reading.chip] == nil {
      guard histories.count < Self.chipLimit else { return }
      histories[reading.chip] = ThinnedSeries(limit: limit) { $0.joined(with: $1) }
    }
    if let name = reading.name { names[reading.chip] = name }
    histories[reading.chip]?.append(ChipPoint(reading, at: instant))
  }

  private mutating func count(_ gap: SampleGap) {
    if let index = gaps.firstIndex(where: { $0.kind == gap.shortDescription }) {
      gaps[index].count += 1
    } else {
      gaps.append(GapCount(kind: gap.shortDescription, count: 1, example: Excerpt.of(gap.message)))
    }
  }
}
