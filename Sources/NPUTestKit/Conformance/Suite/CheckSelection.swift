/// Which checks of a suite are to run.
///
/// Names are identifiers or tags. Without ``only`` and ``tags`` all checks are chosen; ``skip`` takes some of them away
/// again. A name of another suite of the kit chooses nothing, and is no error.
public struct CheckSelection: Sendable, Hashable {
  /// The identifiers that are wanted.
  public var only: [String]
  /// The tags of which a wanted check has at least one.
  public var tags: [CheckTag]
  /// The identifiers and tags that are not wanted.
  public var skip: [String]

  /// Creates a selection; by default of everything.
  public init(only: [String] = [], tags: [CheckTag] = [], skip: [String] = []) {
    self.only = only
    self.tags = tags
    self.skip = skip
  }

  /// A name that no check and no tag of any suite has.
  public struct UnknownName: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name.
    public var name: String
    /// The names that the suite has.
    public var known: [String]

    /// The name and what to choose from.
    public var description: String {
      "no check is called \"\(name)\"; the suite has \(known.joined(separator: ", "))"
    }
  }

  /// Whether a check is chosen.
  public func contains(_ check: CheckDescription) -> Bool {
    let isWanted =
      (only.isEmpty && tags.isEmpty) || only.contains(check.identifier) || check.tags.contains(where: tags.contains)
    let isSkipped = skip.contains(check.identifier) || check.tags.contains { skip.contains($0.rawValue) }
    return isWanted && !isSkipped
  }

  func validate(own: CheckNames, others: CheckNames) throws {
    func demand(_ name: String, _ group: (CheckNames) -> [String]) throws {
      guard !group(own).contains(name), !group(others).contains(name) else { return }
      throw UnknownName(name: name, known: group(own))
    }
    for name in only { try demand(name, \.identifiers) }
    for tag in tags { try demand(tag.rawValue, \.tags) }
    for name in skip { try demand(name) { $0.identifiers + $0.tags } }
  }
}

/// The names by which checks are chosen.
struct CheckNames: Sendable {
  var identifiers: [String]
  var tags: [String]
}
