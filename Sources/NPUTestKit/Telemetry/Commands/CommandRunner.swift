/// Runs a program to its end, or until a timeout.
package protocol CommandRunner: Sendable {
  /// Runs a program.
  ///
  /// Must return soon after the timeout and soon after its task is cancelled, with the program stopped if that is
  /// possible.
  ///
  /// - Parameters:
  ///   - command: The program and its arguments; a program without a slash is looked for in `PATH`.
  ///   - timeout: After how long the program is stopped.
  ///   - outputLimit: Most bytes of its output; a program that prints more is stopped.
  /// - Returns: How it ended.
  func run(_ command: [String], timeout: Duration, outputLimit: Int) async -> CommandEnd
}

/// How a program ended, and what it printed.
package struct CommandEnd: Sendable, Hashable {
  /// How it ended.
  package enum Kind: Sendable, Hashable {
    /// By itself, with a status.
    case exited(status: Int)
    /// By a signal that we did not send.
    case signalled(Int)
    /// Stopped because it took too long; it is gone.
    case timedOut
    /// It took too long and cannot be stopped, or one that could not be stopped still runs and nothing was started.
    case stuck
    /// Stopped because it printed too much.
    case tooMuchOutput
    /// It was not started; the text says why.
    case notStarted(String)
    /// The task was cancelled; the program was stopped.
    case cancelled
  }

  /// How it ended.
  package var kind: Kind
  /// What it printed on its standard output.
  package var output: [UInt8]
  /// The beginning of what it printed on its standard error.
  package var errors: [UInt8]

  /// Creates the end of a command.
  package init(_ kind: Kind, output: [UInt8] = [], errors: [UInt8] = []) {
    self.kind = kind
    self.output = output
    self.errors = errors
  }
}
