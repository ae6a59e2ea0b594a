internal import NPUBase
internal import NPUMetrics

/// How much of the time to first token goes into looking at media: prompts with and without them, in pairs.
///
/// `share = mean(d) / mean(T)` over pairs, with T the TTFT with media and d how much longer it is than that of the same
/// prompt without. The interval is the percentile bootstrap over pairs (Efron 1979), 2,000 resamples from a fixed seed,
/// so that equal measurements give equal intervals. It may reach below 0 where noise is as large as the effect. The
/// longer prompt that media make is part of the effect: what is measured is what an image costs, encoder and prefill
/// together.
public struct EncodeShare: Sendable, Hashable {
  /// The TTFT of one prompt both ways.
  public struct Pair: Sendable, Hashable {
    /// With media.
    public var with: Duration
    /// Without.
    public var without: Duration

    /// Creates a pair.
    public init(with: Duration, without: Duration) {
      self.with = with
      self.without = without
    }
  }

  /// The pairs in which both requests completed with a first token.
  public var pairs: [Pair]
  /// Pairs of which a request failed, is missing or has no first token: they take no part.
  public var incompletePairs = 0

  /// Wraps measured pairs.
  public init(pairs: [Pair]) { self.pairs = pairs }

  /// Pairs up the records of a ``ChatWorkload`` that alternates.
  public init(_ records: [RequestRecord]) {
    var halves: [Int: [Bool: Duration]] = [:]
    for record in records where record.phase == .measured {
      if halves[record.index / 2] == nil { halves[record.index / 2] = [:] }
      guard record.outcome.isSuccess, let time = record.metrics.timeToFirstToken else { continue }
      halves[record.index / 2, default: [:]][ChatWorkload.hasMedia(record.index)] = time
    }
    pairs = halves.sorted { $0.key < $1.key }.compactMap { _, half in
      guard let with = half[true], let without = half[false] else { return nil }
      return Pair(with: with, without: without)
    }
    incompletePairs = halves.count - pairs.count
  }

  /// The mean TTFT with media; `nil` without pairs.
  public var meanWith: Duration? { mean(\.with) }
  /// The mean TTFT without media; `nil` without pairs.
  public var meanWithout: Duration? { mean(\.without) }
  /// The share; `nil` without pairs.
  public var share: Double? { Self.share(pairs) }

  /// The interval that holds the share with some confidence; `nil` with fewer than 3 pairs.
  ///
  /// - Parameters:
  ///   - confidence: Between 0 and 1.
  ///   - seed: What decides the resamples.
  /// - Returns: Lower and upper end.
  public func interval(confidence: Double = 0.95, seed: UInt64 = 0) -> ClosedRange<Double>? {
    guard pairs.count >= 3, confidence > 0, confidence < 1 else { return nil }
    var generator = SeededGenerator(seed: seed)
    let shares = (0..<2000).compactMap { _ in
      Self.share(pairs.map { _ in pairs[generator.integer(in: 0...pairs.count - 1)] })
    }.sorted()
    guard let last = shares.indices.last else { return nil }
    let tail = (1 - confidence) / 2
    return shares[Int(tail * Double(last))]...shares[last - Int(tail * Double(last))]
  }

  /// The figures for a report.
  public var figures: [ServiceFigure] {
    let interval = interval()
    return [
      ServiceFigure("image_pairs", "Pairs with and without media", Double(pairs.count), decimals: 0),
      ServiceFigure("image_pairs_incomplete", "Pairs left out as incomplete", Double(incompletePairs), decimals: 0),
      ServiceFigure("ttft_with_image_ms", "Mean TTFT with media (ms)", meanWith?.milliseconds),
      ServiceFigure("ttft_without_image_ms", "Mean TTFT without (ms)", meanWithout?.milliseconds),
      ServiceFigure("image_share_of_ttft", "Share of media in TTFT", share, decimals: 3),
      ServiceFigure("image_share_low", "Share, lower end of 95 %", interval?.lowerBound, decimals: 3),
      ServiceFigure("image_share_high", "Share, upper end of 95 %", interval?.upperBound, decimals: 3),
    ]
  }

  private func mean(_ path: KeyPath<Pair, Duration>) -> Duration? {
    pairs.isEmpty ? nil : pairs.reduce(.zero) { $0 + $1[keyPath: path] } / pairs.count
  }

  private static func share(_ pairs: [Pair]) -> Double? {
    let with = pairs.reduce(0.0) { $0 + $1.with.milliseconds }
    let without = pairs.reduce(0.0) { $0 + $1.without.milliseconds }
    return with > 0 ? (with - without) / with : nil
  }
}
