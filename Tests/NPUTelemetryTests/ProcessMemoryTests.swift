import Foundation
import NPUTelemetry
import Synchronization
import TestSupport
import Testing

@Suite("The memory of processes", .timeLimit(.minutes(30)))
struct ProcessMemoryTests {
  /// Says what `ps` would.
  private final class Listing: CommandRunner {
    let end: CommandEnd
    let commands = Mutex<[[String]]>([])

    init(_ end: CommandEnd) { self.end = end }

    func run(_ command: [String], timeout: Duration, outputLimit: Int) async -> CommandEnd {
      commands.withLock { $0.append(command) }
      return end
    }
  }

  private static let listing = """
        1  11000 /sbin/init splash
     4242 204800 python3 -m vllm.entrypoints.openai.api_server --model /models/qwen
     4243 102400 python3 worker of vllm
    garbage
     -5    abc x
    """

  @Test(
    "Another host is asked by ps, and all processes that match are added",
    arguments: [("vllm", 300 << 20), ("4243", 100 << 20), ("api_server", 200 << 20), ("424", nil), ("nginx", nil)]
      as [(String, Int?)])
  func remote(_ selector: String, _ bytes: Int?) async throws {
    let runner = Listing(CommandEnd(.exited(status: 0), output: Array(Self.listing.utf8)))
    let memory = ProcessMemory([.init(selector)], on: ["ssh", "host"], runner: runner)
    #expect(try await memory.read()[selector] == bytes)
    #expect(runner.commands.withLock(\.self) == [["ssh", "host", "ps", "-eo", "pid=,rss=,args="]])
  }

  @Test("A host that cannot be asked is a gap with its reason")
  func gaps() async throws {
    for (kind, gap) in [
      (CommandEnd.Kind.exited(status: 255), SampleGap.Kind.failed), (.timedOut, .timeout), (.stuck, .stuck),
      (.tooMuchOutput, .tooLarge), (.notStarted("no ssh"), .notStarted), (.cancelled, .cancelled),
    ] {
      let memory = ProcessMemory(
        [.init("x")], on: ["ssh"], runner: Listing(CommandEnd(kind, errors: Array("why".utf8))))
      let error = await #expect(throws: SampleGap.self) { try await memory.read() }
      #expect(error?.kind == gap)
    }
  }

  #if os(Linux)
    @Test("Processes of this host are found by number and by their command line; this one is not, by its own words")
    func local() async throws {
      let word = "soak-\(UInt64.random(in: 0...UInt64.max))"
      // It reads what nobody writes.
      let pipe = Pipe()
      let child = try ChildProcess("/bin/sh", ["-c", "read -r x", word], input: pipe.fileHandleForReading)
      defer { withExtendedLifetime(pipe) { child.send(SIGKILL) } }
      let own = "\(ProcessInfo.processInfo.processIdentifier)"
      let memory = ProcessMemory([.init(own), .init(word), .init("no-such-\(word)")])
      var read = try await memory.read()
      // It has its command line once it is the program and no longer a copy of this process.
      while read[word] == nil, child.isRunning { read = try await memory.read() }
      #expect((read[word] ?? 0) > 0)
      #expect((read[own] ?? 0) > 1 << 20)
      #expect(read.count == 2)
      #expect((ProcessMemory.ofThisProcess ?? 0) > 1 << 20)
    }
  #endif
}
