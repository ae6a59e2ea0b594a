import Foundation
import NPUTelemetry
import TestSupport
import Testing

@Suite("The runner of processes", .timeLimit(.minutes(30)), .serialized)
struct ProcessRunnerTests {
  private let runner = ProcessRunner()

  private func shell(_ script: String, timeout: Duration = .seconds(300), limit: Int = 1 << 20) async -> CommandEnd {
    await runner.run(["/bin/sh", "-c", script], timeout: timeout, outputLimit: limit)
  }

  @Test("gives output, errors and status of a program")
  func ordinary() async {
    let end = await shell("echo out; echo err >&2; exit 7")
    #expect(end == CommandEnd(.exited(status: 7), output: Array("out\n".utf8), errors: Array("err\n".utf8)))
    let signalled = await shell("kill -9 $$")
    #expect(signalled.kind == .signalled(9))
  }

  @Test(
    "looks for a program without a slash in PATH, and says what it does not find",
    arguments: ["no-such-npu-smi", "/no/such"])
  func search(_ name: String) async {
    #expect(await runner.run(["true"], timeout: .seconds(300), outputLimit: 10).kind == .exited(status: 0))
    let missing = await runner.run([name], timeout: .seconds(300), outputLimit: 10)
    switch missing.kind {
    case .notStarted(let reason): #expect(reason.contains(name))
    // env starts, and says itself what it did not find.
    case .exited(let status): #expect(status == 127 && !missing.errors.isEmpty)
    default: Issue.record("\(missing)")
    }
    #expect(await runner.run([], timeout: .seconds(300), outputLimit: 10).kind != .exited(status: 0))
  }

  @Test("keeps all of a large output, time and again")
  func large() async {
    for _ in 0..<5 {
      let end = await shell("head -c 700000 /dev/zero; echo end")
      #expect(end.kind == .exited(status: 0))
      #expect(end.output.count == 700_004)
      #expect(end.output.suffix(4) == Array("end\n".utf8)[...])
    }
  }

  @Test("ends a program that prints without end, and keeps what fits")
  func endless() async {
    let end = await shell("yes", limit: 1000)
    #expect(end.kind == .tooMuchOutput)
    #expect(end.output.count == 1000)
    let errors = await shell("head -c 500000 /dev/zero >&2")
    #expect(errors.kind == .exited(status: 0))
    #expect(errors.errors.count == 4096)
  }

  @Test("ends a program that hangs with everything it started, even what ignores SIGTERM")
  func hanging() async throws {
    let pipe = try NamedPipe()
    // The pipe has two writers, and its reader sees the end when both are gone.
    let handle = try pipe.openForReading()
    let script = "exec 3>\(pipe.path); (trap '' TERM; exec sleep 86400) & wait; sleep 86400"
    #expect(await shell(script, timeout: .seconds(2)).kind == .timedOut)
    #expect(try await pipe.readToEnd(of: handle).isEmpty)
    #expect(await shell("echo again").output == Array("again\n".utf8))
  }

  @Test("ends the program when the task is cancelled")
  func cancelled() async {
    let (started, starting) = AsyncStream.makeStream(of: Void.self)
    let runner = runner
    let task = Task {
      starting.yield()
      return await runner.run(["sleep", "86400"], timeout: .seconds(86400), outputLimit: 10)
    }
    for await _ in started { break }
    task.cancel()
    #expect(await task.value.kind == .cancelled)
    #expect(await shell("echo again").output == Array("again\n".utf8))
  }

  @Test("starts nothing while a program runs")
  func busy() async throws {
    let runner = runner
    let pipe = try NamedPipe()
    let reading = Task {
      await runner.run(["/bin/sh", "-c", "cat \(pipe.path)"], timeout: .seconds(300), outputLimit: 100)
    }
    // The open returns when the program has opened the other end: it runs.
    let handle = try await pipe.openForWriting()
    #expect(await shell("echo overlap").kind == .stuck)
    try handle.write(contentsOf: Data("done".utf8))
    try handle.close()
    #expect(await reading.value.output == Array("done".utf8))
  }
}
