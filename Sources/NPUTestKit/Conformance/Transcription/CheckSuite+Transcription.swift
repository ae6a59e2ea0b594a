extension CheckSuite where Context == TranscriptionCheckContext {
  /// What a transcription service must do: words, languages, times, long recordings, silence, streams and broken files.
  public static var transcription: CheckSuite {
    CheckSuite(
      "asr",
      checks: [
        .transcribe, .english, .chinese, .mixedLanguages, .language, .segments, .duration, .transcriptionStream,
        .silence,
        .longRecording, .emptyAudio, .corruptedAudio, .randomAudio, .oversizedAudio,
      ])
  }
}
