internal import NPUBase
internal import NPUMetrics

extension ChipTelemetry {
  /// Whether the memory in use of a chip grows without end during a window.
  ///
  /// The rules are those of ``NPUMetrics/LeakVerdict``: a significant trend above the limit that is neither a step nor
  /// given back.
  func leak(
    _ chip: ChipIdentity, from start: MonotonicInstant, to end: MonotonicInstant, _ limits: TelemetryLimits
  ) -> TelemetryVerdict {
    func verdict(
      _ outcome: TelemetryVerdict.Outcome, _ reason: String, _ figures: [String: Double] = [:]
    ) -> TelemetryVerdict {
      TelemetryVerdict(chip: chip, subject: .leak, outcome: outcome, reason: reason, figures: figures)
    }
    let points = points(of: chip).filter { $0.instant >= start && $0.instant <= end && $0.memoryUsedBytes != nil }
    // Not the window: samples can end long before it does.
    var length = Duration.zero
    if let first = points.first, let last = points.last { length = first.instant.duration(to: last.instant) }
    guard length >= limits.leakTime else {
      return verdict(
        .undetermined,
        "the samples of the memory span \(NumberText.fixed(max(0, length.seconds), decimals: 0)) s; growth is judged from "
          + "\(NumberText.fixed(limits.leakTime.seconds, decimals: 0)) s on")
    }
    let read: LeakVerdict
    do {
      read = try LeakVerdict(
        of: PairedSeries(
          x: points.map { start.duration(to: $0.instant).seconds },
          y: points.map { Double($0.memoryUsedBytes ?? 0) / 0x1p20 }),
        criterion: LeakCriterion(limitPerHour: limits.leakMegabytesPerHour))
    } catch {
      return verdict(.undetermined, "the samples cannot be judged: \(error)")
    }
    guard let found = read.figures else {
      return verdict(.undetermined, "\(read.count) samples of the memory are too few", ["samples": Double(read.count)])
    }
    let figures = [
      "samples": Double(read.count), "seconds": read.seconds, "limit_mb_per_hour": limits.leakMegabytesPerHour,
      "slope_mb_per_hour": found.slopePerHour, "slope_low_mb_per_hour": found.slopeLow,
      "slope_high_mb_per_hour": found.slopeHigh, "p_value": found.pValue,
      "steady_slope_mb_per_hour": found.steadySlopePerHour,
      "retained_slope_mb_per_hour": found.retainedSlopePerHour,
    ].filter(\.value.isFinite)
    return verdict(read.isLeak ? .fail : .pass, Self.reason(read, found, limits.leakMegabytesPerHour), figures)
  }

  private static func reason(_ verdict: LeakVerdict, _ figures: LeakVerdict.Figures, _ limit: Double) -> String {
    func megabytes(_ slope: Double) -> String { NumberText.fixed(slope, decimals: 1) }
    let slope =
      "\(megabytes(figures.slopePerHour)) MB/h (\(megabytes(figures.slopeLow)) to \(megabytes(figures.slopeHigh))) over "
      + "\(NumberText.fixed(verdict.seconds, decimals: 0)) s"
    switch verdict.outcome {
    case .leak:
      return "the memory in use grows steadily by \(slope), more than \(megabytes(limit)) MB/h, and is not given back"
    case .noGrowth: return "no growth is shown: \(slope)"
    case .belowLimit: return "the growth of \(slope) is not above \(megabytes(limit)) MB/h"
    case .step:
      return
        "the memory grew in steps or came to rest; within them it grows by \(megabytes(figures.steadySlopePerHour)) MB/h"
    case .sawtooth:
      return "the growth is given back; what stays grows by \(megabytes(figures.retainedSlopePerHour)) MB/h"
    default: return "\(verdict.outcome.rawValue): \(slope)"
    }
  }
}
