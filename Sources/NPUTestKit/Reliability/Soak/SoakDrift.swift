internal import NPUBase
internal import NPUMetrics

/// What drifts over the windows of a soak, judged by the tests of trends.
///
/// The first tenth of the soak, at most ten minutes, takes no part: what a service loads at its start looks like a leak.
/// Nor do windows that were cut to less than half of the usual length.
struct SoakDrift {
  private let windows: [SoakWindow]
  /// The same with every window of the end, where others are let go.
  private let toTheEnd: [SoakWindow]
  /// Those that take no part too.
  private let all: [SoakWindow]
  let limits: SoakLimits
  private let watched: SoakWatchList

  init(_ series: SoakWindowSeries, _ limits: SoakLimits, _ watched: SoakWatchList = SoakWatchList()) {
    self.limits = limits
    self.watched = watched
    all = series.windows
    let end = all.map(\.end).max() ?? 0
    let start = min(600, end / 10)
    let lengths = all.map(\.seconds).sorted()
    let usual = lengths.isEmpty ? 0 : lengths[lengths.count / 2]
    func takesPart(_ window: SoakWindow) -> Bool { window.start >= start && window.seconds >= usual / 2 }
    windows = all.filter(takesPart)
    toTheEnd = series.windowsToTheEnd.filter(takesPart)
  }

  var verdicts: [SoakVerdict] {
    let services = Set(windows.flatMap(\.services.keys)).sorted()
    var verdicts = services.map { name in
      latency(name, points { $0.services[name]?.endToEnd.p50 })
    }
    verdicts.append(failingEnd ?? failures(points { $0.counts.failureShare }))
    verdicts += ownMemory + processMemory + chipMemory
    if let idleCache { verdicts.append(idleCache) }
    return verdicts
  }

  /// How many windows make the end of a soak.
  private static let endWindows = 3

  /// A soak whose end is half failures or more fails, however short that is against the whole: trends are too slow for it.
  private var failingEnd: SoakVerdict? {
    let last = toTheEnd.filter { $0.counts.completed + $0.counts.failed > 0 }.suffix(Self.endWindows)
    let failed = last.reduce(0) { $0 + $1.counts.failed }
    let ended = last.reduce(failed) { $0 + $1.counts.completed }
    guard last.count == Self.endWindows, failed >= Self.endWindows, 2 * failed >= ended else { return nil }
    return SoakVerdict(
      subject: .failures, target: nil, outcome: .fail,
      reason: "\(failed) of the last \(ended) requests failed, in \(Self.endWindows) windows at the end",
      figures: ["failed_at_end": Double(failed), "ended_at_end": Double(ended)])
  }

  /// Of each part by itself, since a resumption begins with another process; the one with the most windows counts.
  private var ownMemory: [SoakVerdict] {
    let parts = Dictionary(grouping: windows.filter { $0.resources.ownBytes != nil }, by: \.session)
    guard let longest = parts.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) }) else { return [] }
    let points = longest.value.map { (x: $0.end, y: Self.megabytes($0.resources.ownBytes ?? 0)) }
    return [memory(.ownMemory, nil, points, limits.leakMegabytesPerHour)]
  }

  private static func megabytes(_ bytes: Int) -> Double { Double(bytes) / 0x1p20 }

  private func points(_ value: (SoakWindow) -> Double?) -> [(x: Double, y: Double)] {
    windows.compactMap { window in value(window).map { (window.start + window.seconds / 2, $0) } }
  }
}

// MARK: - What is read

extension SoakDrift {
  private var processMemory: [SoakVerdict] {
    Set(all.flatMap(\.resources.processes.keys)).union(watched.processes).sorted().map { name in
      watching(
        .processMemory, name, limits.leakMegabytesPerHour, { $0.processes[name] },
        gap: { $0.gaps[SoakWatchList.process(name)] })
    }
  }

