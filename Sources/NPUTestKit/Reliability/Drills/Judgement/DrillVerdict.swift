/// What a drill says of a service.
public enum DrillVerdict: String, Sendable, Hashable, Codable, CaseIterable {
  /// The service does what is demanded.
  case pass
  /// It does not.
  case fail
  /// What was seen does not suffice to tell.
  case undecided
  /// The scenario is not about this service, or lacks what it needs.
  case notApplicable = "not_applicable"
}

/// One demand of a scenario and what was found about it.
public struct DrillFinding: Sendable, Hashable, Codable {
  /// What was demanded, in a few words.
  public var demand: String
  /// Whether it holds.
  public var verdict: DrillVerdict
  /// Why, with the values that decide.
  public var reason: String

  /// Creates a finding.
  public init(_ demand: String, _ verdict: DrillVerdict, _ reason: String) {
    self.demand = demand
    self.verdict = verdict
    self.reason = reason
  }
}

extension Collection<DrillFinding> {
  /// The verdict of all together: one failure fails, one open question leaves all open, and nothing found is no pass.
  public var verdict: DrillVerdict {
    if contains(where: { $0.verdict == .fail }) { return .fail }
    if contains(where: { $0.verdict == .undecided }) { return .undecided }
    return contains { $0.verdict == .pass } ? .pass : .undecided
  }
}
