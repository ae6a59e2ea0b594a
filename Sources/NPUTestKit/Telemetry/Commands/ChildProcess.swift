internal import NPUBase
internal import Subprocess
internal import Synchronization

/// One program that runs as a process, and what it has printed so far.
final class ChildProcess: Sendable {
  /// After how long the signal that ends a program is sent once more.
  static let patience = Duration.milliseconds(200)

  private struct Printed {
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var isTooMuch = false
    var stopKind: CommandEnd.Kind?
  }

  private let command: [String]
  private let outputLimit: Int
  private let warden: ProcessWarden?
  private let printed = Mutex(Printed())

  /// What is kept of the standard error.
  private static let errorLimit = 4096

  /// - Parameters:
  ///   - command: The program and its arguments.
  ///   - outputLimit: Most bytes of its output.
  ///   - warden: Who ends it should this process be gone before.
  init(command: [String], outputLimit: Int, warden: ProcessWarden?) {
    self.command = command
    self.warden = warden
    self.outputLimit = max(0, outputLimit)
  }

  /// Notes why the task that runs the program is about to be cancelled; the first reason counts.
  func noteStop(_ kind: CommandEnd.Kind) {
    printed.withLock { $0.stopKind = $0.stopKind ?? kind }
  }

  /// Runs the program to its end; cancelling the task ends it and everything that it started.
  func run() async -> CommandEnd {
    defer { warden?.watch(nil) }
    do {
      let result = try await Subprocess.run(
        configuration, input: .none, output: .sequence, error: .sequence
      ) { execution in
        // The leader of a session has the number of its group.
        warden?.watch(Int32(clamping: execution.processIdentifier.value))
        async let errors: Void = collectErrors(execution.standardError)
        for try await piece in execution.standardOutput {
          guard add(piece) else { throw TooMuchOutput() }
        }
        try await errors
      }
      switch result.terminationStatus {
      case .exited(let status): return commandEnd(.exited(status: Int(status)))
      case .signaled(let signal): return commandEnd(.signalled(Int(signal)))
      }
    } catch {
      let name = Excerpt.of(command.first ?? "", limit: 80)
      return commandEnd(
        .notStarted(
          "\(name) does not run: \(error); npu-smi is usually in /usr/local/sbin or /usr/local/bin: give its path"))
    }
  }

  private var configuration: Configuration {
    var configuration = Configuration(session: command)
    // At once: after a polite signal a leader may go and leave behind what ignores it.
    configuration.platformOptions.teardownSequence = [
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: Self.patience)
    ]
    return configuration
  }

  private func collectErrors(_ pieces: SubprocessOutputSequence) async throws {
    for try await piece in pieces {
      printed.withLock { printed in
        let room = Self.errorLimit - printed.errors.count
        unsafe piece.withUnsafeBytes { unsafe printed.errors.append(contentsOf: $0.prefix(room)) }
      }
    }
  }

  /// Keeps a piece of the output as far as there is room; false if there was too little.
  private func add(_ piece: SubprocessOutputSequence.Buffer) -> Bool {
    printed.withLock { printed in
      let room = outputLimit - printed.output.count
      unsafe piece.withUnsafeBytes { unsafe printed.output.append(contentsOf: $0.prefix(room)) }
      printed.isTooMuch = piece.count > room
      return !printed.isTooMuch
    }
  }

  /// The end with everything printed; the reason why the program was stopped counts before how that ended it.
  private func commandEnd(_ kind: CommandEnd.Kind) -> CommandEnd {
    printed.withLock { printed in
      CommandEnd(
        printed.stopKind ?? (printed.isTooMuch ? .tooMuchOutput : kind), output: printed.output,
        errors: printed.errors)
    }
  }

  private struct TooMuchOutput: Error {}
}
