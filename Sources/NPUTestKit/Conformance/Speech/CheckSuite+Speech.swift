extension CheckSuite where Context == SpeechCheckContext {
  /// What a speech service must do: whole files, plausible lengths, voices, speeds, streams, and errors.
  public static var speech: CheckSuite {
    CheckSuite(
      "tts",
      checks: [
        .speak, .audible, .speechLength, .voiceChanges, .speedChanges, .speechPieces, .speechStreamEqualsWhole,
        .longText,
        .emptyText, .unknownVoice, .malformedSpeechJSON,
      ])
  }
}
