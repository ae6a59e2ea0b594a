import Foundation
import NPUSimulator
import NPUTestKit
import TestSupport
import Testing

@Suite("npu-watch and npu-smi-simulator")
struct NPUWatchTests {
  /// What npu-watch makes of an output.
  private func parsed(_ output: String) async throws -> Example.End {
    let folder = try TemporaryFolder()
    let file = try folder.write(output, to: "output.txt")
    return try await Example.run("npu-watch", ["--parse", file, "--json"])
  }

  @Test(
    "A simulated table is one object with every key",
    arguments: ["device", "device-hugepages", "hbm", "hbm-hugepages", "physical-id", "wide", "950"])
  func table(layout: String) async throws {
    let run = try await Example.run("npu-smi-simulator", ["--layout", layout, "--cards", "2", "--load", "1", "info"])
    #expect(run.status == 0, "\(run.errors)")
    let ending = try await parsed(run.output)
    #expect(ending.status == 0)
    let object = try ending.json()
    #expect(
      Set(object.object?.keys.map { $0 } ?? [])
        == ["kind", "versions", "chips", "processes", "idle_npus", "values", "error", "diagnostics"])
    #expect(object["kind"]?.string == "info")
    #expect(object["error"] == .null)
    #expect(object["diagnostics"] == .array([]))
    let chip = try #require(object["chips"]?[0]?.object)
    #expect(
      Set(chip.keys) == [
        "npu_id", "chip_id", "name", "health", "power_w", "temperature_c", "aicore_percent",
        "npu_utilization_percent", "memory_used_mb",
        "memory_total_mb", "ddr_used_mb", "ddr_total_mb", "hbm_used_mb", "hbm_total_mb",
      ])
    #expect((chip["chip_id"] == .null) == (layout == "950"))
    #expect((chip["hbm_used_mb"] == .null) == layout.hasPrefix("device"))
    #expect(chip["health"]?.string == "OK")
  }

  @Test("The memory in use means one thing in the object of an output and in the log", arguments: ["device", "hbm"])
  func memory(layout: String) async throws {
    let output = try await Example.run(
      "npu-smi-simulator", ["--layout", layout, "--cards", "1", "--load", "1", "info"]
    ).output
    let folder = try TemporaryFolder()
    let file = try folder.write(output, to: "output.txt")
    let chip = try #require(try await parsed(output).json()["chips"]?[0])
    _ = try await Example.run(
      "npu-watch", ["--npu-command", "cat '\(file)'", "--count", "1", "--log", folder.file("log")])
    let logged = try #require(try folder.jsonLines("log").first?["chips"]?[0])
    let used = try #require(chip["memory_used_mb"]?.integer)
    #expect(used > 0)
    #expect(used == chip[layout == "device" ? "ddr_used_mb" : "hbm_used_mb"]?.integer)
    #expect(used == logged["memory_used_mb"]?.integer)
    #expect(chip["memory_total_mb"]?.integer == logged["memory_total_mb"]?.integer)
  }

  @Test("A failing driver is an error with its code, and the status is 2")
  func error() async throws {
    let run = try await Example.run("npu-smi-simulator", ["--fault", "driver-error", "info"])
    #expect(run.status == 187)
    let ending = try await parsed(run.output)
    #expect(ending.status == 2)
    let object = try ending.json()
    #expect(object["kind"]?.string == "error")
    #expect(object["error"]?["kind"]?.string == "initialization_failed")
    #expect(object["error"]?["code"]?.integer == -8005)
    #expect(object["error"]?["text"]?.string == "dcmi module initialize failed. ret is -8005")
    #expect(object["chips"] == .array([]))
  }

  @Test("Texts that are no output, and files that are not there, end with 2 and say why")
  func refusals() async throws {
    let ending = try await parsed("nothing of the kind")
    #expect(ending.status == 2)
    #expect(try ending.json()["error"]?["kind"]?.string == "unrecognized")
    let missing = try await Example.run("npu-watch", ["--parse", "/nonexistent/file"])
    #expect(missing.status == 2)
    #expect(missing.errors.contains("/nonexistent/file"))
  }

  @Test("Without --json there is a table for people")
  func people() async throws {
    let folder = try TemporaryFolder()
    let run = try await Example.run("npu-smi-simulator", ["--cards", "1", "--alarm-card", "0", "info"])
    let file = try folder.write(run.output, to: "output.txt")
    let ending = try await Example.run("npu-watch", ["--parse", file])
    #expect(ending.status == 0)
    #expect(ending.lines.contains { $0.hasPrefix("NPU  Chip  Name") })
    #expect(ending.lines.contains { $0.contains("910B3") && $0.contains("Alarm") })
    #expect(ending.lines.contains("idle: 0"))
  }

  @Test("A scenario keeps its beginning in a file, and takes options from the environment")
  func state() async throws {
    let folder = try TemporaryFolder()
    let file = folder.file("start")
    let environment = ["NPU_SMI_SIMULATOR": "--state \(file) --leak 600000 --cards 1"]
    let first = try await Example.run("npu-smi-simulator", ["info"], environment: environment)
    // A minute earlier than it was.
    let start = try #require(Double(try folder.text("start").trimmingCharacters(in: .whitespacesAndNewlines)))
    _ = try folder.write("\(start - 60)", to: "start")
    let second = try await Example.run("npu-smi-simulator", ["info"], environment: environment)
    let used = try await [first, second].asyncMap { run in
      try #require(try await parsed(run.output).json()["chips"]?[0]?["hbm_used_mb"]?.integer)
    }
    #expect(used[0] < used[1])
    #expect(used[1] == 65_536)
    _ = try folder.write("yesterday", to: "start")
    let torn = try await Example.run("npu-smi-simulator", ["info"], environment: environment)
    #expect(torn.status != 0)
    #expect(torn.errors.contains("yesterday"))
  }

  @Test("The file of the beginning may be a symbolic link, and is nothing but a file")
  func statePlaces() async throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "start")
    for _ in 0..<2 {
      let run = try await Example.run("npu-smi-simulator", ["--state", folder.file("link"), "info"])
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == "start")
    #expect(Double(try folder.text("start").trimmingCharacters(in: .whitespacesAndNewlines)) != nil)
    try #require(unsafe mkfifo(folder.file("pipe"), 0o600) == 0)
    for path in [folder.path, folder.file("pipe"), folder.file("none/start")] {
      let run = try await Example.run("npu-smi-simulator", ["--state", path, "info"])
      #expect(run.status == 2)
      #expect(run.errors.contains("npu-smi-simulator: \(path) "), "\(run.errors)")
      #expect(!run.errors.contains("Domain"))
    }
    #expect(Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["link", "start", "pipe"])
  }

  /// The path of an executable, for commands that others start.
  private func simulator(_ options: String) throws -> String {
    let path = try Example.path(of: "npu-smi-simulator")
    return "'\(path)' \(options)"
  }

  @Test("It watches: tables on its output, a line for each chip in a CSV file, one for each call in a log")
  func live() async throws {
    let folder = try TemporaryFolder()
    let run = try await Example.run(
      "npu-watch",
      [
        "--npu-command", try simulator("--cards 2 --load 1"), "--npu-interval", "0.05", "--count", "3",
        "--csv", folder.file("a.csv"), "--log", folder.file("a.jsonl"),
      ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.count { $0.hasPrefix("NPU  Chip  Name") } == 3)
    #expect(!run.output.contains("\u{1B}"))
    let csv = try folder.text("a.csv").split(separator: "\n")
    #expect(csv.count == 1 + 3 * 2)
    let log = try folder.jsonLines("a.jsonl")
    #expect(log.count == 3)
    #expect(log.allSatisfy { $0["chips"]?[1]?["aicore_percent"]?.integer == 95 })
  }

  @Test("A tool that never answers is an error of each call, and the status is 2")
  func liveFailure() async throws {
    let run = try await Example.run(
      "npu-watch",
      [
        "--npu-command", try simulator("--fault device-in-use"), "--npu-interval", "0.05", "--count", "2",
        "--json-lines",
      ])
    #expect(run.status == 2)
    #expect(run.errors.contains("-8020"))
    let lines = try run.lines.filter { !$0.isEmpty }.map {
      try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8))
    }
    #expect(lines.map { $0["gap"]?.string } == ["refused", "refused"])
  }

  @Test("An interrupt ends it well", arguments: [SIGINT, SIGTERM, SIGHUP])
  func interrupt(signal: Int32) async throws {
    let watch = try Example(
      "npu-watch", ["--npu-command", try simulator("--cards 1"), "--npu-interval", "0.05", "--json-lines"])
    _ = try await watch.firstLine()
    watch.send(signal)
    let ending = try await watch.ending()
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(!ending.wasKilled)
  }

  @Test(
    "The program that is asked ends with it, however it ends, with all that it started",
    arguments: [SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGABRT])
  func endsChildren(signal: Int32) async throws {
    let folder = try TemporaryFolder()
    // A path with a sign that env takes for a variable.
    let tool = try folder.write(
      "#!/bin/sh\necho $$ > \(folder.file("leader"))\nsleep 86400 &\n"
        + "echo $! > \(folder.file("other"))\nwait\n", to: "npu=smi")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
    let watch = try Example("npu-watch", ["--npu-command", "'\(tool)'", "--npu-timeout", "86400"])
    var numbers: [Int32] = []
    while numbers.count < 2 {
      numbers = ["leader", "other"].compactMap { (try? folder.text($0)).flatMap { Int32($0.dropLast()) } }
      try await Task.sleep(for: .milliseconds(10))
    }
    watch.send(signal)
    _ = try await watch.ending()
    // The shell that ends them may still be at it.
    for number in numbers { while Self.runs(number) { try await Task.sleep(for: .milliseconds(10)) } }
  }

  /// Whether there is a process of that number that has not ended; one that nobody has waited for has.
  private static func runs(_ number: Int32) -> Bool {
    guard kill(number, 0) == 0 else { return false }
    let status = (try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)) ?? ""
    return !status.contains(") Z ")
  }

  @Test("The simulated chips are as busy as a simulated service")
  func service() async throws {
    try await withSimulator(behaviour: Behaviour(timeToFirstToken: .seconds(600))) { simulator in
      let options = ["--metrics-url", simulator.baseURL + "/metrics", "--full-load", "2", "--cards", "1", "info"]
      func rate() async throws -> Int? {
        let run = try await Example.run("npu-smi-simulator", options)
        return try await parsed(run.output).json()["chips"]?[0]?["aicore_percent"]?.integer
      }
      #expect(try await rate() == 0)
      let transport = try CurlTransport()
      let chat = ChatClient(transport: transport, service: try ServiceConfiguration(simulator.baseURL))
      let waiting = Task { try await chat.complete(ChatRequest(model: "simulated-chat", messages: [.user("Hello")])) }
      try await simulator.wait { $0.active == 1 }
      #expect(try await rate() == 48)
      waiting.cancel()
      _ = await waiting.result
      transport.shutDown()
    }
  }

  @Test(
    "Output that cannot be written ends with 2 and says so",
    arguments: [
      ("npu-smi-simulator", "--cards 1 info"), ("npu-watch", "--parse FILE"), ("npu-watch", "--parse FILE --json"),
      ("npu-watch", "--npu-command 'cat FILE' --count 1"),
    ])
  func fullDevice(name: String, options: String) async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("NPU ID : 0\nHealth : OK\n", to: "output.txt")
    let command = "'\(try Example.path(of: name))' \(options.replacing("FILE", with: file))"
    let end = try await ChildProcess(
      "/bin/sh", ["-c", "exec \(command) > /dev/full 2> '\(folder.file("errors"))'"]
    ).ended()
    #expect(!end.wasKilled)
    #expect(end.status == 2)
    #expect(try folder.text("errors").contains("standard output cannot be written"))
  }

  @Test("Waves go on from one process to the next by the clock")
  func waves() async throws {
    // Half of a long wave is busy: which half it is now is told by the clock.
    let period = 1_000_000.0
    let phase = (Date().timeIntervalSince1970 / period).truncatingRemainder(dividingBy: 1)
    let run = try await Example.run("npu-smi-simulator", ["--load", "square:1000000", "--cards", "1", "info"])
    let rate = try await parsed(run.output).json()["chips"]?[0]?["aicore_percent"]?.integer
    #expect((try #require(rate) > 0) == (phase < 0.5))
  }

  @Test("What grows from a beginning needs one", arguments: [["--leak", "5"], ["--load", "ramp:60"]])
  func beginning(_ options: [String]) async throws {
    let run = try await Example.run("npu-smi-simulator", options + ["info"])
    #expect(run.status != 0)
    #expect(run.errors.contains("--state") && run.errors.contains("--elapsed"))
    let stated = try await Example.run("npu-smi-simulator", options + ["--elapsed", "60", "info"])
    #expect(stated.status == 0, "\(stated.errors)")
  }

  @Test("The CSV file and the log are two files")
  func equalPaths() async throws {
    let folder = try TemporaryFolder()
    let run = try await Example.run(
      "npu-watch", ["--csv", folder.file("a"), "--log", folder.path + "/./a", "--count", "1"])
    #expect(run.status != 0)
    #expect(run.errors.contains("--csv and --log"))
  }

  @Test("A hanging tool gives nothing until it is ended")
  func hang() async throws {
    let simulator = try Example("npu-smi-simulator", ["--fault", "hang", "info"])
    simulator.send(SIGTERM)
    let ending = try await simulator.ending()
    #expect(ending.wasKilled)
    #expect(ending.output.isEmpty)
  }
}

extension Array {
  fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async throws -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await transform(element)) }
    return values
  }
}
