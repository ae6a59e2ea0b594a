import ArgumentParser
import Foundation
import NPUMetrics

/// Word and character error rate of a hypothesis against a reference, as for transcripts.
@main
struct TextCompare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text-compare", abstract: "Compare a text with its reference: WER, CER and what they are made of.",
    discussion: """
      Each file is one text in UTF-8. Exit status 0 when compared, 2 when not; with --json standard output then holds \
      an object with the key error.
      """)

  enum Normalizer: String, ExpressibleByArgument, CaseIterable {
    case whisperEnglish = "whisper-english"
    case whisperBasic = "whisper-basic"
    case none

    func normalize(_ text: String) -> String {
      switch self {
      case .whisperEnglish: WhisperEnglishNormalizer().normalize(text)
      case .whisperBasic: WhisperBasicNormalizer().normalize(text)
      case .none: text
      }
    }
  }

  enum Unit: String, ExpressibleByArgument, CaseIterable { case scalar, grapheme }

  @Argument(help: "File of the reference, what was really said.")
  var reference: String
  @Argument(help: "File of the hypothesis, what the service understood.")
  var hypothesis: String
  @Option(help: "How both texts are made comparable first.")
  var normalizer = Normalizer.none
  @Option(help: "What counts as a character.")
  var unit = Unit.scalar
  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    do {
      let reference = normalizer.normalize(try text(of: reference))
      let hypothesis = normalizer.normalize(try text(of: hypothesis))
      let words = try Failure.wrapping { () throws(TextMetricError) in
        try ErrorRate.words(reference: reference, hypothesis: hypothesis)
      }
      let characters = try Failure.wrapping { () throws(TextMetricError) in
        try ErrorRate.characters(
          reference: reference, hypothesis: hypothesis, unit: unit == .scalar ? .scalar : .grapheme)
      }
      show(words: words, characters: characters)
    } catch {
      if json { print(try error.line) }
      FileHandle.standardError.write(Data("text-compare: \(error.message)\n".utf8))
      throw ExitCode(2)
    }
  }

  private func text(of path: String) throws(Failure) -> String {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw Failure(
        kind: "unreadable_file", message: "\(path) cannot be read; is it a file, and may you read it?")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(kind: "not_utf8", message: "\(path) is not UTF-8; convert it first.")
    }
    return text
  }

  private func show(words: EditCounts, characters: EditCounts) {
    guard json else {
      for (name, counts) in [("WER", words), ("CER", characters)] {
        print(
          "\(name) \(counts.errorRate)  hits \(counts.hits), substitutions \(counts.substitutions), "
            + "deletions \(counts.deletions), insertions \(counts.insertions)")
      }
      return
    }
    print(
      """
      {"wer":\(words.errorRate),"cer":\(characters.errorRate),"words":\(object(words)),"characters":\(object(characters))}
      """)
  }

  private func object(_ counts: EditCounts) -> String {
    """
    {"hits":\(counts.hits),"substitutions":\(counts.substitutions),"deletions":\(counts.deletions),\
    "insertions":\(counts.insertions)}
    """
  }
}
