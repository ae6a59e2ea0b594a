package import ArgumentParser
import Foundation

extension AsyncParsableCommand {
  /// Runs the command as the whole of a process: status 2 for what could not be run, whatever the reason.
  ///
  /// A subcommand that is a ``RuledSubcommand`` brings its own rules.
  ///
  /// - Parameters:
  ///   - earlier: Earlier spellings of this tool's flags, beside those of ``EarlierFlags``.
  ///   - rules: Which flags need or exclude which.
  package static func runAsTool(earlier: [String: String] = [:], rules: [FlagRule] = []) async {
    do {
      let given = NegativeNumbers.joined(Array(CommandLine.arguments.dropFirst()))
      let arguments = EarlierFlags(earlier).current(given)
      var command = try parseAsRoot(arguments)
      // Who asks for help gets another command than the tool.
      if command is Self { try rules.check(GivenFlags(arguments)) }
      if let ruled = type(of: command) as? any RuledSubcommand.Type { try ruled.rules.check(GivenFlags(arguments)) }
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch {
      end(configuration.commandName ?? "tool", with: error)
    }
  }
}

/// A subcommand of a tool whose flags need or exclude one another.
package protocol RuledSubcommand: ParsableCommand {
  /// Which of its flags need or exclude which.
  static var rules: [FlagRule] { get }
}
