/// How much a failed check counts.
public enum CheckSeverity: String, Sendable, Hashable, Codable, CaseIterable {
  /// The run fails with it: the protocol or the purpose of the service demands it.
  case required
  /// It is shown as a warning: well-known servers do otherwise and can still be used.
  case recommended
}

/// Everything that is known of a check before it runs.
public struct CheckDescription: Sendable, Hashable, Codable {
  /// The name by which it is chosen, such as `llm.stop`; it keeps its meaning from release to release.
  public var identifier: String
  /// What it is about, in a few words.
  public var title: String
  /// What the service must do, in one sentence that holds for every service of the kind.
  public var requirement: String
  /// Which known servers do otherwise, and why that may be in order; `nil` if none is known.
  public var knownDeviations: String?
  /// How much a failure counts.
  public var severity: CheckSeverity
  /// The names of the abilities that the service must have for the check to apply.
  public var needs: [String]
  /// The words by which it is chosen together with others.
  public var tags: [CheckTag]

  /// Creates a description.
  public init(
    identifier: String, title: String, requirement: String, knownDeviations: String? = nil,
    severity: CheckSeverity = .required, needs: [String] = [], tags: [CheckTag] = []
  ) {
    self.identifier = identifier
    self.title = title
    self.requirement = requirement
    self.knownDeviations = knownDeviations
    self.severity = severity
    self.needs = needs
    self.tags = tags
  }

  private enum CodingKeys: String, CodingKey {
    case identifier = "id"
    case knownDeviations = "known_deviations"
    case title, requirement, severity, needs, tags
  }
}
