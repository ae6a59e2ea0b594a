internal import NPUBase
internal import NPUMetrics

extension ChipTelemetry {
  /// What follows from the figures of one chip: health, temperature, headroom, leak.
  func verdicts(
    on summary: ChipSummary, from start: MonotonicInstant, to end: MonotonicInstant, limits: TelemetryLimits
  ) -> [TelemetryVerdict] {
    [
      health(summary, from: start, to: end), temperature(summary, limits), headroom(summary, limits),
      leak(summary.chip, from: start, to: end, limits),
    ]
  }

  private func health(
    _ summary: ChipSummary, from start: MonotonicInstant, to end: MonotonicInstant
  ) -> TelemetryVerdict {
    let loss = CallLoss(marks.elements.filter { $0.instant >= start && $0.instant <= end })
    let shown = points(of: summary.chip).reduce(0) { count, point in
      point.instant >= start && point.instant <= end ? count + point.healthCount : count
    }
    func verdict(_ outcome: TelemetryVerdict.Outcome, _ reason: String) -> TelemetryVerdict {
      TelemetryVerdict(
        chip: summary.chip, subject: .health, outcome: outcome, reason: reason,
        figures: [
          "changes": Double(summary.healthChanges.count), "samples_absent": Double(summary.samplesAbsent),
          "calls_failed": Double(loss.failed),
        ])
    }
    let isFault = loss.isRefused && isDriverAsked
    let states = [summary.healthFirst].compactMap(\.self) + summary.healthChanges.map(\.to)
    let worst = states.map { ChipHealth(rawValue: $0) }.max { $0.severity < $1.severity } ?? .ok
    // What the samples beside a short window show is no proof that it was well, and enough that it was not.
    if worst == .ok, summary.samples == 0, summary.samplesAbsent == 0, !loss.isTooGreat {
      return verdict(.undetermined, "the chip was not sampled")
    }
    if summary.samplesAbsent > 0 {
      return verdict(
        .fail,
        "the chip is missing in \(summary.samplesAbsent) of \(summary.samples + summary.samplesAbsent) samples: lost, or "
          + "its rows were not readable")
    }
    // What is worse than a warning is told first; what was not seen is worse than a warning.
    if worst == .ok || worst == .warning && isFault {
      if loss.isTooGreat { return verdict(isFault ? .fail : .undetermined, loss.reason) }
    }
    if worst == .ok {
      guard shown > 0 else { return verdict(.undetermined, "no health was shown") }
      return verdict(.pass, "the health was OK in all \(shown) samples that show it")
    }
    // What was so from the beginning is told apart from what happened during the run.
    var path: [String] = []
    if let first = summary.healthFirst, ChipHealth(rawValue: first) != .ok {
      path.append("the health is \(first) from the first sample")
    }
    for change in summary.healthChanges.prefix(5) {
      let how = path.isEmpty ? "the health changed from \(change.from) to" : "then"
      path.append("\(how) \(change.to) at \(NumberText.fixed(change.seconds, decimals: 1)) s")
    }
    // A warning lets the chip go on; everything above it needs somebody.
    return verdict(worst == .warning ? .warning : .fail, path.joined(separator: ", "))
  }

  private func temperature(_ summary: ChipSummary, _ limits: TelemetryLimits) -> TelemetryVerdict {
    let limit = limits.temperatureCelsius
    guard let peak = summary.temperaturePeak else {
      return TelemetryVerdict(
        chip: summary.chip, subject: .temperature, outcome: .undetermined, reason: "no temperature was shown")
    }
    let isHot = peak >= limit
    return TelemetryVerdict(
      chip: summary.chip, subject: .temperature, outcome: isHot ? .fail : .pass,
      reason: "the peak of \(NumberText.plain(peak)) C is \(isHot ? "not " : "")below the limit of "
        + "\(NumberText.plain(limit)) C", figures: ["peak_c": peak, "limit_c": limit])
  }

  private func headroom(_ summary: ChipSummary, _ limits: TelemetryLimits) -> TelemetryVerdict {
    guard let share = summary.memoryPeakShare else {
      return TelemetryVerdict(
        chip: summary.chip, subject: .headroom, outcome: .undetermined, reason: "no memory with its size was shown")
    }
    let free = 1 - share
    let isShort = free < limits.headroomShare
    // A server that takes its share of memory at once and keeps it is no failure.
    return TelemetryVerdict(
      chip: summary.chip, subject: .headroom, outcome: isShort ? .warning : .pass,
      reason:
        "\(NumberText.percent(free)) of the memory stayed free at the peak, which is \(isShort ? "" : "not ")below "
        + "\(NumberText.percent(limits.headroomShare))",
      figures: ["free_share": free, "limit_share": limits.headroomShare])
  }
}
