/// How often a service gives one response twice, alone and among other requests: its own noise.
///
/// - Definition: a case is equal alone if all its repetitions alone are one text; equal among others if the response
///   among others is the first one alone. The test is the exact one of ``NPUMetrics/PairedFlips`` over cases: the
///   second repetition alone against the one among others, each held against the first alone. Only the load differs.
public struct Determinism: Sendable, Hashable {
  /// Cases that were asked alone more than once.
  public let repeated: Int
  /// Of those, the ones whose repetitions alone are equal.
  public let equalAlone: Int
  /// Cases that were asked alone and among others.
  public let loaded: Int
  /// Of those, the ones whose response among others is the one alone.
  public let equalAmongOthers: Int
  /// Cases that part among others and not alone, and those that part alone and not among others; nil without both.
  public let flips: PairedFlips?

  /// Looks at the cases of a service; nil where no case was asked more than once.
  public init?(_ service: ComparedService) {
    var (repeated, equalAlone, loaded, equalAmongOthers) = (0, 0, 0, 0)
    var pairs: [(alone: Bool, among: Bool)] = []
    for entry in service.cases {
      guard let first = entry.alone.first else { continue }
      let again = entry.alone.dropFirst()
      if !again.isEmpty {
        repeated += 1
        if again.allSatisfy({ $0.isSame(as: first) }) { equalAlone += 1 }
      }
      guard let other = entry.amongOthers.first else { continue }
      loaded += 1
      let isSame = other.isSame(as: first)
      if isSame { equalAmongOthers += 1 }
      if let second = again.first { pairs.append((second.isSame(as: first), isSame)) }
    }
    guard repeated > 0 || loaded > 0 else { return nil }
    self.repeated = repeated
    self.equalAlone = equalAlone
    self.loaded = loaded
    self.equalAmongOthers = equalAmongOthers
    flips = pairs.isEmpty ? nil : try? PairedFlips(baseline: pairs.map(\.alone), candidate: pairs.map(\.among))
  }
}
