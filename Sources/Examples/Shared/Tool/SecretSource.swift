internal import ArgumentParser
import Foundation

/// Where a secret of a command line comes from: the text itself, `env:NAME` or `file:PATH`.
///
/// The text itself can be seen by others in the list of processes; the other two cannot. No description shows it.
package struct SecretSource: ExpressibleByArgument, Sendable {
  private enum Origin: Sendable {
    case text(String)
    case variable(String)
    case file(String)
  }

  private let origin: Origin
  /// No key, password or token is as large.
  private static let limit = 64 << 10

  package init?(argument: String) {
    if argument.isEmpty { return nil }
    if argument.hasPrefix("env:") {
      origin = .variable(String(argument.dropFirst("env:".count)))
    } else if argument.hasPrefix("file:") {
      origin = .file(String(argument.dropFirst("file:".count)))
    } else {
      origin = .text(argument)
    }
  }

  /// The value of an environment variable.
  package init(variable name: String) { origin = .variable(name) }

  /// What the help says of an option that takes a secret.
  package static let help = "the text, env:NAME for an environment variable, or file:PATH"

  /// The secret, without line breaks and spaces around it.
  ///
  /// - Parameter flag: The option that a failure names.
  /// - Returns: The secret.
  /// - Throws: ``Failure`` for a variable that is not set and a file that cannot be read; it names the place and never
  ///   what it holds.
  package func value(of flag: String) throws(Failure) -> String {
    let text: String
    switch origin {
    case .text(let given): text = given
    case .variable(let name):
      guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
        throw Failure(
          kind: "missing_secret", message: "\(flag): the environment variable \(name) is not set, or empty.")
      }
      text = value
    case .file(let path):
      let handle = FileHandle(forReadingAtPath: path)
      defer { try? handle?.close() }
      guard let bytes = try? handle?.read(upToCount: Self.limit), let read = String(validating: bytes, as: UTF8.self)
      else {
        throw Failure(
          kind: "unreadable_file",
          message: "\(flag): \(path) cannot be read as text; is it a file, and may you read it?")
      }
      text = read
    }
    let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !trimmed.isEmpty else { throw Failure(kind: "missing_secret", message: "\(flag) is empty.") }
    return trimmed
  }
}

extension SecretSource: CustomStringConvertible, CustomReflectable {
  /// A fixed mark that gives nothing away.
  package var description: String { "<secret>" }
  /// A mirror without children.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
