import ArgumentParser
import NPUTestKit

/// The voices and texts of the checks of speech.
struct SpeechOptions: ParsableArguments {
  @Option(
    name: .customLong("voice"),
    help: ArgumentHelp("A voice; two are compared. Default: those that the service lists.", valueName: "name"))
  var voices: [String] = []
  @Option(
    name: .customLong("text"),
    help: ArgumentHelp(
      "A text whose length is judged; can be repeated. Default: one English, one Chinese.", valueName: "text"))
  var texts: [String] = []

  /// What every request for a recording has besides its text.
  var pattern: SpeechRequest { SpeechRequest(text: "", voice: voices.first, format: .wav) }

  func configure(_ context: inout SpeechCheckContext) {
    context.voices = voices
    if !texts.isEmpty { context.texts = texts }
  }
}
