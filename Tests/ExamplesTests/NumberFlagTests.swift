import NPUTestKit
import Testing

@Suite("Every option that takes a number survives every number")
struct NumberFlagTests {
  /// What an integer, a double, a conversion between them or a sum can be broken by.
  private static let values = ["9223372036854775807", "-1", "0", "nan"]

  /// What some options are written like, with # for the number; the others take the number alone.
  private static let forms: [String: [String]] = [
    "--size": ["#x#"], "--default-size": ["#x#"], "--custom-size": ["#x#"], "--made-image-size": ["#x#"],
    "--load": ["#", "sine:#", "square:#"], "--slo": ["e2e:p99<#s", "e2e:p#<1s"], "--goodput": ["ttft:#"],
    "--metric-percentiles": ["#"],
  ]

  /// Placeholders of texts, which are not asked whether they take a number.
  private static let texts: Set = [
    "file", "folder", "url", "path", "text", "name", "names", "ids", "key", "tags", "key=value",
  ]

  /// What options need beside them in order to be used.
  private static func companions(_ tool: String, _ flag: String, _ folder: TemporaryFolder) throws -> [String] {
    let chips = ["--npu-command", "cat '\(folder.file("chips.txt"))'"]
    let stream = ["--mode", "speech", "--format", "pcm", "--delivery", "bytes"]
    return switch (tool, flag) {
    case (_, "--burstiness"): ["--request-rate", "1000"]
    case (_, "--ramp-up-start-rps"): ["--ramp-up-strategy", "linear", "--ramp-up-end-rps", "1000"]
    case (_, "--ramp-up-end-rps"): ["--ramp-up-strategy", "linear", "--ramp-up-start-rps", "1000"]
    case ("soak", "--segment-size"), ("soak", "--keep-segments"):
      ["--journal", folder.file("soak-\(UInt64.random(in: 0...UInt64.max))")]
    case ("soak", "--leak-loop"): chips
    case ("soak", "--leak-loop-limit"): chips + ["--leak-loop", "1"]
    case ("soak", "--steps"), ("soak", "--size"): ["--service", "image"]
    case ("soak", "--max-wer"): ["--service", "asr"]
    case ("soak", "--poll-longest"), ("soak", "--deadline"): ["--service", "tasks", "--size", "64x64", "--steps", "1"]
    case (_, "--metrics-interval"): ["--metrics-url", "http://127.0.0.1:1/metrics"]
    case ("llm-bench", "--images-per-prompt"): ["--made-image-size", "16x16"]
    case ("llm-bench", "--goodput"): ["--save-result", "--result-filename", folder.file("result.json"), "--overwrite"]
    case (_, _) where flag.hasPrefix("--npu-") && tool != "npu-watch": chips
    case ("llm-bench", _) where flag.hasPrefix("--random-"): ["--dataset-name", "random"]
    case ("audio-bench", "--pcm-rate"), ("audio-bench", "--jitter-buffer"): stream
    case ("audio-bench", "--max-wer"): ["--round-trip"]
    case ("audio-check", "--max-wer"), ("audio-check", "--size-limit"), ("audio-check", "--long-seconds"),
      ("audio-check", "--oversized-seconds"):
      ["--suite", "transcription", "--only", "asr.transcribe"]
    case ("audio-compare", "--max-distance"), ("audio-compare", "--sound-tolerance"),
      ("audio-compare", "--speech-seed"):
      ["--kind", "speech"]
    case (_, "--canary-share"), (_, "--alone-cases"): ["--quality"]
    case ("npu-plan", "--port"): ["--launch", "vllm"]
    case ("npu-simulator", "--corrupt-rate"): ["--corrupt", "loop"]
    case ("npu-simulator", "--fault-rate"): ["--fault", "status"]
    case ("npu-smi-simulator", "--full-load"): ["--metrics-url", "http://127.0.0.1:1/metrics"]
    case ("npu-smi-simulator", "--leak"): ["--elapsed", "10"]
    default: []
    }
  }

  /// What a simulator refuses that would never end by itself.
  private static let endless = ["--behaviour", "/nowhere/behaviour.json"]

