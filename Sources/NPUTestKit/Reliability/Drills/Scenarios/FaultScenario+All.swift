extension FaultScenario {
  /// Every ready-made scenario: the gentle ones first, those that take the service away last.
  public static let all: [FaultScenario] = [
    corruptedJSON, outOfMemoryTokens, oversizedBody, corruptedImage, oversizedImage, textOnly, corruptedAudio,
    emptyAudio,
    oversizedAudio, parallelAudio, parallelChats, slowReader, trickledUpload, disconnects, reconnectStorm,
    launcherMissing,
    projectMissing, portInUse, networkCut, deviceError, distributedFailure, stopAndContinue, restart, killAndRestart,
  ]

  /// The ready-made scenario of a name.
  public static func named(_ name: String) -> FaultScenario? { all.first { $0.id == name } }
}
