import ArgumentParser
import ExampleSupport
import Foundation
import NPUMetrics
import NPUTestKit
import ToolSupport

/// What is asked of the services.
struct SoakContentOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What is asked, or what images show. Can be repeated; of --service mixed it is what the language model is asked.",
      valueName: "text"))
  var prompt: [String] = []
  @Option(help: ArgumentHelp("Most tokens of a response of the language model.", valueName: "count"))
  var outputLen = 128
  @Option(help: ArgumentHelp("Width and height of images in pixels.", valueName: "WIDTHxHEIGHT"))
  var size = PixelSize(width: 512, height: 512)
  @Option(help: ArgumentHelp("Denoising steps of images.", valueName: "count")) var steps = 20
  @Flag(help: "Decode the pixels of every PNG; other formats then fail. Structure and size are checked in any case.")
  var decode = false
  @Option(
    name: .customLong("audio"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "WAV files to transcribe; a file of the same name ending in .txt is the reference. Default: generated ones, "
        + "without words.", valueName: "file"))
  var audio: [String] = []
  @Option(help: ArgumentHelp("Language that is spoken, such as zh.", valueName: "code")) var language: String?
  @Option(
    help: ArgumentHelp(
      "Highest word error rate of one transcription that counts as right.", valueName: "rate"))
  var maxWer = 0.5
  @Option(help: ArgumentHelp("Longest wait between two looks at a task.", valueName: "seconds"))
  var pollLongest = 2.0
  @Option(help: ArgumentHelp("Time after which a task counts as stuck.", valueName: "seconds"))
  var deadline = Seconds(600)

  func validate() throws {
    try ValidationError.unless("--output-len", outputLen, isIn: 1...1_000_000)
    try ValidationError.unless("--steps", steps, isIn: 1...100_000)
    try ValidationError.unless("--max-wer", maxWer, isIn: 0...Double.greatestFiniteMagnitude)
    try ValidationError.unless("--poll-longest", pollLongest, isIn: 0.001...3600)
    try ValidationError.unless("--deadline", deadline.number, isAbove: 0, unit: "seconds")
  }
}

extension SoakContentOptions {
  private static let questions = [
    "Summarize AI.", "Why is the sky blue?", "Name three uses of an NPU.", "Tell of the sea in two sentences.",
  ]
  private static let subjects = [
    "a lighthouse on a cliff at dawn, oil painting", "a steam train in the snow, wide angle",
    "a bowl of lemons on a blue cloth, still life", "a paper kite over a green valley, watercolor",
  ]
  private static let sentences = [
    "The quick brown fox jumps over the lazy dog.", "Please call me back after nine in the morning.",
    "All of the samples were taken before the first rain of the year.",
  ]

  /// The prompts of a service; those of the command line go to the one that is meant.
  private func prompts(_ own: [String], isMeant: Bool) throws -> PromptList {
    try PromptList((isMeant && !prompt.isEmpty ? prompt : own).map { Prompt(.text($0)) })
  }

  /// What is sent to a service.
  ///
  /// - Parameters:
  ///   - kind: The service.
  ///   - service: Where it listens.
  ///   - transport: What carries the requests.
  ///   - options: What the services speak.
  ///   - model: The model that is asked for, where the protocol has one.
  ///   - isAlone: Whether it is the only one.
  ///   - seed: Decides when tasks are looked at.
  /// - Returns: The workload.
  /// - Throws: What keeps requests from being made.
  func workload(
    _ kind: SoakServiceKind, _ service: ServiceConfiguration, over transport: any Transport,
    _ options: SoakServiceOptions, model: String?, isAlone: Bool, seed: UInt64
  ) throws -> any Workload {
    switch kind {
    case .llm:
      let pattern = ChatRequest(
        model: model, messages: [], sampling: SamplingParameters(maxTokens: outputLen), streamOptions: .usage)
      return ChatWorkload(
        service: service, pattern: pattern, prompts: try prompts(Self.questions, isMeant: true))
    case .image:
      let client = ImageClient(transport: transport, service: service, wireProtocol: options.imageProtocol)
      let pattern = ImageRequest(
        prompt: nil, model: options.imageProtocol == .openAI ? model : nil, width: size.width, height: size.height,
        steps: steps)
      return ImageWorkload(
        client: client.recipe, pattern: pattern, prompts: try prompts(Self.subjects, isMeant: isAlone),
        decodesPixels: decode)
    case .asr:
      let client = TranscriptionClient(
        transport: transport, service: service, wireProtocol: options.audioProtocols.transcription)
      let pattern = TranscriptionRequest(audio: .bytes([]), model: model, language: language)
      return TranscriptionWorkload(client: client.recipe, pattern: pattern, samples: try samples())
    case .tts:
      let client = SpeechClient(transport: transport, service: service, wireProtocol: options.audioProtocols.speech)
      let pattern = SpeechRequest(text: "", model: model, format: SpeechRequest.AudioFormat(rawValue: "wav"))
      return SpeechWorkload(
        client: client.recipe, pattern: pattern, prompts: try prompts(Self.sentences, isMeant: isAlone))
    case .tasks:
      let client = TaskClient(transport: transport, service: service)
      let policy = PollingPolicy(
        first: .milliseconds(200), multiplier: 1.5, longest: .seconds(pollLongest), jitter: 0.1,
        deadline: deadline.duration, seed: seed)
      return TaskWorkload(
        client: client.recipe,
        pattern: TaskRequest(prompt: nil, resolution: "\(size)", steps: steps, imagesPerPrompt: 1),
        prompts: try prompts(Self.subjects, isMeant: isAlone), policy: policy)
    }
  }

  private func samples() throws -> [AudioSample] {
    guard audio.isEmpty else {
      return try audio.map { path in
        let text = try? String(contentsOfFile: ReferenceText.path(beside: path), encoding: .utf8)
        return try AudioSample(path: path, reference: text?.trimmingCharacters(in: .whitespacesAndNewlines))
      }
    }
    return try (0..<4 as Range<UInt64>).map { seed in
      let clip = try AudioClip.toneBursts(seed: seed, .seconds(3))
      return try AudioSample(wav: try clip.wav(), name: "made-\(seed).wav")
    }
  }
}
