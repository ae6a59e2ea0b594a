/// Which checks of a suite are to run.
///
/// Names are identifiers or tags. Without ``only`` and ``tags`` all checks are chosen; ``skip`` takes some of them away
/// again.
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

  /// A name that no check and no tag has.
  public struct UnknownName: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name.
    public var name: String
    /// The names that there are.
    public var known: [String]

    /// The name and what to choose from.
    public var description: String {
      "no check is called \"\(name)\"; there are \(known.joined(separator: ", "))"
    }
  }

  /// Whether a check is chosen.
  public func contains(_ check: CheckDescription) -> Bool {
    let isWanted =
      (only.isEmpty && tags.isEmpty) || only.contains(check.identifier) || check.tags.contains(where: tags.contains)
    let isSkipped = skip.contains(check.identifier) || check.tags.contains { skip.contains($0.rawValue) }
    return isWanted && !isSkipped
  }

  func validate(identifiers: [String], tags known: [String]) throws {
    for name in only where !identifiers.contains(name) { throw UnknownName(name: name, known: identifiers) }
    for tag in tags where !known.contains(tag.rawValue) { throw UnknownName(name: tag.rawValue, known: known) }
    for name in skip where !identifiers.contains(name) && !known.contains(name) {
      throw UnknownName(name: name, known: identifiers + known)
    }
  }
}
