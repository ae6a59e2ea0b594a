internal import NPUBase
internal import Synchronization

/// Runs programs as processes of this machine, each in a session of its own.
///
/// A program that takes too long or prints too much is ended together with everything it started, by SIGKILL to its
/// process group. A program that survives this, such as a tool that hangs in the driver, is left alone; until it is
/// gone nothing else is started, and ``run(_:timeout:outputLimit:)`` says ``CommandEnd/Kind/stuck``.
///
/// Whatever ends this process, a ``ProcessWarden`` then ends the program that runs.
///
/// Programs have no terminal and an empty standard input, so that `ssh` fails where it would ask for a password.
package final class ProcessRunner: CommandRunner {
  private let isBusy = Mutex(false)
  private let warden = Mutex<ProcessWarden?>(nil)

  /// How long a killed program may take to be gone; less where somebody waits to leave.
  private static let grace = Duration.seconds(2)
  private static let shortGrace = Duration.milliseconds(500)

  /// Creates a runner; it runs one program at a time.
  package init() {}

  /// Runs a program.
  package func run(_ command: [String], timeout: Duration, outputLimit: Int) async -> CommandEnd {
    guard let program = command.first, !program.isEmpty else {
      return CommandEnd(.notStarted("the command is empty; name a program"))
    }
    let isFree = isBusy.withLock { isBusy in
      defer { isBusy = true }
      return !isBusy
    }
    guard isFree else { return CommandEnd(.stuck) }
    let answer = OneShot<CommandEnd>()
    let process = ChildProcess(command: command, outputLimit: outputLimit, warden: await startedWarden)
    // Apart from this task, which must not wait for a program that cannot be ended.
    let work = Task(priority: .utility) { [self] in
      let end = await process.run()
      // Before the response: whoever has it may start the next program.
      isBusy.withLock { $0 = false }
      answer.give(end)
    }
    @Sendable func stop(_ kind: CommandEnd.Kind, otherwise: CommandEnd.Kind, grace: Duration) async {
      process.noteStop(kind)
      work.cancel()
      // A task of its own: that of the caller may be cancelled, and would not sleep.
      let patience = Task(priority: .utility) { try? await Task.sleep(for: ChildProcess.patience + grace) }
      await patience.value
      answer.give(CommandEnd(otherwise))
    }
    let watchdog = Task(priority: .utility) {
      try await Task.sleep(for: timeout)
      await stop(.timedOut, otherwise: .stuck, grace: Self.grace)
    }
    defer { watchdog.cancel() }
    return await withTaskCancellationHandler {
      await answer.wait()
    } onCancel: {
      Task(priority: .utility) { await stop(.cancelled, otherwise: .cancelled, grace: Self.shortGrace) }
    }
  }

  /// Who ends the program if this process is gone; asked for by one call at a time.
  private var startedWarden: ProcessWarden? {
    get async {
      if let warden = warden.withLock(\.self) { return warden }
      let started = await ProcessWarden.start()
      warden.withLock { $0 = started }
      return started
    }
  }
}
