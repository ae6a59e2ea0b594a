public import NPUBase

extension ServiceProcess {
  /// How a service is doing, as far as its process tells; whether it serves is another question.
  @nonexhaustive
  public enum State: Sendable, Hashable {
    /// It has not been started yet.
    case notStarted
    /// It runs, or is stopped by a signal; its process has a number on its machine.
    case running(processID: Int32)
    /// It has ended.
    case ended(End)
  }

  /// How a service ended.
  public struct End: Sendable, Hashable, CustomStringConvertible {
    /// How the process ended.
    @nonexhaustive
    public enum Kind: Sendable, Hashable {
      /// By itself, with a status.
      case exited(status: Int32)
      /// By a signal.
      case signalled(Int32)
      /// With the connection to its machine, or with the shell that kept it.
      case lost
    }

    /// How the process ended.
    public var kind: Kind
    /// When this machine heard of it.
    public var instant: MonotonicInstant
    /// Whether other processes of its group were there when it had ended.
    ///
    /// A server of several processes whose main process is killed leaves the others behind, and with them the memory of
    /// the chips. ``ServiceProcess/killGroup()`` names and ends them.
    public var leavesOthers: Bool

    /// Creates an end.
    public init(kind: Kind, instant: MonotonicInstant, leavesOthers: Bool = false) {
      self.kind = kind
      self.instant = instant
      self.leavesOthers = leavesOthers
    }

    /// The end as a shell reports it: a status above 128 is a signal and 128.
    init(status: Int32, instant: MonotonicInstant, leavesOthers: Bool) {
      let kind: Kind = (129...192).contains(status) ? .signalled(status - 128) : .exited(status: status)
      self.init(kind: kind, instant: instant, leavesOthers: leavesOthers)
    }

    /// Such as `ended with status 1` or `was ended by signal 9`.
    public var description: String {
      let others = leavesOthers ? " and left other processes behind" : ""
      return switch kind {
      case .exited(let status): "ended with status \(status)\(others)"
      case .signalled(let number): "was ended by signal \(number)\(others)"
      case .lost: "ended with the connection to its machine\(others)"
      }
    }
  }
}

/// What is known of a service; reports of its keeper change it.
struct ServiceStatus: Sendable {
  /// Why a launch gave no process whose keeper is gone.
  static let hostFailure = "host"

  var state = ServiceProcess.State.notStarted
  /// Counts the keepers.
  private(set) var keeper = 0
  /// Counts the launches: a report of an earlier one changes nothing.
  var launch = 0
  /// The latest launch that became a process, however short its life.
  var begunLaunch = 0
  /// Whether a launch is under way.
  var isStarting = false
  /// Why the latest launch gave no process.
  var failure: String?
  /// When the latest launch was ordered.
  var startedAt: MonotonicInstant?
  /// Process groups of which processes may be there.
  var groups: Set<Int32> = []

  /// Takes a report.
  ///
  /// - Parameters:
  ///   - report: What was said; `nil` when the keeper is gone.
  ///   - now: When.
  mutating func note(_ report: KeeperReport?, now: MonotonicInstant) {
    switch report {
    case .launched(launch, let process):
      state = .running(processID: process)
      begunLaunch = launch
      groups.insert(process)
    case .failed(launch, let reason): failure = reason
    case .ended(launch, let status, let leavesOthers):
      guard case .running(let process) = state else {
        failure = failure ?? "shell"
        return
      }
      if !leavesOthers { groups.remove(process) }
      state = .ended(ServiceProcess.End(status: status, instant: now, leavesOthers: leavesOthers))
    case nil:
      if isStarting { failure = failure ?? Self.hostFailure }
      lose(now: now)
    default: break
    }
  }

  /// Notes that another keeper takes over; reports of the one before count no more.
  ///
  /// - Returns: The number of the new keeper.
  mutating func changeKeeper(now: MonotonicInstant) -> Int {
    if keeper > 0 { lose(now: now) }
    keeper += 1
    return keeper
  }

  /// The shell has ended what there was, or its machine cannot be reached.
  private mutating func lose(now: MonotonicInstant) {
    groups = []
    if case .running = state { state = .ended(ServiceProcess.End(kind: .lost, instant: now)) }
  }
}