  private var chipMemory: [SoakVerdict] {
    let chips = Set(all.flatMap(\.resources.chips.keys)).sorted()
    func gap(_ resources: SoakResources) -> String? {
      // Where an exporter shows the chips, it is the metrics that fail.
      resources.gaps[SoakWatchList.chips] ?? resources.gaps[SoakWatchList.metrics]
    }
    if chips.isEmpty, watched.chips { return [neverRead(.chipMemory, nil, gap)] }
    return chips.map { chip in
      watching(
        .chipMemory, chip, limits.chipLeakMegabytesPerHour, { $0.chips[chip]?.memoryLeastBytes },
        gap: { gap($0) ?? ($0.chips.isEmpty ? nil : "the memory of this chip is not among what was read") })
    }
  }

  /// The memory of something that is read window by window.
  private func watching(
    _ subject: SoakVerdict.Subject, _ target: String, _ limit: Double, _ bytes: (SoakResources) -> Int?,
    gap: (SoakResources) -> String?
  ) -> SoakVerdict {
    guard all.contains(where: { bytes($0.resources) != nil }) else { return neverRead(subject, target, gap) }
    let points = points { bytes($0.resources).map(Self.megabytes) }
    return held(memory(subject, target, points, limit)) { bytes($0) == nil ? gap($0) : nil }
  }

  /// The KV cache of a server that runs nothing; `nil` where nobody asked for it and it is not known.
  private var idleCache: SoakVerdict? {
    let idle = points { $0.resources.server?.cacheIdle.map { $0 * 100 } }
    guard watched.metrics || !idle.isEmpty else { return nil }
    func gap(_ resources: SoakResources) -> String? {
      resources.server == nil ? resources.gaps[SoakWatchList.metrics] : nil
    }
    let servers = all.compactMap(\.resources.server)
    guard !servers.isEmpty else { return neverRead(.idleCache, nil, gap) }
    guard let first = idle.first, let last = idle.last else {
      let isTold = servers.contains { $0.cachePeak != nil }
      return SoakVerdict(
        subject: .idleCache, outcome: .undetermined,
        reason: isTold
          ? "no reading found the server without a request"
          : "the metrics of the server do not tell how much of its KV cache is in use")
    }
    var verdict = leak(.idleCache, nil, idle, limits.idleCacheGrowthPerHour * 100, unit: "percentage points")
    let whole = (windows.map(\.end).max() ?? 0) - (windows.map(\.start).min() ?? 0)
    // A server that is busy from some hour on says nothing of the hours after it.
    if verdict.outcome == .pass, last.x - first.x < whole / 2 {
      verdict.outcome = .undetermined
      verdict.reason =
        "the server was found without a request between \(NumberText.fixed(first.x, decimals: 0)) s and "
        + "\(NumberText.fixed(last.x, decimals: 0)) s alone; there: \(verdict.reason)"
    }
    return held(verdict, gap)
  }

  /// What share of the windows may lack a reading.
  private static let toleratedGaps = 0.1

  /// A verdict held against how often nothing could be read: what was read before proves nothing of what came after.
  private func held(_ verdict: SoakVerdict, _ gap: (SoakResources) -> String?) -> SoakVerdict {
    let gaps = windows.map { gap($0.resources) }
    let missing = gaps.compactMap(\.self)
    let end = toTheEnd.suffix(Self.endWindows).map { gap($0.resources) }
    let isLostAtEnd = end.count == Self.endWindows && end.allSatisfy { $0 != nil }
    guard let last = end.compactMap(\.self).last ?? missing.last,
      isLostAtEnd || Double(missing.count) > Self.toleratedGaps * Double(gaps.count)
    else { return verdict }
    var verdict = verdict
    if verdict.outcome == .pass { verdict.outcome = .undetermined }
    verdict.reason =
      "nothing could be read in \(missing.count) of \(gaps.count) windows"
      + "\(isLostAtEnd ? ", the last among them" : ""): \(last); where it was read: \(verdict.reason)"
    verdict.figures["windows_without_reading"] = Double(missing.count)
    return verdict
  }

  private func neverRead(
    _ subject: SoakVerdict.Subject, _ target: String?, _ gap: (SoakResources) -> String?
  ) -> SoakVerdict {
    let last = all.compactMap { gap($0.resources) }.last
    return SoakVerdict(
      subject: subject, target: target, outcome: .undetermined,
      reason: "it was never read: \(last ?? "no reading has ended")")
  }
}