  /// The command line with an option: of those that never end by themselves, one that is refused for another reason.
  private static func arguments(
    _ tool: Tool, _ flag: String, _ value: String, _ folder: TemporaryFolder
  ) throws -> [String] {
    let given = try companions(tool.name, flag, folder) + ["\(flag)=\(value)"]
    switch tool.name {
    case "npu-plan" where flag == "--free-hbm":
      return ["--check-environment", "--only", "free_memory", "--npu-smi", "/nowhere/npu-smi"] + given
    case "npu-plan" where flag == "--check-timeout":
      return ["--check-environment", "--only", "cpu_governor"] + given
    case "npu-simulator": return endless + given
    case "npu-watch": return tool.arguments + ["--log", "/nowhere/log"] + given
    case "npu-smi-simulator":
      return given + (flag == "--rounds" ? ["--fault", "driver-error", "info", "watch"] : ["info"])
    // The loop has a number of requests of its own.
    case "soak" where flag == "--leak-loop-limit": return given
    // Sound is either made or spoken.
    case "audio-compare" where given.contains("speech"):
      return ["--baseline-url", "http://h", "--candidate-url", "http://h", "--markdown", "/nowhere/m"] + given
    case "audio-bench" where given.contains("speech") || given.contains("--round-trip"):
      return ["--num-prompts", "1"] + given
    default: return tool.arguments + given
    }
  }

  /// The options of a tool that take a number, as it says itself.
  private static func numberFlags(_ tool: Tool) async throws -> [String] {
    let help = try await Example.run(tool.name, ["--experimental-dump-help"]).json()
    let options = try #require(help["command"]?["arguments"]?.array)
    let begin = ["npu-simulator": endless, "npu-smi-simulator": []][tool.name] ?? tool.arguments
    var flags: [String] = []
    for option in options where option["kind"]?.string == "option" && option["allValues"] == nil {
      guard let name = option["names"]?.array?.first?["name"]?.string else { continue }
      let flag = "--\(name)"
      if forms[flag] == nil {
        guard !texts.contains(option["valueName"]?.string ?? "") else { continue }
        let end = try await Example.run(tool.name, begin + ["\(flag)=x"])
        guard end.errors.contains("invalid for '\(flag)") else { continue }
      }
      flags.append(flag)
    }
    return flags
  }

  @Test("An absurd number is used or refused by the name of its option", arguments: Tool.names)
  func sweep(name: String) async throws {
    let folder = try TemporaryFolder()
    let tool = try Tool.named(name, in: folder)
    let flags = try await Self.numberFlags(tool)
    // The options of modelarts-check are those of its commands.
    #expect(["text-compare", "modelarts-check"].contains(name) == flags.isEmpty)
    let runs = flags.flatMap { flag in
      (Self.forms[flag] ?? ["#"]).flatMap { form in
        Self.values.map { (flag, form.replacing("#", with: $0)) }
      }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, (flag, value)) in runs.enumerated() {
        if index >= 3 { try await group.next() }
        group.addTask { try await Self.check(tool, flag, value, folder) }
      }
      try await group.waitForAll()
    }
  }

  private static func check(_ tool: Tool, _ flag: String, _ value: String, _ folder: TemporaryFolder) async throws {
    let end = try await Example.run(tool.name, try arguments(tool, flag, value, folder))
    let what: Comment = "\(tool.name) \(flag) \(value): status \(end.status): \(end.errors.suffix(600))"
    #expect(!end.wasKilled, what)
    // The exit status of npu-smi itself is its own.
    #expect((0...2).contains(end.status) || tool.name == "npu-smi-simulator", what)
    #expect(!end.errors.contains("Fatal error"), what)
    #expect(!end.errors.contains("\(flag) needs --"), "give it its companions: \(what)")
    guard end.status == 2 else { return }
    // Or it was used: there is a report, or the reason is the one that ends what never ends by itself.
    #expect(end.errors.contains(flag) || end.errors.contains("/nowhere/") || !end.output.isEmpty, what)
  }
}
