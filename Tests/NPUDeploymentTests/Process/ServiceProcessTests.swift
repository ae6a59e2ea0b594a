import Foundation
import NPUDeployment
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("A service process", .timeLimit(.minutes(15)))
struct ServiceProcessTests {
  @Test("runs a program with its arguments, variables and folder, and keeps what it prints")
  func ordinary() async throws {
    let folder = try TemporaryFolder()
    let description = LaunchDescription(
      name: "printer", program: "sh",
      arguments: [
        "-c", #"printf "%s|" "$0" "$@" "$A" "$PWD"; cat; echo error >&2; exit 7"#, "it's", "two\nlines", "$x",
      ],
      environment: ["A": "a 'b'\nc"], workingFolder: folder.path)
    let service = ServiceProcess(description, log: folder.file("log"))
    #expect(service.state == .notStarted && service.processID == nil)
    try await service.start()
    let end = try #require(await service.ended(within: .seconds(600)))
    #expect(end.kind == .exited(status: 7))
    #expect(service.state == .ended(end))
    #expect(try folder.text("log") == "it's|two\nlines|$x|a 'b'\nc|\(folder.path)|error\n")
    #expect(service.logTail == (try folder.text("log")))
  }

  @Test("appends to the log, and shows no secret of it")
  func log() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("before\n", to: "log")
    var description = scriptedService("echo key=$SECRET_KEY; exit 1").description
    description.secrets = ["SECRET_KEY": "sesame-open"]
    description.readiness = ReadinessProbe(url: "http://127.0.0.1:9/health")
    let service = ServiceProcess(description, log: path)
    try await service.start()
    let error = await #expect(throws: ServiceProcessError.self) { try await service.waitUntilReady() }
    #expect(error?.kind == .endedEarly)
    #expect(error?.message == "script: it ended with status 1 before it was ready")
    #expect(error?.logTail == "before\nkey=<secret>\n")
    #expect(try folder.text("log") == "before\nkey=sesame-open\n")
  }

  @Test("gives the program no descriptor of this process, no signal that is ignored, no input, and no lower priority")
  func clean() async throws {
    let service = scriptedService(
      // A shell opens files for a pipeline, and blocks signals while it starts a program: neither is looked at.
      "ls /proc/$$/fd; nice; read -r x || echo end; exec grep -E 'Sig(Blk|Ign)' /proc/self/status")
    try await service.start()
    _ = await service.ended(within: .seconds(600))
    let log = service.logTail
    let priority = getpriority(Int32(PRIO_PROCESS.rawValue), id_t(getpid()))
    #expect(log.hasPrefix("0\n1\n2\n\(priority)\nend\nSigBlk:\t0000000000000000\nSigIgn:\t"), "\(log)")
    // Signals 32 and 33 are of the C library, and no program can reset them.
    let ignored = log.firstRange(of: "SigIgn:\t").flatMap { UInt64(log[$0.upperBound...].prefix(16), radix: 16) }
    #expect(ignored.map { $0 & 0x7FFF_FFFF } == 0, "\(log)")
  }

  @Test("is ready when its address says so")
  func ready() async throws {
    try await withSimulator { simulator in
      simulator.behaviour.healthStatus = 503
      let probe = ReadinessProbe(url: simulator.baseURL + "/health", interval: .milliseconds(1))
      let service = scriptedService("exec sleep 86400", readiness: probe)
      try await service.start()
      let waiting = Task { try await service.waitUntilReady() }
      try await simulator.wait { $0.completed >= 2 }
      simulator.behaviour.healthStatus = 200
      #expect(try await waiting.value > .zero)
      try await service.stop()
    }
  }

  @Test("says what it saw of a service that is not ready in time")
  func notReady() async throws {
    try await withSimulator { simulator in
      simulator.behaviour.healthStatus = 503
      let probe = ReadinessProbe(url: simulator.baseURL + "/health", timeout: .zero)
      let service = scriptedService("exec sleep 86400", readiness: probe)
      await #expect(throws: ServiceProcessError.self) { try await service.waitUntilReady() }
      try await service.start()
      let error = await #expect(throws: ServiceProcessError.self) { try await service.waitUntilReady() }
      #expect(error?.kind == .notReady)
      #expect(error?.message.contains("/health said 503 at last") == true)
      try await service.stop()
    }
  }

  @Test("notices an end while it waits, however long the interval")
  func endsWhileWaiting() async throws {
    try await Loopback.withUnusedPort { port in
      let probe = ReadinessProbe(url: "http://127.0.0.1:\(port)/", timeout: .seconds(86400), interval: .seconds(86400))
      let service = scriptedService("echo gone; read -r x; exit 3", readiness: probe)
      try await service.start()
      let waiting = Task { try await service.waitUntilReady() }
      let error = await #expect(throws: ServiceProcessError.self) { try await waiting.value }
      #expect(error?.kind == .endedEarly && error?.logTail.contains("gone") == true)
    }
  }

  @Test(
    "says why there is no process",
    arguments: [
      (LaunchDescription(name: "x", program: "no-such-program"), .notStarted, "no program no-such-program"),
      (LaunchDescription(name: "x", program: "/etc/passwd"), .notStarted, "no program /etc/passwd"),
      (LaunchDescription(name: "x", program: "true", workingFolder: "/no/such"), .notStarted, "no folder /no/such"),
      (LaunchDescription(name: "x", program: ""), .invalidDescription, "names no program"),
      (LaunchDescription(name: "x", program: "a\0b"), .invalidDescription, "NUL"),
      (
        LaunchDescription(name: "x", program: "true", environment: ["A B": ""]), .invalidDescription,
        "name of a variable"
      ),
      (
        LaunchDescription(name: "x", program: "true", files: [LaunchFile(path: "/proc/x/y", text: "")]), .notStarted,
        "/proc/x/y cannot be written"
      ),
    ] as [(LaunchDescription, ServiceProcessError.Kind, String)])
  func refused(description: LaunchDescription, kind: ServiceProcessError.Kind, words: String) async throws {
    let service = ServiceProcess(description)
    let error = await #expect(throws: ServiceProcessError.self) { try await service.start() }
    #expect(error?.kind == kind)
    #expect(error?.message.contains(words) == true, "\(error.debugDescription)")
    #expect(service.state == .notStarted)
  }

  @Test("refuses what the state does not allow")
  func wrongState() async throws {
    let service = scriptedService("exec sleep 86400")
    let noSuspend = await #expect(throws: ServiceProcessError.self) { try await service.suspend() }
    let noStop = await #expect(throws: ServiceProcessError.self) { try await service.stop() }
    #expect(noSuspend?.kind == .notRunning && noStop?.kind == .notRunning)
    await service.kill()
    try await service.start()
    let error = await #expect(throws: ServiceProcessError.self) { try await service.start() }
    #expect(error?.kind == .alreadyRunning)
    try await service.stop(within: .seconds(600))
    #expect(await service.ended(within: .zero)?.kind == .signalled(15))
  }

  @Test("a log that cannot be opened is an error")
  func logFailure() async throws {
    let service = scriptedService("true", log: "/no/such/folder/log")
    let error = await #expect(throws: ServiceProcessError.self) { try await service.start() }
    #expect(error?.kind == .log && error?.message.contains("/no/such/folder/log") == true)
  }

  @Test("writes files before the start, of any length, for their owner alone")
  func files() async throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: "it's \"$HOME\" \\n\n%s", count: 2000)
    let description = LaunchDescription(
      name: "files", program: "sh", arguments: ["-c", "cat conf/own.json; stat -c %a conf/own.json"],
      workingFolder: folder.path,
      files: [LaunchFile(path: "conf/own.json", text: text), LaunchFile(path: folder.file("other"), text: "")])
    let service = ServiceProcess(description, log: folder.file("log"))
    try await service.start()
    _ = await service.ended(within: .seconds(600))
    #expect(try folder.text("log") == text + "600\n")
    #expect(try folder.text("other").isEmpty)
  }
}
