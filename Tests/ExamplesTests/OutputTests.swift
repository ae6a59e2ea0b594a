import Foundation
import NPUSimulator
import NPUTestKit
import TestSupport
import Testing

@Suite("What the tools write")
struct OutputTests {
  /// A stream that cannot be written to.
  enum Broken: String, CaseIterable {
    /// A device that is full.
    case full
    /// None at all: what is opened next must not take its place.
    case closed
    /// A pipe whose reader has left.
    case left

    /// What a shell makes of it, before the command and behind it.
    func redirection(_ stream: Int) -> (before: String, behind: String) {
      switch self {
      case .full: ("", "\(stream)>/dev/full")
      case .closed: ("", "\(stream)>&-")
      case .left: ("mkfifo p && exec 8<>p 9>p 8<&- &&", "\(stream)>&9 9>&-")
      }
    }
  }

  /// Runs a tool with a broken stream; the other is kept in a file.
  private func run(
    _ name: String, _ arguments: [String], _ broken: Broken, stream: Int, in folder: TemporaryFolder
  ) async throws -> (status: Int32, wasKilled: Bool, other: String) {
    let words = ([try Example.path(of: name)] + arguments).map { "'\($0.replacing("'", with: "'\\''"))'" }
    let (before, behind) = broken.redirection(stream)
    let line = "\(before) exec \(words.joined(separator: " ")) \(behind) \(3 - stream)>other"
    let end = try await ChildProcess("/bin/sh", ["-c", line], in: folder.path).ended()
    return (end.status, end.wasKilled, try folder.text("other"))
  }

