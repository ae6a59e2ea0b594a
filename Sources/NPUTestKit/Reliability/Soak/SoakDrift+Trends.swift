internal import NPUBase
internal import NPUMetrics

/// The trends behind the verdicts.
extension SoakDrift {
  func latency(_ service: String, _ points: [(x: Double, y: Double)]) -> SoakVerdict {
    trend(.latency, service, points) { growth, level in
      let limit = limits.latencyGrowth * level
      let share = level > 0 ? growth / level : 0
      return (
        growth > limit,
        "the median latency changes by \(NumberText.fixed(growth, decimals: 1)) ms (\(NumberText.percent(share)) of "
          + "\(NumberText.fixed(level, decimals: 1)) ms)",
        "\(NumberText.percent(limits.latencyGrowth))", ["growth_ms": growth, "level_ms": level]
      )
    }
  }

  func failures(_ points: [(x: Double, y: Double)]) -> SoakVerdict {
    trend(.failures, nil, points) { growth, _ in
      (
        growth > limits.failureGrowth,
        "the share of failed requests changes by \(NumberText.fixed(growth * 100)) percentage points",
        "\(NumberText.fixed(limits.failureGrowth * 100)) percentage points", ["growth": growth]
      )
    }
  }

  /// Judges growth over the whole time, by the Theil-Sen slope where the test of Mann and Kendall finds a trend.
  ///
  /// Of its plain p-value and the one corrected for serial correlation the greater counts. A step that stands out is
  /// judged by its height.
  private func trend(
    _ subject: SoakVerdict.Subject, _ target: String?, _ points: [(x: Double, y: Double)],
    _ judge: (_ growth: Double, _ level: Double) -> (isTooMuch: Bool, text: String, limit: String, [String: Double])
  ) -> SoakVerdict {
    guard points.count >= limits.leastWindows else { return tooFew(subject, target, points.count) }
    do {
      let series = try PairedSeries(x: points.map(\.x), y: points.map(\.y))
      let slope = try TheilSenSlope(of: series, confidence: 1 - limits.significance).slope
      let plain = try MannKendallTest(of: series.y).pValue
      // A correction that leaves no variance says that nothing is shown.
      let p = max(plain ?? 1, try MannKendallTest(of: series.y, correction: .hamedRao()).pValue ?? 1)
      let seconds = (points.map(\.x).max() ?? 0) - (points.map(\.x).min() ?? 0)
      let level = try series.y.percentile(50)
      let step = try LevelShift(of: series.y)
      let isTrend = p < limits.significance
      // Of a trend the halves differ too: it is said as one.
      let isStep = !isTrend && step.standsOut
      let found = judge(isStep ? step.height : slope * seconds, level)
      let time = "over \(NumberText.fixed(seconds, decimals: 0)) s in \(points.count) windows"
      let significance =
        isStep
        ? "in one step at \(NumberText.fixed(points[step.place].x, decimals: 0)) s"
        : "p \(NumberText.fixed(p, decimals: 4))"
      var figures = found.3
      figures["p_value"] = p
      figures["windows"] = Double(points.count)
      figures["seconds"] = seconds
      return SoakVerdict(
        subject: subject, target: target, outcome: (isTrend || isStep) && found.isTooMuch ? .fail : .pass,
        reason: isTrend || isStep
          ? "\(found.text) \(time), \(significance); the limit of growth is \(found.limit)"
          : "no trend is shown \(time), \(significance)",
        figures: figures.filter(\.value.isFinite))
    } catch {
      return SoakVerdict(
        subject: subject, target: target, outcome: .undetermined, reason: "the windows cannot be judged: \(error)")
    }
  }

  func memory(
    _ subject: SoakVerdict.Subject, _ target: String?, _ points: [(x: Double, y: Double)], _ limit: Double
  ) -> SoakVerdict {
    leak(subject, target, points, limit, unit: "MB")
  }

  /// Judges by the rules of ``NPUMetrics/LeakVerdict``: a step, and what is given back, is no leak.
  func leak(
    _ subject: SoakVerdict.Subject, _ target: String?, _ points: [(x: Double, y: Double)], _ limit: Double, unit: String
  ) -> SoakVerdict {
    guard points.count >= limits.leastWindows else { return tooFew(subject, target, points.count) }
    do {
      let verdict = try LeakVerdict(
        of: PairedSeries(x: points.map(\.x), y: points.map(\.y)),
        criterion: LeakCriterion(
          limitPerHour: limit, significance: limits.significance, minimumCount: limits.leastWindows))
      guard let found = verdict.figures else { return tooFew(subject, target, points.count) }
      func number(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) }
      let slope =
        "\(number(found.slopePerHour)) \(unit)/h (\(number(found.slopeLow)) to \(number(found.slopeHigh))) over "
        + "\(NumberText.fixed(verdict.seconds, decimals: 0)) s"
      let reason =
        switch verdict.outcome {
        case .leak: "it grows steadily by \(slope), more than \(number(limit)) \(unit)/h, and is not given back"
        case .noGrowth: "no growth is shown: \(slope)"
        case .belowLimit: "the growth of \(slope) is not above \(number(limit)) \(unit)/h"
        case .step:
          "it grew in steps or came to rest; within them it grows by \(number(found.steadySlopePerHour)) \(unit)/h"
        case .sawtooth: "its growth is given back; what stays grows by \(number(found.retainedSlopePerHour)) \(unit)/h"
        default: "\(verdict.outcome.rawValue): \(slope)"
        }
      return SoakVerdict(
        subject: subject, target: target, outcome: verdict.isLeak ? .fail : .pass, reason: reason,
        figures: [
          "slope_per_hour": found.slopePerHour, "slope_low_per_hour": found.slopeLow,
          "slope_high_per_hour": found.slopeHigh, "p_value": found.pValue, "windows": Double(verdict.count),
          "seconds": verdict.seconds, "limit_per_hour": limit, "first": points.first?.y ?? 0,
          "last": points.last?.y ?? 0,
        ].filter(\.value.isFinite))
    } catch {
      return SoakVerdict(
        subject: subject, target: target, outcome: .undetermined, reason: "the windows cannot be judged: \(error)")
    }
  }

  private func tooFew(_ subject: SoakVerdict.Subject, _ target: String?, _ count: Int) -> SoakVerdict {
    SoakVerdict(
      subject: subject, target: target, outcome: .undetermined,
      reason: "\(count) windows behind the beginning are too few; a trend is judged from \(limits.leastWindows) on",
      figures: ["windows": Double(count)])
  }
}
