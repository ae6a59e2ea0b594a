import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// The recordings of the checks of transcription, and their limits.
struct TranscriptionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A WAV file in English, with a .txt beside it.", valueName: "file"))
  var english: String?
  @Option(help: ArgumentHelp("A WAV file in Chinese, with a .txt beside it.", valueName: "file"))
  var chinese: String?
  @Option(help: ArgumentHelp("A WAV file in both languages, with a .txt beside it.", valueName: "file"))
  var mixed: String?
  @Option(
    help: ArgumentHelp("Speech service that makes the recordings.", valueName: "url"))
  var speechURL: String?
  @Option(help: ArgumentHelp("Highest word error rate that passes, 0 or more and less than 1.", valueName: "rate"))
  var maxWer = 0.2
  @Option(help: ArgumentHelp("Length of the long recording.", valueName: "seconds"))
  var longSeconds = 1800
  @Option(help: ArgumentHelp("Length of the file that is too long.", valueName: "seconds"))
  var oversizedSeconds = 3600
  @Option(help: ArgumentHelp("Size of the largest file that the service claims to accept.", valueName: "bytes"))
  var sizeLimit: Int?

  func validate() throws {
    try ValidationError.unless("--long-seconds", longSeconds, isIn: 1...36_000)
    try ValidationError.unless("--oversized-seconds", oversizedSeconds, isIn: 1...36_000)
    try ValidationError.unless("--size-limit", sizeLimit, isIn: 1...Int.max)
    // One error for each word lets any text pass.
    try ValidationError.unless("--max-wer", maxWer, isIn: 0..<1)
  }

  /// Reads what can be read without a service.
  func check() throws { for path in [english, chinese, mixed] { _ = try path.map(clip) } }

  var hasRecordings: Bool { english != nil || chinese != nil || mixed != nil }

  func configure(_ context: inout TranscriptionCheckContext) throws {
    context.english = try english.map(clip)
    context.chinese = try chinese.map(clip)
    context.mixed = try mixed.map(clip)
    context.errorLimit = maxWer
    context.longDuration = .seconds(longSeconds)
    context.oversizedSeconds = oversizedSeconds
    context.sizeLimit = sizeLimit
  }

  private func clip(_ path: String) throws -> TranscriptionCheckContext.Clip {
    guard let reference = try ReferenceText.read(beside: path) else {
      throw Failure.unreadable(ReferenceText.path(beside: path))
    }
    return TranscriptionCheckContext.Clip(wav: try InputFile.read(path), reference: reference)
  }
}
