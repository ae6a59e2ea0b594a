/// The flags of a command line with their values, as they stand there.
///
/// What the parser gives does not tell whether an option was given or has its default value.
package struct GivenFlags: Sendable {
  private var values: [String: [String]] = [:]

  /// Reads arguments.
  package init(_ arguments: [String]) {
    var name: String?
    for argument in arguments {
      if argument == "--" { break }
      if argument.hasPrefix("--") {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let flag = String(parts[0])
        values[flag, default: []] += parts.dropFirst().map(String.init)
        name = parts.count == 1 ? flag : nil
      } else if let name {
        values[name, default: []].append(argument)
      }
    }
  }

  /// The names of all flags, sorted.
  package var flags: [String] { values.keys.sorted() }

  /// Whether a flag was given.
  package func has(_ flag: String) -> Bool { values[flag] != nil }

  /// The last value of an option; `nil` if it was not given, or has none.
  package func value(_ flag: String) -> String? { values[flag]?.last }

  /// All values of an option.
  package func all(_ flag: String) -> [String] { values[flag] ?? [] }
}
