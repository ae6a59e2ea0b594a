public import NPUServices

/// What the services of a drill speak.
public struct DrillProtocols: Sendable, Hashable {
  /// Speech to text.
  public var transcription: TranscriptionRequest.WireProtocol
  /// Text to speech.
  public var speech: SpeechRequest.WireProtocol
  /// Image generation.
  public var image: ImageRequest.WireProtocol

  /// Creates a set of protocols.
  public init(
    transcription: TranscriptionRequest.WireProtocol = .openAI, speech: SpeechRequest.WireProtocol = .openAI,
    image: ImageRequest.WireProtocol = .diffusers
  ) {
    self.transcription = transcription
    self.speech = speech
    self.image = image
  }
}
