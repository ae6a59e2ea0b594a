package import ArgumentParser
import Foundation

extension AsyncParsableCommand {
  /// Runs the command as the whole of a process: status 2 for what could not be run, whatever the reason.
  ///
  /// - Parameters:
  ///   - earlier: Earlier spellings of this tool's flags, beside those of ``EarlierFlags``.
  ///   - rules: Which flags need or exclude which.
  package static func runAsTool(earlier: [String: String] = [:], rules: [FlagRule] = []) async {
    let name = configuration.commandName ?? "tool"
    do {
      let given = NegativeNumbers.joined(Array(CommandLine.arguments.dropFirst()))
      let arguments = EarlierFlags(earlier).current(given)
      var command = try parseAsRoot(arguments)
      // Who asks for help gets another command than the tool.
      if command is Self { try rules.check(GivenFlags(arguments)) }
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch let status as ExitCode {
      Foundation.exit(status.rawValue)
    } catch {
      if exitCode(for: error) == .success { exit(withError: error) }  // help was asked for
      Console.note(
        error is ValidationError || exitCode(for: error) == .validationFailure
          ? fullMessage(for: error) : "\(name): \(error)")
      Foundation.exit(2)
    }
  }
}
