package import ArgumentParser
import Foundation

extension Failure {
  /// What an error says to the user of a tool: a sentence, with the file where there is one.
  package static func text(of error: any Error) -> String {
    if let error = error as? CocoaError {
      return error.filePath.map { "\($0): \(FileReason.of(error)); check the path." } ?? "\(FileReason.of(error))."
    }
    if let error = error as? POSIXError { return "\(FileReason.of(error))." }
    if error is CancellationError { return "it was cancelled." }
    if error is EncodingError { return "a number of the result cannot be written as JSON." }
    return "\(error)"
  }
}

extension ParsableArguments {
  /// Ends the process as the error of a command line or of a run asks for: 0 for help, else the status of an
  /// `ExitCode`, else 2.
  ///
  /// - Parameters:
  ///   - tool: The name of the tool.
  ///   - error: The error.
  package static func end(_ tool: String, with error: any Error) -> Never {
    if let status = error as? ExitCode { Foundation.exit(status.rawValue) }
    let code = exitCode(for: error)
    if code == .success {  // help was asked for
      do { try Console.line(fullMessage(for: error)) } catch { end(tool, with: error) }
      Foundation.exit(0)
    }
    let isUsage = error is ValidationError || code == .validationFailure
    Console.note(isUsage ? fullMessage(for: error) : "\(tool): \(Failure.text(of: error))")
    Foundation.exit(2)
  }
}