  @Test(
    "A result that cannot be printed gives 2 and says why, after the files", arguments: Tool.names, Broken.allCases)
  func brokenOutput(name: String, broken: Broken) async throws {
    let folder = try TemporaryFolder()
    let tool = try Tool.named(name, in: folder)
    let file = tool.outputs.last
    let arguments = file.map { tool.arguments(writing: $0, to: folder.file("result")) } ?? tool.arguments
    let ending = try await run(name, arguments, broken, stream: 1, in: folder)
    #expect(!ending.wasKilled)
    #expect(ending.status == 2, "\(ending.other)")
    let reason = ["full": "No space left", "closed": "it is closed", "left": "Broken pipe"][broken.rawValue] ?? ""
    #expect(ending.other.contains("\(name): standard output cannot be written: \(reason)"), "\(ending.other)")
    #expect(!ending.other.contains("Error Domain"))
    if file != nil { #expect(try !folder.text("result").isEmpty) }
  }

  @Test("Help that cannot be printed gives 2", arguments: Tool.names)
  func brokenHelp(name: String) async throws {
    let folder = try TemporaryFolder()
    let ending = try await run(name, ["--help"], .full, stream: 1, in: folder)
    #expect(ending.status == 2)
    #expect(!ending.wasKilled)
    #expect(ending.other.contains("standard output cannot be written"), "\(ending.other)")
  }

  @Test("Notes that cannot be written are dropped", arguments: Tool.names, Broken.allCases)
  func brokenErrors(name: String, broken: Broken) async throws {
    // It serves until it is ended.
    guard name != "npu-simulator" else { return }
    let folder = try TemporaryFolder()
    let tool = try Tool.named(name, in: folder)
    let ending = try await run(name, tool.arguments, broken, stream: 2, in: folder)
    #expect(!ending.wasKilled)
    #expect(ending.status == 0, "\(ending.other)")
    #expect(ending.other.contains("\n"))
    let wrong = try await run(name, ["--no-such-flag"], broken, stream: 2, in: try TemporaryFolder())
    #expect(wrong.status == 2)
    #expect(!wrong.wasKilled)
  }

  @Test("A command line that cannot be meant gives 2 and one message on standard error", arguments: Tool.names)
  func usage(name: String) async throws {
    let ending = try await Example.run(name, ["--no-such-flag"])
    #expect(ending.status == 2)
    #expect(ending.output == "")
    #expect(ending.errors.contains("Usage: \(name)"), "\(ending.errors)")
  }

  @Test("A file that cannot be made gives 2 before anything is asked, and names it", arguments: Tool.writers)
  func unwritable(name: String) async throws {
    let folder = try TemporaryFolder()
    let tool = try Tool.named(name, in: folder)
    for flag in tool.outputs {
      let path = folder.file("none/file")
      let ending = try await Example.run(name, tool.arguments(writing: flag, to: path))
      #expect(ending.status == 2, "\(flag)")
      #expect(ending.errors.contains(path), "\(flag): \(ending.errors)")
      #expect(ending.output == "", "\(flag): \(ending.output)")
      let other = try await Example.run(name, tool.arguments(writing: flag, to: folder.path))
      #expect(other.status == 2, "\(flag)")
      #expect(other.errors.contains(folder.path), "\(flag): \(other.errors)")
      for word in ["Error Domain", "errno: "] { #expect(!(ending.errors + other.errors).contains(word)) }
    }
  }

  @Test("Each file is written through a symbolic link, into a pipe, and else for its owner", arguments: Tool.writers)
  func through(name: String) async throws {
    let folder = try TemporaryFolder()
    let tool = try Tool.named(name, in: folder)
    for flag in tool.outputs {
      let (link, target, pipe) = (folder.file(flag + "-l"), folder.file(flag + "-t"), folder.file(flag + "-p"))
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
      let ending = try await Example.run(name, tool.arguments(writing: flag, to: link))
      #expect(ending.status == 0, "\(flag): \(ending.errors)")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
      let content = try Data(contentsOf: URL(filePath: target))
      #expect(!content.isEmpty)
      if !["--heatmap", "--csv", "--log", "--npu-log"].contains(flag) {
        let permissions = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int
        #expect(permissions == 0o600, "\(flag)")
      }

      try #require(unsafe mkfifo(pipe, 0o600) == 0)
      let reader = unsafe open(pipe, O_RDONLY | O_NONBLOCK)
      let piped = try await Example.run(name, tool.arguments(writing: flag, to: pipe))
      #expect(piped.status == 0, "\(flag): \(piped.errors)")
      let type = try FileManager.default.attributesOfItem(atPath: pipe)[.type] as? FileAttributeType
      #expect(type != .typeRegular)
      let read = FileHandle(fileDescriptor: reader, closeOnDealloc: true).readDataToEndOfFile()
      #expect(read.prefix(4) == content.prefix(4), "\(flag)")
    }
  }

  @Test("A report on standard output by its other name does not write over what stands there")
  func standardOutput() async throws {
    let ending = try await Bench.run(["--markdown", "/dev/stdout"])
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(ending.output.contains("\n| "))
    #expect(Bench.table(ending).count > 20)
  }

  @Test(
    "A report whose place is gone after the run goes to standard output, and the status is 2", arguments: [0, 1, 2])
  func lost(kind: Int) async throws {
    let behaviour = Bench.behaviour.with {
      $0.fault = Fault(.stall)
      $0.faultRequests = [1]
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let folder = try TemporaryFolder()
      try FileManager.default.createDirectory(atPath: folder.file("f"), withIntermediateDirectories: true)
      let place = folder.file("f/file")
      let output =
        kind == 2
        ? ["--save-result", "--result-dir", folder.file("f"), "--result-filename", "r"] : ["--markdown", place]
      let bench = try Example(
        "llm-bench",
        ["--base-url", simulator.baseURL, "--dataset-name", "fixed", "--max-concurrency", "1", "--num-prompts", "2"]
          + output + (kind == 1 ? ["--json"] : []))
      try await simulator.wait { $0.generations == 2 && $0.active == 1 }
      try FileManager.default.removeItem(atPath: folder.file("f"))
      bench.send(SIGINT)
      let ending = try await bench.ending()
      #expect(!ending.wasKilled)
      #expect(ending.status == 2)
      #expect(ending.errors.contains(kind == 2 ? folder.file("f/r") : place), "\(ending.errors)")
      #expect(ending.errors.contains("tandard output has"), "\(ending.errors)")
      switch kind {
      case 0: #expect(ending.output.contains("\n| "))
      case 1: _ = try ending.json()
      default: #expect(ending.output.contains("\"mean_ttft_ms\""))
      }
    }
  }
}

extension OutputTests {
  @Test(
    "A journal or a log that breaks off in the run takes nothing away, is named, and gives 2",
    arguments: ["journal", "npu-log"])
  func brokenOff(kind: String) async throws {
    let behaviour = Bench.behaviour.with {
      $0.fault = Fault(.stall)
      $0.faultRequests = [1]
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let folder = try TemporaryFolder()
      let chips = try folder.write("NPU ID : 0\nHealth : OK\n", to: "chips.txt")
      let pipe = folder.file("pipe")
      try #require(unsafe mkfifo(pipe, 0o600) == 0)
      let reader = unsafe open(pipe, O_RDONLY | O_NONBLOCK)
      let bench = try Example(
        "llm-bench",
        [
          "--base-url", simulator.baseURL, "--dataset-name", "fixed", "--max-concurrency", "1", "--num-prompts", "2",
          "--json", "--markdown", folder.file("m"), "--\(kind)", pipe,
        ] + (kind == "npu-log" ? ["--npu-command", "cat '\(chips)'", "--npu-interval", "0.05"] : []))
      try await simulator.wait { $0.generations == 2 && $0.active == 1 }
      close(reader)
      bench.send(SIGINT)
      let ending = try await bench.ending()
      #expect(!ending.wasKilled)
      #expect(ending.status == 2, "\(ending.errors)")
      #expect(ending.errors.contains("llm-bench: \(pipe): cannot write"), "\(ending.errors)")
      #expect(ending.errors.contains("Broken pipe"), "\(ending.errors)")
      #expect(try ending.json()["completed"]?.integer == 1)
      #expect(try !folder.text("m").isEmpty)
    }
  }
}

@Suite("Files that are read and written")
struct SameFileTests {
  private static let pairs: [(String, [String], String, [String])] = [
    (
      "llm-bench", ["--dataset-name", "custom", "--dataset-path", "IN"], "--dataset-path", ["--journal", "--markdown"]
    ),
    ("llm-bench", ["--replay", "IN"], "--replay", ["--markdown"]),
    ("llm-bench", ["--image", "IN"], "--image", ["--journal"]),
    ("image-bench", ["--dataset-path", "IN"], "--dataset-path", ["--journal", "--markdown"]),
    ("task-bench", ["--dataset-path", "IN"], "--dataset-path", ["--journal", "--markdown"]),
    ("audio-bench", ["--audio", "IN"], "--audio", ["--journal", "--markdown"]),
    ("audio-check", ["--english", "IN"], "--english", ["--junit", "--markdown"]),
    ("llm-check", ["--base-url", "https://h", "--cacert", "IN"], "--cacert", ["--junit", "--markdown"]),
  ]

  @Test("are never the same, by whatever name", arguments: 0..<pairs.count, ["in", "./in", "link", "second"])
  func refused(number: Int, name: String) async throws {
    let (tool, arguments, input, outputs) = Self.pairs[number]
    let folder = try TemporaryFolder()
    let path = try folder.write("{\"prompt\": \"a\"}\n", to: "in")
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "in")
    try FileManager.default.linkItem(atPath: path, toPath: folder.file("second"))
    for output in outputs {
      let overwrite = output == "--journal" ? ["--overwrite"] : []
      let ending = try await Example.run(
        tool, arguments.map { $0 == "IN" ? path : $0 } + [output, folder.file(name)] + overwrite)
      #expect(ending.status == 2)
      #expect(ending.errors.contains("\(output) would write over"), "\(ending.errors)")
      #expect(ending.errors.contains(input), "\(ending.errors)")
    }
    #expect(try folder.text("in") == "{\"prompt\": \"a\"}\n")
  }

  @Test("nor are the text of a recording, a result file and a journal, a heat map and an image")
  func others() async throws {
    let folder = try TemporaryFolder()
    let (sound, text) = (try folder.write("RIFF", to: "a.wav"), try folder.write("said", to: "a.txt"))
    let (wave, words) = (try folder.write("RIFF", to: "b.wave"), try folder.write("said", to: "b.txt"))
    let outside = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(atPath: outside.file("link"), withDestinationPath: text)
    let image = try folder.write(try ImagePair(width: 16, height: 16, seed: 1, reach: 3).images.first, to: "a.png")
    let before = try Data(contentsOf: URL(filePath: image))
    let journal = try folder.write("{}\n", to: "j")
    for (tool, arguments, words) in [
      ("audio-bench", ["--audio", sound, "--markdown", text], ["--markdown", "--audio"]),
      ("audio-bench", ["--audio", wave, "--markdown", words], ["--markdown", "--audio"]),
      ("audio-bench", ["--audio-dir", folder.path, "--markdown", text], ["--markdown", "--audio-dir"]),
      (
        "audio-bench", ["--audio-dir", folder.path, "--markdown", outside.file("link")], ["--markdown", "--audio-dir"]
      ),
      (
        "llm-bench",
        ["--replay", journal, "--save-result", "--result-dir", folder.path, "--result-filename", "j", "--overwrite"],
        ["--result-filename", "--replay"]
      ),
      (
        "llm-bench",
        ["--journal", folder.file("n"), "--save-result", "--result-dir", folder.path, "--result-filename", "./n"],
        ["--result-filename", "--journal"]
      ),
      ("image-compare", [image, image, "--heatmap", folder.file("./a.png")], ["--heatmap", "one of the images"]),
    ] {
      let ending = try await Example.run(tool, arguments)
      #expect(ending.status == 2)
      for word in words { #expect(ending.errors.contains(word), "\(ending.errors)") }
    }
    #expect(try folder.text("a.txt") == "said")
    #expect(try folder.text("b.txt") == "said")
    #expect(try folder.text("j") == "{}\n")
    #expect(try Data(contentsOf: URL(filePath: image)) == before)
  }

  @Test("A text beside what is no recording is nobody's input")
  func textBesideJournal() async throws {
    let folder = try TemporaryFolder()
    let journal = folder.file("run.jsonl")
    #expect(try await Bench.run(["--journal", journal]).status == 0)
    let replay = try await Example.run("llm-bench", ["--replay", journal, "--markdown", folder.file("run.txt")])
    #expect(replay.status == 0, "\(replay.errors)")
    #expect(try folder.text("run.txt").contains("TTFT"))
  }

  @Test(
    "No file or folder is made or emptied for a command line that is refused",
    arguments: [
      ["--num-prompts", "0"], ["--dataset-name", "custom", "--dataset-path", "/nonexistent"], ["--slo", "nope<1"],
      ["--metrics-url", "nonsense"], ["--base-url", "http://127.0.0.1:9"], ["--result-filename", "x/y"],
    ])
  func sideEffects(arguments: [String]) async throws {
    let folder = try TemporaryFolder()
    let old = try folder.write("old", to: "j")
    let ending = try await Example.run(
      "llm-bench",
      [
        "--journal", old, "--overwrite", "--npu-command", "true", "--npu-log", folder.file("n"), "--save-result",
        "--result-dir", folder.file("results"), "--markdown", folder.file("m"),
      ] + arguments)
    #expect(ending.status == 2, "\(ending.output)")
    #expect(try folder.text("j") == "old")
    // The folder is made last, before the file in it is tried and the watching begins.
    let isReached = ["--metrics-url", "--result-filename"].contains(arguments.first)
    let names = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    #expect(names.subtracting(isReached ? ["results"] : []) == ["j"], "\(names)")
  }
}
