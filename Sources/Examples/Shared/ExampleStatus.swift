package import ArgumentParser
import Foundation

/// How the examples end: status 0 for a pass, 1 for an expectation that failed, 2 where nothing could be run.
package enum ExampleStatus {
  /// Parses the command line, runs the command, and ends the process with the status that belongs to its end.
  package static func run<Command: ParsableCommand>(_ type: Command.Type) async {
    do {
      var command = try type.parseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch let status as ExitCode {
      exit(status.rawValue)
    } catch {
      if type.exitCode(for: error) == .success { type.exit(withError: error) }  // help was asked for
      let isUsage = error is ValidationError || type.exitCode(for: error) == .validationFailure
      Console.note(isUsage ? type.fullMessage(for: error) : "\(type.configuration.commandName ?? "example"): \(error)")
      exit(2)
    }
  }
}
