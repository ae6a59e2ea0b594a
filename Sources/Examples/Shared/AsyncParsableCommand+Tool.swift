package import ArgumentParser
import Foundation

extension AsyncParsableCommand {
  /// Runs the command as the whole of a process: status 2 for what could not be run, whatever the reason.
  package static func runAsTool() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch let status as ExitCode {
      Foundation.exit(status.rawValue)
    } catch {
      if exitCode(for: error) == .success { exit(withError: error) }  // help was asked for
      Console.note(
        error is ValidationError || exitCode(for: error) == .validationFailure
          ? fullMessage(for: error) : "\(configuration.commandName ?? "tool"): \(error)")
      Foundation.exit(2)
    }
  }
}
