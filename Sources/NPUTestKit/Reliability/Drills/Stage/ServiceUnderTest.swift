/// The process of a service, as far as a drill lays hands on it.
///
/// ``FaultDrill`` needs one for the scenarios that kill, stop or restart. A process that was started by hand, a
/// container or a job of a cluster can conform.
public protocol ServiceUnderTest: Sendable {
  /// Ends the service at once, as `kill -9` does.
  func kill() async throws
  /// Stops it where it stands, as SIGSTOP does: alive, and doing nothing.
  func suspend() async throws
  /// Lets it go on, as SIGCONT does.
  func resume() async throws
  /// Starts it again, after it was killed or while it runs, and returns when it is ready.
  ///
  /// - Throws: What keeps it from becoming ready, in time.
  func restart() async throws
  /// Starts a second one in the same place, and waits for its end.
  ///
  /// - Parameter limit: After how long it is ended here.
  /// - Returns: How it ended; `nil` where a second one cannot be started.
  /// - Throws: What keeps it from being tried.
  func startSecond(within limit: Duration) async throws -> StartEnd?
  /// The end of what it wrote to its log.
  var logTail: String { get async }
}

extension ServiceUnderTest {
  /// Cannot be started twice.
  public func startSecond(within limit: Duration) async throws -> StartEnd? { nil }
  /// Nothing is known of a log.
  public var logTail: String { get async { "" } }
}

/// How a start ended that should have failed.
public struct StartEnd: Sendable, Hashable {
  /// The status of its exit; `nil` for one that had to be ended here.
  public var status: Int?
  /// What it wrote, or the end of it.
  public var output: String

  /// Creates an end.
  public init(status: Int?, output: String) {
    self.status = status
    self.output = output
  }
}

/// The way to a service, as far as a drill can break it: a proxy before it, or rules of a firewall.
public protocol NetworkPath: Sendable {
  /// The base address of the service by this way.
  var baseURL: String { get }
  /// Lets nothing through any more, in either direction, while connections stay open.
  func cut() async throws
  /// Lets requests through slowly.
  ///
  /// - Parameter bytesPerSecond: How fast.
  /// - Throws: What keeps it from being done.
  func trickle(bytesPerSecond: Int) async throws
  /// Lets everything through again.
  func restore() async throws
}

/// Commands of the tester that bring a fault about and take it away again.
public struct FaultCommand: Sendable, Hashable {
  /// The line for a shell that brings the fault about.
  public var inject: String
  /// The line that takes it away; `nil` where there is nothing to do.
  public var restore: String?

  /// Creates a command.
  public init(inject: String, restore: String? = nil) {
    self.inject = inject
    self.restore = restore
  }
}
