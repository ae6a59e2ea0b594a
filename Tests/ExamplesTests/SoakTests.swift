import Foundation
import NPUSimulator
import NPUTestKit
import TestSupport
import Testing

@Suite("soak", .serialized)
struct SoakTests {
  private static let behaviour = Behaviour(
    timeToFirstToken: .milliseconds(2), interTokenLatency: .milliseconds(1), outputTokens: 3)

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(
    _ arguments: [String], _ behaviour: Behaviour = behaviour, after prelude: String? = nil
  ) async throws -> Example.End {
    try await withSimulator(behaviour: behaviour) { simulator in
      try await Example.run("soak", ["--base-url", simulator.baseURL] + arguments, after: prelude)
    }
  }

  /// The numbers of the requests that have a line, over all files of the journal.
  private func indices(_ name: String = "j") throws -> [Int] {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix(name) }
    return try files.flatMap { file in
      try folder.text(file).split(separator: "\n").compactMap { line -> Int? in
        guard let object = try? JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)) else { return nil }
        return object["outcome"] == nil ? nil : object["index"]?.integer
      }
    }
  }

  @Test(
    "Soaks the simulator where no service is named, each kind of service alike",
    arguments: ["llm", "image", "asr", "tts", "tasks"])
  func kinds(service: String) async throws {
    let run = try await Example.run(
      "soak",
      ["--service", service, "--requests", "3"]
        + (["image", "tasks"].contains(service) ? ["--size", "64x64", "--steps", "1"] : []))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.first?.hasPrefix("Soaking the built-in simulator at http://127.0.0.1:") == true)
    #expect(run.output.contains("3 completed") && run.lines.contains("  pass"))
    #expect(run.errors.contains("window 0  3 ok  0 failed  \(service) p50"))
  }

  @Test("A mix has its shares, and each line of the journal its service")
  func mixed() async throws {
    let arguments = [
      "--service", "mixed", "--mix", "llm=8,asr=1,tts=1", "--requests", "60", "--concurrency", "4", "--json",
      "--journal", folder.file("j"),
    ]
    let run = try await run(arguments)
    #expect(run.status == 0, "\(run.errors)")
    let services = try #require(try run.json()["report"]?["services"]?.object)
    #expect(Set(services.keys) == ["llm", "asr", "tts"])
    #expect(try indices().sorted() == Array(0..<60))
    let text = try folder.text("j")
    #expect(text.contains(#""service":"asr""#))
  }

  @Test("Killed again and again, and gone on with, every request has one line and no more")
  func killed() async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      func arguments(_ requests: Int) -> [String] {
        [
          "--base-url", simulator.baseURL, "--requests", "\(requests)", "--concurrency", "3", "--pause", "0.02",
          "--window", "0.1", "--journal", folder.file("j"), "--resume", "--json",
        ]
      }
      var known: Set<Int> = []
      for part in 0..<4 {
        // More than it will ever come to, so that each is killed in the middle.
        let example = try Example("soak", arguments(1_000_000))
        // Wherever it is by then: before its first line, or in the middle of one.
        if part > 0 { try await example.says("window") }
        example.send(SIGKILL)
        let end = try await example.ending()
        #expect(end.wasKilled && end.status == SIGKILL, "\(end.errors)")
        let now = Set(try indices())
        #expect(now.isSuperset(of: known), "a line is gone: the soak began anew")
        known = now
      }
      let requests = known.count + 100
      let run = try await Example.run("soak", arguments(requests))
      #expect(run.status == 0, "\(run.errors)")
      let report = try run.json()
      #expect(report["completed"]?.integer == requests)
      // The first may have been killed before it began.
      #expect((4...5).contains(report["sessions"]?.integer ?? 0))
      #expect(try indices().sorted() == Array(0..<requests))
      let again = try await Example.run("soak", arguments(requests))
      #expect(again.status == 0)
      #expect(try again.json()["completed"]?.integer == requests)
      let replay = try await Example.run("llm-bench", ["--replay", folder.file("j"), "--json"])
      #expect(try replay.json()["completed"]?.integer == requests)
    }
  }

  @Test("Two soaks do not write to one journal: the second is refused, and the first goes on")
  func locked() async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let arguments = [
        "--base-url", simulator.baseURL, "--duration", "3600", "--pause", "0.01", "--window", "0.1", "--journal",
        folder.file("j"),
      ]
      let first = try Example("soak", arguments)
      try await first.says("window")
      // With one place, the third request comes when the second has its response.
      try await simulator.wait { $0.generations >= 3 }
      for more in [["--resume"], ["--overwrite"]] {
        let second = try await Example.run("soak", arguments + more)
        #expect(second.status == 2 && second.errors.contains("another soak writes to it"), "\(second.errors)")
      }
      let before = try indices().count
      first.send(SIGTERM)
      #expect(try await first.ending().status == 1)
      let all = try indices()
      #expect(all.count > before && all.count == Set(all).count)
    }
  }

  @Test("A process that cannot be read is told before the soak, in each window and in a verdict")
  func unreadProcess() async throws {
    let name = "vlm-\(UUID())"
    let run = try await run(["--requests", "3", "--process", name, "--json"])
    #expect(run.status == 0, "\(run.errors)")
    let reason = "no process matches '\(name)'"
    #expect(run.errors.contains("Warning: the memory of --process \(name) cannot be read: \(reason)"))
    #expect(run.errors.contains("process \(name) not read: \(reason)"))
    let verdicts = try run.json()["report"]?["verdicts"]?.array ?? []
    let found = verdicts.first { $0["target"]?.string == name }
    #expect(found?["outcome"]?.string == "undetermined" && found?["reason"]?.string?.contains(reason) == true)
  }

  @Test(
    "A signal ends it in good order: a report, a journal with its trailer, and status 1", arguments: [SIGTERM, SIGINT])
  func signal(number: Int32) async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let example = try Example(
        "soak",
        [
          "--base-url", simulator.baseURL, "--duration", "3600", "--window", "0.1", "--journal", folder.file("j"),
          "--json",
        ])
      try await example.says("window 1")
      // A soak that has completed nothing is no report: with one place, the third request comes after the second response.
      try await simulator.wait { $0.generations >= 3 }
      example.send(number)
      let end = try await example.ending()
      #expect(end.status == 1 && !end.wasKilled, "\(end.errors)")
      #expect(try end.json()["report"]?["end"]?.string == "stopped")
      #expect(try folder.text("j").hasSuffix("{\"complete\":false}\n"))
    }
  }

  @Test("A limit that is missed, and a rule that ends the soak, give 1; failures are told as they come")
  func limits() async throws {
    let broken = Self.behaviour.with {
      $0.fault = Fault(.status)
      $0.faultRate = 0.5
    }
    let missed = try await run(["--requests", "40", "--slo", "failure_rate<1%", "e2e:p50<900s"], broken)
    #expect(missed.status == 1)
    #expect(missed.errors.contains("failed: http_500"))
    #expect(missed.output.contains("fail objective: failure_rate"))
    let kept = try await run(["--requests", "40", "--slo", "failure_rate<99%"], broken)
    #expect(kept.status == 0, "\(kept.errors)")
    let stopped = try await run(
      ["--duration", "3600", "--window", "0.1", "--stop-failure-rate", "0.2", "--json"],
      Self.behaviour.with { $0.fault = Fault(.status) })
    #expect(stopped.status == 2, "nothing was completed")
    #expect(try stopped.json()["report"]?["end"]?.string == "rule")
    #expect(stopped.errors.contains("The soak ends: "))
  }

  @Test("Ten thousand refused connections a second give a readable result, and journal and log of bounded size")
  func refusedConnections() async throws {
    let run = try await Example.run(
      "soak",
      [
        "--service", "image", "--base-url", "http://127.0.0.1:9", "--request-rate", "10000", "--burstiness", "inf",
        "--requests", "5000", "--window", "0.1", "--journal", folder.file("j"), "--segment-size", "0.1",
        "--keep-segments", "2",
      ])
    #expect(run.status == 2, "\(run.errors)")
    #expect(run.output.contains("5000 failed (100.00 %)"))
    #expect(run.errors.split(separator: "\n").count { $0.contains("connection_refused") } <= 8)
    #expect(run.errors.contains("5000 in all"))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect((1...2).contains(files.count))
  }

  /// A stand-in of npu-smi whose memory in MB is an expression of the shell, n being how often it was called before.
  private func tool(memory: String) throws -> String {
    let table = """
      #!/bin/sh
      n=$(cat '\(folder.file("n"))' 2>/dev/null || echo 0); echo $((n + 1)) >'\(folder.file("n"))'
      cat <<END
      | npu-smi 24.1.rc2                 Version: 24.1.rc2                                             |
      +---------------------------+---------------+----------------------------------------------------+
      | NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
      | Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
      +===========================+===============+====================================================+
      | 2     910B4               | OK            | 100.0       40                0    / 0             |
      | 0                         | 0000:81:00.0  | 50          0    / 0          $((\(memory))) / 32768         |
      +===========================+===============+====================================================+
      END

      """
    let tool = try folder.write(table, to: "tool")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
    return tool
  }

  @Test(
    "The leak loop reads the chips after each generation, and judges what stays",
    arguments: [(0, nil, 0), (5, nil, 1), (5, "9", 0)] as [(Int, String?, Int32)])
  func leakLoop(growth: Int, limit: String?, status: Int32) async throws {
    let run = try await run(
      [
        "--service", "image", "--size", "64x64", "--steps", "1", "--leak-loop", "25", "--npu-command",
        "'\(try tool(memory: "3000 + n * \(growth)"))'", "--json",
      ] + (limit.map { ["--leak-loop-limit", $0] } ?? []))
    #expect(run.status == status, "\(run.errors)\(run.output)")
    #expect(try run.json()["completed"]?.integer == 25)
    #expect(run.errors.contains("chip 2/0 3000 MB"))
  }

  @Test("A leak loop that is interrupted is not whole")
  func interruptedLeakLoop() async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let example = try Example(
        "soak",
        [
          "--base-url", simulator.baseURL, "--leak-loop", "1000000", "--npu-command",
          "'\(try tool(memory: "3000 + n % 2"))'", "--json",
        ])
      // It says where the memory has changed: here each time.
      try await example.says("generation 40 ")
      example.send(SIGTERM)
      let end = try await example.ending()
      #expect(end.status == 1 && !end.wasKilled, "\(end.errors)")
      let report = try end.json()
      #expect(report["planned"]?.integer == 1_000_000 && (report["completed"]?.integer ?? 0) >= 29)
      #expect(report["verdicts"]?.array?.first?["outcome"]?.string == "pass")
    }
  }

  @Test("A disk that fills up is told, the soak goes on, and what was written is gone on with")
  func fullDisk() async throws {
    let arguments = ["--requests", "400", "--concurrency", "4", "--journal", folder.file("j"), "--json"]
    // In units of 512 bytes or of 1,024: room for some of the lines.
    let full = try await run(arguments, after: "trap '' XFSZ; ulimit -f 64")
    #expect(full.status == 2 && !full.wasKilled, "\(full.errors)")
    let report = try full.json()
    #expect(report["completed"]?.integer == 400)
    #expect(report["report"]?["journal_error"]?.string?.contains("cannot write") == true)
    let known = Set(try indices())
    #expect(known.count < 400)
    let whole = try await run(arguments + ["--resume"])
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(try indices().sorted() == Array(0..<400))
  }

  @Test("Another file is begun where one is full, and only as many are kept as were asked for")
  func segments() async throws {
    let run = try await run([
      "--requests", "300", "--concurrency", "4", "--window", "0.05", "--journal", folder.file("j"), "--segment-size",
      "0.01", "--keep-segments", "2", "--json",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files.count == 2, "\(files)")
    let again = try await self.run([
      "--requests", "300", "--concurrency", "4", "--journal", folder.file("j"), "--resume", "--json",
    ])
    #expect(try again.json()["completed"]?.integer == 300)
  }

  @Test(
    "A command line that cannot be meant gives 2 before anything is sent",
    arguments: [
      ["--resume"], ["--mix", "llm=1"], ["--service", "mixed", "--mix", "llm"],
      ["--service", "mixed", "--mix", "llm=0"],
      ["--service", "video"], ["--pause", "1", "--request-rate", "5"], ["--slo", "wer<1%"], ["--requests", "0"],
      ["--process-host", "ssh h"], ["--stop-failure-rate", "2"], ["--keep-segments", "2"], ["--max-wer", "0.1"],
      ["--steps", "5"], ["--leak-loop", "25"], ["--leak-loop-limit", "5"],
      ["--leak-loop", "25", "--npu", "--npu-leak-limit", "5"], ["--leak-loop", "25", "--npu", "--leak-limit", "5"],
      ["--leak-loop", "25", "--npu", "--latency-growth", "0.2"], ["--leak-loop", "25", "--npu", "--label", "a"],
      ["--endpoint", "/x"],
    ])
  func refused(arguments: [String]) async throws {
    let run = try await run(arguments)
    #expect(run.status == 2 && run.output.isEmpty, "\(run.output)")
  }

  @Test("An earlier soak is neither replaced nor gone on with by accident")
  func kept() async throws {
    let arguments = ["--requests", "5", "--journal", folder.file("j")]
    #expect(try await run(arguments).status == 0)
    let before = try folder.text("j")
    #expect(try await run(arguments).status == 2)
    let other = try await run(arguments + ["--resume", "--seed", "9"])
    #expect(other.status == 2 && other.errors.contains("holds another soak"))
    #expect(try folder.text("j") == before)
    #expect(try await run(arguments + ["--overwrite"]).status == 0)
  }
}
