import Foundation
import NPUDeployment
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What ends, stops and revives a service, and what it leaves behind.
@Suite("Signals to a service process", .timeLimit(.minutes(15)))
struct ServiceSignalTests {
  /// A main process with a child in its group, one in a session of its own, and one that hides from its environment too.
  private static let tree = """
    echo $$ >>"$PIDS"
    sh -c 'echo $$ >>"$PIDS"; exec sleep 86400' &
    setsid sh -c 'echo $$ >>"$PIDS"; exec sleep 86400' &
    setsid env -i sh -c 'echo $$ >>"$0"; exec sleep 86400' "$PIDS" &
    wait
    """

  /// Starts the tree.
  ///
  /// - Returns: The service, and its processes with the main process first.
  private func startTree(on host: ServiceHost = .local) async throws -> (ServiceProcess, [SystemProcess]) {
    let list = try ProcessList()
    let service = scriptedService(Self.tree, environment: list.environment, on: host)
    try await service.start()
    let processes = try await list.started(4)
    let main = try #require(service.processID)
    return (service, processes.sorted { $0.identifier == main && $1.identifier != main })
  }

  @Test("SIGKILL ends the process alone, and a sweep names and ends what it left behind")
  func orphans() async throws {
    let (service, processes) = try await startTree()
    let orphans = processes.dropFirst()
    await service.kill()
    let end = try #require(await service.ended(within: .zero))
    #expect(end.kind == .signalled(9) && end.leavesOthers)
    #expect(end.description == "was ended by signal 9 and left other processes behind")
    #expect(!processes[0].isAlive)
    #expect(orphans.allSatisfy { $0.isAlive })
    let remnants = try await service.killGroup()
    #expect(Set(remnants.map(\.processID)) == Set(orphans.map(\.identifier)))
    #expect(remnants.allSatisfy { ["sleep", "sh"].contains($0.name) })
    #expect(!orphans.contains { $0.isAlive })
    #expect(try await service.killGroup().isEmpty)
    try await service.stop()
  }

  @Test("a sweep of a service that runs finds all of it")
  func sweep() async throws {
    let (service, processes) = try await startTree()
    let remnants = try await service.killGroup()
    #expect(Set(remnants.map(\.processID)).isSuperset(of: processes.map(\.identifier)))
    #expect(!processes.contains { $0.isAlive })
    #expect(service.processID == nil)
  }

  @Test("stopping ends all of it, what ignores SIGTERM included", arguments: [true, false])
  func stop(isStopped: Bool) async throws {
    let (service, processes) = try await startTree()
    if isStopped { try await service.suspend() }
    let end = try await service.stop(within: .seconds(600))
    #expect(end.kind == .signalled(15))
    #expect(!processes.contains { $0.isAlive })
    let stubborn = try ProcessList()
    let other = scriptedService(
      "trap '' TERM; echo $$ >>\"$PIDS\"; exec sleep 86400", environment: stubborn.environment)
    try await other.start()
    _ = try await stubborn.started(1)
    #expect(try await other.stop(within: .zero).kind == .signalled(9))
  }

  @Test("a service that ends on SIGTERM by itself has its own status")
  func orderlyStop() async throws {
    let list = try ProcessList()
    let service = scriptedService(
      "trap 'echo bye; exit 5' TERM; echo $$ >>\"$PIDS\"; while :; do sleep 86400 & wait; done",
      environment: list.environment)
    try await service.start()
    _ = try await list.started(1)
    #expect(try await service.stop(within: .seconds(600)).kind == .exited(status: 5))
    #expect(service.logTail.contains("bye\n"))
  }

  @Test("SIGSTOP holds the group, and SIGCONT lets it go on")
  func suspend() async throws {
    let (service, processes) = try await startTree()
    let group = processes.filter { $0.group == service.processID }
    #expect(group.count == 2)
    try await service.suspend()
    for process in group { try await process.wait { $0 == "T" } }
    #expect(service.processID == processes[0].identifier)
    try await service.resume()
    for process in group { try await process.wait { $0 != "T" } }
    #expect(processes.allSatisfy { $0.isAlive })
    try await service.stop()
  }

  @Test("a restart ends what there is, and starts another process", arguments: [true, false])
  func restart(afterKill: Bool) async throws {
    let list = try ProcessList()
    let service = scriptedService("echo $$ >>\"$PIDS\"; exec sleep 86400", environment: list.environment)
    try await service.start()
    let first = try await list.started(1)
    if afterKill { await service.kill() }
    try await service.restart(within: .seconds(600))
    let both = try await list.started(2)
    #expect(both.count == 2 && both.last?.identifier == service.processID)
    #expect(first.first?.isAlive == false && both.last?.isAlive == true)
    try await service.stop()
    try await service.start()
    #expect(try await list.started(3).last?.identifier == service.processID)
    try await service.stop()
  }

  @Test("nothing is left of a service that nobody holds any more")
  func released() async throws {
    let processes: [SystemProcess]
    do {
      let (service, started) = try await startTree()
      processes = started
      #expect(service.processID != nil)
    }
    for process in processes { try await process.ended() }
  }

  @Test("nothing is left of a service whose test process is killed", arguments: [SIGKILL, SIGTERM])
  func killed(signal: Int32) async throws {
    let list = try ProcessList()
    let variables: [String: String] = list.environment
    let tree: String = Self.tree
    await #expect(processExitsWith: .signal(signal)) {
      [variables = variables as [String: String], tree = tree as String, signal = signal as Int32] in
      let service = scriptedService(tree, environment: variables)
      try await service.start()
      let processes = try await ProcessList.started(4, variables["PIDS"] ?? "")
      try #require(processes.allSatisfy { $0.isAlive } && service.processID != nil)
      kill(getpid(), signal)
      // Another thread takes the signal.
      try await Task.sleep(for: .seconds(600))
    }
    for process in try await list.started(4) { try await process.ended() }
  }

  @Test("works the same on another machine, and ends with the connection")
  func remote() async throws {
    let folder = try TemporaryFolder()
    let (service, processes) = try await startTree(on: try StandInSSH.host(in: folder))
    try await service.suspend()
    try await processes[0].wait { $0 == "T" }
    let carrier = try #require(Int32(try folder.text("carrier").split(separator: "\n").first ?? ""))
    #expect(kill(carrier, SIGKILL) == 0)
    let end = try #require(await service.ended(within: .seconds(600)))
    // The stand-in's output still works, so that the last word of the shell may come.
    #expect([.lost, .signalled(9)].contains(end.kind))
    for process in processes { try await process.ended() }
    try await service.start()
    try await service.stop(within: .seconds(600))
  }

  @Test("says what another machine says that cannot be reached")
  func unreachable() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("echo 'ssh: connect to host npu-1: No route to host' >&2; exit 255\n", to: "ssh")
    let service = scriptedService("true", on: ServiceHost(command: ["/bin/sh", path, "npu-1"]))
    let error = await #expect(throws: ServiceProcessError.self) { try await service.start() }
    #expect(error?.kind == .host)
    #expect(error?.logTail.contains("No route to host") == true)
  }
}
