internal import ArgumentParser

/// What some flags need beside them in order to have an effect, or do not go together with.
///
/// The rules of a tool are one table. A flag whose rule is broken is refused: an option that is accepted and not used
/// measures something else than was asked for.
package struct FlagRule: Sendable {
  /// The flags that the rule is about.
  package let flags: [String]
  /// The other flags that it names.
  package let others: [String]
  private let complaint: @Sendable (_ flag: String, GivenFlags) -> String?

  /// A rule of any kind.
  ///
  /// - Parameters:
  ///   - flags: The flags.
  ///   - others: Other flags that the complaint depends on or names.
  ///   - complaint: Says what is wrong with one of them, if it is given among others, and what to do.
  package init(
    _ flags: [String], others: [String] = [],
    _ complaint: @escaping @Sendable (_ flag: String, GivenFlags) -> String?
  ) {
    (self.flags, self.others, self.complaint) = (flags, others, complaint)
  }

  /// Flags that have an effect only beside one of others.
  package static func needs(_ flags: [String], oneOf others: [String], _ reason: String? = nil) -> FlagRule {
    FlagRule(flags, others: others) { flag, given in
      others.contains(where: given.has) ? nil : "\(flag) needs \(list(others))\(because(reason))."
    }
  }

  /// Flags that have no effect, or another one, beside others.
  package static func excludes(_ flags: [String], _ others: [String], _ reason: String? = nil) -> FlagRule {
    FlagRule(flags, others: others) { flag, given in
      others.first(where: given.has).map { "\(flag) and \($0) do not go together\(because(reason)); leave one out." }
    }
  }

  /// Flags that have an effect only with some values of an option.
  ///
  /// - Parameters:
  ///   - flags: The flags.
  ///   - option: The option.
  ///   - values: The values.
  ///   - earlier: Earlier spellings of the values.
  ///   - defaultValue: What it is where it is not given.
  ///   - others: Flags that stand in for it.
  ///   - reason: Why.
  /// - Returns: The rule.
  package static func needs(
    _ flags: [String], _ option: String, in values: [String], earlier: [String] = [], byDefault defaultValue: String,
    or others: [String] = [], _ reason: String? = nil
  ) -> FlagRule {
    FlagRule(flags, others: [option] + others) { flag, given in
      let value = given.value(option) ?? defaultValue
      guard !(values + earlier).contains(value), !others.contains(where: given.has) else { return nil }
      let found = given.has(option) ? "found \(value)" : "the default is \(value)"
      let more = reason.map { " \($0.prefix(1).uppercased() + $0.dropFirst())." } ?? ""
      return "\(flag) needs \(list(["\(option) \(list(values))"] + others)); \(found).\(more)"
    }
  }

  private static func list(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }

  private static func because(_ reason: String?) -> String { reason.map { ": \($0)" } ?? "" }

  /// What is wrong with a command line; `nil` if nothing is.
  package func complaint(about given: GivenFlags) -> String? {
    flags.lazy.filter(given.has).compactMap { complaint($0, given) }.first
  }
}

extension [FlagRule] {
  /// Refuses a command line that breaks one of the rules.
  ///
  /// - Throws: `ValidationError` that says what to do.
  package func check(_ given: GivenFlags) throws {
    for rule in self {
      if let complaint = rule.complaint(about: given) { throw ValidationError(complaint) }
    }
  }
}
