package import ArgumentParser
import DigestSupport
package import NPUTestKit
package import ToolSupport

/// Reads files of prompts, each with its digest.
package enum PromptFile {
  /// A custom file.
  package static func custom(_ path: String, shuffledBy seed: UInt64?) throws -> PromptList {
    var digest = ContentDigest()
    var list = try PromptList.jsonLines(path: path, shuffledBy: seed, observing: { digest.add($0) })
    list.dataset?.sha256 = digest.text
    return list
  }

  /// A ShareGPT file.
  package static func shareGPT(
    _ path: String, outputTokens: Int?, counter: (any TokenCounter)?, shuffledBy seed: UInt64?
  ) async throws -> PromptList {
    var digest = ContentDigest()
    var list = try await PromptList.shareGPT(
      path: path, outputTokens: outputTokens, counter: counter, shuffledBy: seed, observing: { digest.add($0) })
    list.dataset?.sha256 = digest.text
    return list
  }
}

/// The texts that a service of images, tasks or speech is given.
package struct TextOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("File with a prompt on each line: as it stands, or in JSON Lines.", valueName: "file"))
  package var datasetPath: String?
  @Flag(help: "Bring the prompts of the file into an order that --seed decides. Default: the order of the file.")
  package var shuffle = false

  package init() {}

  /// Which of the flags need or exclude which.
  ///
  /// - Parameter texts: The option that takes texts.
  /// - Returns: The rules.
  package static func rules(texts: String) -> [FlagRule] {
    [
      .needs(["--shuffle"], oneOf: ["--dataset-path"]),
      .excludes([texts], ["--dataset-path"], "both say what is sent"),
    ]
  }

  /// The prompts: of the file, or those that are given, or else some of the tool's own.
  ///
  /// - Parameters:
  ///   - given: Texts of the command line.
  ///   - own: Texts of the tool.
  ///   - purpose: What they are prompts of, for messages.
  ///   - seed: Decides the order where it is not that of the file.
  /// - Returns: The prompts.
  /// - Throws: ``PromptError`` for a file that cannot be used.
  package func prompts(given: [String], own: [String], of purpose: String, seed: UInt64) throws -> PromptList {
    if let datasetPath {
      let list = try PromptFile.custom(datasetPath, shuffledBy: shuffle ? seed : nil)
      try list.check(.text(of: purpose))
      return list
    }
    var list = try PromptList((given.isEmpty ? own : given).map { Prompt(.text($0)) })
    if given.isEmpty { list.dataset?.name = "built-in" }
    return list
  }
}
