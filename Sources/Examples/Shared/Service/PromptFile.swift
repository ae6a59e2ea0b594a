package import ArgumentParser
import NPUDigest
package import NPUTestKit
package import ToolSupport

/// Reads files of prompts, each with its digest.
package enum PromptFile {
  /// A custom file.
  package static func custom(_ path: String, shuffledBy seed: UInt64?) throws -> PromptList {
    var (digest, media) = (ContentDigest(), ContentDigest())
    var list = try PromptList.jsonLines(
      path: path, shuffledBy: seed, observing: { digest.add($0) }, observingMedia: { media.add($0) })
    list.dataset?.sha256 = digest.text
    if list.dataset?.mediaFiles.isEmpty == false { list.dataset?.mediaFiles[0].sha256 = media.text }
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

/// Reads files of images and sounds that go with prompts, with one digest for all of them.
package struct MediaFiles {
  private var digest = ContentDigest()
  private var paths: Set<String> = []
  private var bytes = 0

  package init() {}

  /// A file of an image.
  package mutating func image(_ path: String) throws -> ContentPart { try .image(try read(path), named: path) }

  /// A file of a sound.
  package mutating func sound(_ path: String) throws -> ContentPart { try .audio(try read(path), named: path) }

  /// What was read; `nil` if nothing was.
  package var description: DatasetDescription.MediaFiles? {
    paths.isEmpty ? nil : .init(count: paths.count, bytes: bytes, sha256: digest.text)
  }

  private mutating func read(_ path: String) throws -> [UInt8] {
    let file = try MediaFile.read(path)
    if paths.insert(path).inserted {
      bytes += file.count
      digest.add(file)
    }
    return file
  }
}

/// The texts that a service of images, tasks or speech is given.
package struct TextOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("File with one prompt per line, as plain text or as JSON Lines.", valueName: "file"))
  package var datasetPath: String?
  @Flag(help: "Shuffle the prompts of the file, as --seed decides. Default: the order of the file.")
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
