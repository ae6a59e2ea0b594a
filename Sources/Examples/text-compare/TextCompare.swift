import ArgumentParser
import Foundation
import NPUMetrics
import ToolSupport

/// Word and character error rate of a hypothesis against a reference, as for transcripts.
@main
struct TextCompare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text-compare", abstract: "Compare a text with its reference: WER, CER and what they are made of.",
    discussion: """
      Each file is one text in UTF-8. Exit status 0 when compared and printed, 2 when not; with --json standard \
      output then holds an object with the key error.
      """)

  enum Normalizer: String, ExpressibleByArgument, CaseIterable {
    case english, basic, none

    /// Takes the names of earlier versions too.
    init?(argument: String) {
      self.init(rawValue: argument.hasPrefix("whisper-") ? String(argument.dropFirst(8)) : argument)
    }

    func normalize(_ text: String) -> String {
      switch self {
      case .english: WhisperEnglishNormalizer().normalize(text)
      case .basic: WhisperBasicNormalizer().normalize(text)
      case .none: text
      }
    }
  }

  enum Unit: String, ExpressibleByArgument, CaseIterable { case scalar, grapheme }

  @Argument(help: "File of the reference, what was really said.")
  var reference: String
  @Argument(help: "File of the hypothesis, what the service heard.")
  var hypothesis: String
  @Option(help: "How both texts are made comparable: english and basic are those of Whisper.")
  var normalizer = Normalizer.none
  @Option(help: "What counts as a character.")
  var unit = Unit.scalar
  @Flag(help: "Print one JSON object.")
  var json = false

  static func main() async { await runAsTool() }

  func run() throws {
    try Failure.told(by: "text-compare", json: json) {
      let reference = normalizer.normalize(try text(of: reference))
      let hypothesis = normalizer.normalize(try text(of: hypothesis))
      do {
        try show(
          words: try ErrorRate.words(reference: reference, hypothesis: hypothesis),
          characters: try ErrorRate.characters(
            reference: reference, hypothesis: hypothesis, unit: unit == .scalar ? .scalar : .grapheme))
      } catch let error as TextMetricError {
        throw Failure(kind: error.kind.rawValue, message: error.message)
      }
    }
  }

  private func text(of path: String) throws -> String {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw Failure.unreadable(path)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(kind: "not_utf8", message: "\(path) is not UTF-8; convert it first.")
    }
    return text
  }

  private func show(words: EditCounts, characters: EditCounts) throws {
    guard json else {
      for (name, counts) in [("WER", words), ("CER", characters)] {
        try Console.line(
          "\(name) \(counts.errorRate)  hits \(counts.hits), substitutions \(counts.substitutions), "
            + "deletions \(counts.deletions), insertions \(counts.insertions)")
      }
      return
    }
    try Console.line(
      """
      {"wer":\(words.errorRate),"cer":\(characters.errorRate),"words":\(object(words)),\
      "characters":\(object(characters))}
      """)
  }

  private func object(_ counts: EditCounts) -> String {
    """
    {"hits":\(counts.hits),"substitutions":\(counts.substitutions),"deletions":\(counts.deletions),\
    "insertions":\(counts.insertions)}
    """
  }
}
