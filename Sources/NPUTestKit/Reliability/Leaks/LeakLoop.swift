internal import NPUBase
public import NPULoad
internal import NPUMetrics
public import NPUTelemetry
public import NPUTransport

/// One generation after another, the memory of the chips after each, and a verdict on what stays.
///
/// The requests follow each other alone, so that what grows is kept between requests and not by requests in flight. A
/// request that fails generates nothing and says nothing of leaks: it is counted, and a loop in which none succeeded has
/// shown nothing.
///
/// ```swift
/// var loop = LeakLoop(workload, over: transport, generations: 100)
/// loop.warmUp = 10
/// try await loop.run().require()
/// ```
public struct LeakLoop: Sendable {
  /// What is generated.
  public var workload: any Workload
  /// What carries the requests.
  public var transport: any Transport
  /// How many generations are judged.
  public var generations: Int
  /// How many come before them: what a service loads at its start looks like a leak.
  public var warmUp = 10
  /// What shows the memory of the chips.
  public var chips: ChipCommandSource
  /// How long one reading may take.
  public var timeout = Duration.seconds(10)
  /// The growth that counts as a leak, in MB (2^20 bytes) for each generation.
  public var limitMegabytes = 1.0

  /// Prepares a loop.
  ///
  /// - Parameters:
  ///   - workload: What is generated.
  ///   - transport: What carries the requests.
  ///   - generations: How many generations are judged; fewer than 20 give no verdict.
  ///   - chips: What shows the memory of the chips.
  public init(
    _ workload: any Workload, over transport: any Transport, generations: Int,
    chips: ChipCommandSource = ChipCommandSource()
  ) {
    self.workload = workload
    self.transport = transport
    self.generations = max(0, min(generations, 10_000_000))
    self.chips = chips
  }

  /// Runs the loop; cancelling the task ends it early, and the report covers what was done and says so.
  ///
  /// Responses of a ``ServiceMix`` are held against its limits.
  ///
  /// - Parameter tell: Gets each request with the memory in use after it, in bytes by chip.
  /// - Returns: The report.
  /// - Throws: What keeps the workload from making requests.
  public func run(
    _ tell: (RequestRecord, [ChipIdentity: Int]) -> Void = { _, _ in }
  ) async throws -> LeakLoopReport {
    var report = LeakLoopReport(planned: generations)
    var series: [ChipIdentity: (x: [Double], y: [Double])] = [:]
    for index in 0..<(max(0, warmUp) + generations) {
      guard !Task.isCancelled, let request = try await workload.prepare(index) else { break }
      var record = judged(await request.record(over: transport))
      record.index = index
      guard !record.outcome.isCancellation else { break }
      let isJudged = index >= warmUp
      report.add(record.outcome, isJudged: isJudged)
      var memory: [ChipIdentity: Int] = [:]
      do throws(SampleGap) {
        for chip in try await chips.read(timeout: timeout).chipReadings { memory[chip.chip] = chip.memoryUsedBytes }
      } catch {
        report.note(error)
      }
      tell(record, memory)
      guard isJudged, record.outcome.isSuccess else { continue }
      for (chip, bytes) in memory {
        series[chip, default: ([], [])].x.append(Double(report.completed))
        series[chip, default: ([], [])].y.append(Double(bytes) / 0x1p20)
      }
    }
    report.verdicts = series.sorted { $0.key < $1.key }.map { verdict(on: $0.key, $0.value.x, $0.value.y) }
    return report
  }

  /// The record as the mix judges it, where the workload is one.
  private func judged(_ record: RequestRecord) -> RequestRecord {
    (workload as? ServiceMix)?.judged(record) ?? record
  }

  private func verdict(on chip: ChipIdentity, _ x: [Double], _ y: [Double]) -> SoakVerdict {
    func verdict(_ outcome: ObjectiveVerdict.Outcome, _ reason: String, _ figures: [String: Double] = [:])
      -> SoakVerdict
    {
      SoakVerdict(subject: .chipMemory, target: "\(chip)", outcome: outcome, reason: reason, figures: figures)
    }
    let read: LeakVerdict
    do {
      // The test counts by hours: an hour stands for a generation here.
      read = try LeakVerdict(
        of: PairedSeries(x: x.map { $0 * 3600 }, y: y), criterion: LeakCriterion(limitPerHour: limitMegabytes))
    } catch {
      return verdict(.undetermined, "the readings cannot be judged: \(error)")
    }
    guard let found = read.figures else {
      return verdict(.undetermined, "\(read.count) readings are too few; growth is judged from 20 on")
    }
    let slope = "\(NumberText.fixed(found.slopePerHour)) MB for each generation over \(read.count) generations"
    return verdict(
      read.isLeak ? .fail : .pass,
      read.isLeak
        ? "the memory in use grows steadily by \(slope), more than \(NumberText.fixed(limitMegabytes)) MB, and is not given back"
        : "no leak is shown (\(read.outcome.rawValue)): \(slope)",
      [
        "slope_mb_per_generation": found.slopePerHour, "p_value": found.pValue,
        "retained_slope_mb_per_generation": found.retainedSlopePerHour, "first_mb": y.first ?? 0,
        "last_mb": y.last ?? 0, "readings": Double(read.count),
      ].filter(\.value.isFinite))
  }
}

/// What a leak loop gave.
public struct LeakLoopReport: Sendable, Hashable, Codable {
  /// How many generations were to be judged.
  public let planned: Int
  /// Judged generations that succeeded.
  public private(set) var completed = 0
  /// Judged generations that failed, by kind.
  public private(set) var failures: [String: Int] = [:]
  /// Readings of the chips that failed.
  public private(set) var missedReadings = 0
  /// What the first of them said.
  public private(set) var firstGap: String?
  /// A verdict for each chip.
  public internal(set) var verdicts: [SoakVerdict] = []

  private enum CodingKeys: String, CodingKey {
    case planned, completed, failures
    case missedReadings = "missed_readings"
    case firstGap = "first_gap"
    case verdicts
  }

  init(planned: Int) { self.planned = planned }

  /// How many generations are missing: the loop was interrupted, or there was no more to be asked.
  public var missing: Int { max(0, planned - completed - failures.values.reduce(0, +)) }

  mutating func add(_ outcome: Outcome, isJudged: Bool) {
    guard isJudged else { return }
    if outcome.isSuccess { completed += 1 } else { failures[outcome.kind.rawValue, default: 0] += 1 }
  }

  mutating func note(_ gap: SampleGap) {
    missedReadings += 1
    firstGap = firstGap ?? gap.description
  }

  /// Makes a test fail if a chip leaks, if nothing was shown, or if the loop ended before its time.
  ///
  /// - Throws: ``LeakLoopFailure``.
  public func require() throws {
    var reasons = verdicts.filter { $0.outcome != .pass }.map { "chip \($0.target ?? ""): \($0.reason)" }
    if verdicts.isEmpty { reasons.append("the memory of no chip was read\(firstGap.map { ": \($0)" } ?? "")") }
    if completed == 0 { reasons.append("no generation succeeded") }
    if missing > 0 {
      reasons.append("the loop ended before its time: \(missing) of \(planned) generations are missing")
    }
    if !reasons.isEmpty { throw LeakLoopFailure(reasons: reasons) }
  }
}

/// What a test throws when chips leak, or nothing was shown.
public struct LeakLoopFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was wrong, one sentence each.
  public var reasons: [String]

  /// The reasons, a line each.
  public var description: String { reasons.joined(separator: "\n") }
}
