import ExampleSupport
import Testing
import ToolSupport

@testable import audio_bench
@testable import audio_check
@testable import audio_compare
@testable import batch_run
@testable import fault_drill
@testable import image_bench
@testable import image_check
@testable import image_compare
@testable import llm_bench
@testable import llm_check
@testable import llm_compare
@testable import modelarts_check
@testable import soak
@testable import task_bench

@Suite("Rules and lists of flags name what the tools have")
struct FlagListTests {
  private static let tables: [String: [FlagRule]] = [
    "audio-bench": AudioBench.rules, "audio-check": AudioCheck.rules, "audio-compare": AudioCompare.rules,
    "batch-run": BatchRun.rules, "fault-drill": FaultDrillTool.rules, "image-bench": ImageBench.rules,
    "image-check": ImageCheck.rules,
    "image-compare": ImageCompare.rules, "llm-bench": LLMBench.rules, "llm-check": LLMCheck.rules,
    "llm-compare": LLMCompare.rules, "soak": SoakTool.rules,
    "task-bench": TaskBench.rules,
  ]
  /// What rules that tools share name although one tool alone has them.
  private static let ofOneTool: Set = ["--npu-log", "--result-filename"]

  /// The flags of a help, or of the section of it that has a title.
  private static func flags(of help: String, section: String? = nil) -> [String] {
    var lines = help.split(separator: "\n", omittingEmptySubsequences: false)[...]
    if let section { lines = lines.drop { $0 != section + ":" }.prefix { !$0.isEmpty } }
    return lines.filter { $0.hasPrefix("  -") }.flatMap { line in
      // Two spaces end the names.
      let names = line.trimmingPrefix("  ").split(separator: "  ").first ?? ""
      return names.split { "/, ".contains($0) }.filter { $0.hasPrefix("--") }.map(String.init)
    }
  }

  @Test("A rule names only flags that its tool has", arguments: tables.keys.sorted())
  func rules(tool: String) async throws {
    let flags = Set(Self.flags(of: try await Example.run(tool, ["--help"]).output))
    let rules = try #require(Self.tables[tool])
    #expect(flags.contains("--base-url"))
    for flag in rules.flatMap({ $0.flags + $0.others }) where !Self.ofOneTool.contains(flag) {
      #expect(flags.contains(flag), "\(tool) has no \(flag)")
    }
  }

  @Test("A rule of a subcommand names only flags that it has")
  func subcommands() async throws {
    for (name, rules) in [("send", SendCommand.rules), ("sign", SignCommand.rules)] {
      let flags = Set(Self.flags(of: try await Example.run("modelarts-check", [name, "--help"]).output))
      #expect(flags.contains("--url"))
      for flag in rules.flatMap({ $0.flags + $0.others }) {
        #expect(flags.contains(flag), "modelarts-check \(name) has no \(flag)")
      }
    }
  }

  @Test(
    "The list of a group holds all its flags",
    arguments: [
      ("task-bench", "SERVICE", ServiceOptions.flags), ("task-bench", "LOAD", LoadOptions.flags),
      ("llm-bench", "PROMPTS", PromptOptions.flags),
    ])
  func lists(tool: String, section: String, list: [String]) async throws {
    let flags = Self.flags(of: try await Example.run(tool, ["--help"]).output, section: section)
    #expect(list.sorted() == flags.sorted())
  }

  @Test("Who asks for help gets it, whatever else is wrong", arguments: tables.keys.sorted())
  func help(tool: String) async throws {
    let run = try await Example.run(tool, ["--base-url", "http://h", "--insecure", "--help"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("USAGE: \(tool)"))
    #expect(run.errors.isEmpty)
  }
}
