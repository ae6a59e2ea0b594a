import NPUBase
import Synchronization

@testable import NPUTelemetry

/// A clock that stands still but for sleeps, which pass at once.
final class JumpingClock: TelemetryClock {
  private let instant: Mutex<MonotonicInstant>
  private let end: MonotonicInstant

  /// - Parameters:
  ///   - start: Where it begins.
  ///   - end: Sleeps beyond this are cancelled, which ends a sampler.
  init(start: MonotonicInstant = MonotonicInstant(nanoseconds: 0), end: MonotonicInstant) {
    instant = Mutex(start)
    self.end = end
  }

  var now: MonotonicInstant { instant.withLock(\.self) }

  func advance(by duration: Duration) { instant.withLock { $0 = $0.advanced(by: duration) } }

  func sleep(until deadline: MonotonicInstant) async throws {
    guard deadline <= end else { throw CancellationError() }
    instant.withLock { $0 = max($0, deadline) }
  }
}

/// A runner whose programs end as a script says, after a time that passes at once.
final class ScriptedRunner: CommandRunner {
  /// One call: how long it takes and how it ends.
  struct Call: Sendable {
    var takes = Duration.milliseconds(300)
    var end: CommandEnd
  }

  private let clock: JumpingClock
  private let script: @Sendable (Int, MonotonicInstant) -> Call
  private let state = Mutex((calls: [[String]](), isRunning: false, overlaps: 0))

  init(_ clock: JumpingClock, _ script: @escaping @Sendable (Int, MonotonicInstant) -> Call) {
    self.clock = clock
    self.script = script
  }

  var calls: [[String]] { state.withLock(\.calls) }
  var overlaps: Int { state.withLock(\.overlaps) }

  func run(_ command: [String], timeout: Duration, outputLimit: Int) async -> CommandEnd {
    let number = state.withLock { state in
      if state.isRunning { state.overlaps += 1 }
      state.isRunning = true
      state.calls.append(command)
      return state.calls.count - 1
    }
    defer { state.withLock { $0.isRunning = false } }
    let call = script(number, clock.now)
    await Task.yield()
    clock.advance(by: min(call.takes, timeout))
    if call.takes > timeout { return CommandEnd(.timedOut) }
    if call.end.output.count > outputLimit { return CommandEnd(.tooMuchOutput) }
    return call.end
  }
}
