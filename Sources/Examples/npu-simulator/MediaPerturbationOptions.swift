import ArgumentParser
import NPUSimulator
import ToolSupport

/// How images, transcriptions and speech differ from the true ones, by known amounts.
struct MediaPerturbationOptions: ParsableArguments {
  @Option(help: "Standard deviation of noise on an image, 0 to 255, the same for the same request.")
  var imageNoise: Double?
  @Option(help: "How much of an image is that of another seed, 0 to 1.") var imageBlend: Double?
  @Option(help: "By how many pixels an image is moved to the right.") var imageShift: Int?
  @Option(help: "Share of the images that noise, blend and shift change, 0 to 1.") var imageDistortedShare: Double?
  @Option(help: "Standard deviation of noise that is another one for every request for an image, 0 to 255.")
  var imageRunNoise: Double?
  @Option(help: "Share of the words of a transcription that are wrong, 0 to 1.") var mistakeRate: Double?
  @Option(help: "Standard deviation of noise on speech, of full scale 1, the same for the same text.")
  var speechNoise: Double?
  @Option(help: "Standard deviation of noise on speech that is another one for every request, of full scale 1.")
  var speechRunNoise: Double?
  @Option(help: "How much of the end of speech is missing, 0 to 1.") var speechCut: Double?
  @Option(help: "Factor of the pitch of speech, 0.5 to 2.") var speechPitch: Double?
}

extension MediaPerturbationOptions {
  func validate() throws {
    for (name, deviation) in [("--image-noise", imageNoise), ("--image-run-noise", imageRunNoise)] {
      try ValidationError.unless(name, deviation, isIn: 0...255)
    }
    try ValidationError.unless("--image-shift", imageShift, isIn: 0...8192)
    let shares = [
      ("--image-blend", imageBlend), ("--image-distorted-share", imageDistortedShare), ("--mistake-rate", mistakeRate),
      ("--speech-noise", speechNoise), ("--speech-run-noise", speechRunNoise), ("--speech-cut", speechCut),
    ]
    for (name, share) in shares { try ValidationError.unless(name, share, isIn: 0...1) }
    try ValidationError.unless("--speech-pitch", speechPitch, isIn: 0.5...2)
  }

  /// Changes a behaviour as far as the flags say.
  func apply(to behaviour: inout Behaviour) {
    behaviour.images.noise = imageNoise ?? behaviour.images.noise
    behaviour.images.blend = imageBlend ?? behaviour.images.blend
    behaviour.images.shift = imageShift ?? behaviour.images.shift
    behaviour.images.distortedShare = imageDistortedShare ?? behaviour.images.distortedShare
    behaviour.images.runNoise = imageRunNoise ?? behaviour.images.runNoise
    behaviour.audio.mistakeRate = mistakeRate ?? behaviour.audio.mistakeRate
    behaviour.audio.speechNoise = speechNoise ?? behaviour.audio.speechNoise
    behaviour.audio.speechRunNoise = speechRunNoise ?? behaviour.audio.speechRunNoise
    behaviour.audio.speechCut = speechCut ?? behaviour.audio.speechCut
    behaviour.audio.speechPitch = speechPitch ?? behaviour.audio.speechPitch
  }
}
