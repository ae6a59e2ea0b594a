extension Suite where Context == SpeechCheckContext {
  /// What a service of speech synthesis must do: whole files, plausible lengths, voices, speeds, streams, and errors.
  public static var speech: Suite {
    Suite(
      "tts",
      checks: [
        .speak, .audible, .spokenLength, .voiceChanges, .speedChanges, .speechPieces, .speechStreamEqualsWhole,
        .longText,
        .emptyText, .unknownVoice, .malformedSpeechJSON,
      ])
  }
}
