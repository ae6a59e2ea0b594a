import ExampleSupport
import NPUTestKit
import ToolSupport

/// The services that are asked, and for which models.
struct AudioServices {
  /// The service of speech.
  let speech: ServiceConfiguration
  /// The service of transcription.
  let transcription: ServiceConfiguration
  /// The model of the service that is measured: in a round trip that of the speech.
  let model: String?
  /// The model that transcribes.
  private(set) var transcriptionModel: String?

  /// Finds the models that are not named, and warns of what is wrong with the services.
  init(_ tool: AudioBench, _ bench: ServiceBench) async throws {
    let (target, options, protocols) = (tool.target, tool.transcription, tool.protocols)
    let transcribesOnly = tool.measuresTranscription
    let other = transcribesOnly || tool.roundTrip ? try options.service(target) : nil
    let isOpenAI = transcribesOnly ? protocols.transcription == .openAI : protocols.speech == .openAI
    speech = bench.service
    transcription = other ?? bench.service
    model =
      isOpenAI
      ? try await bench.chooseModel(target.model, of: transcribesOnly ? transcription : speech) : target.model
    transcriptionModel = options.transcriptionModel ?? target.model ?? (other == nil || transcribesOnly ? model : nil)
    if let other, let exposure = target.exposure(of: other) { Console.note("Warning: \(exposure)") }
    if tool.roundTrip, protocols.transcription == .openAI,
      transcriptionModel == nil || options.transcriptionModel != nil
    {
      transcriptionModel = try await bench.chooseModel(transcriptionModel, of: transcription)
    }
  }
}

extension AudioBench {
  /// What is sent.
  ///
  /// - Parameters:
  ///   - transport: What carries it.
  ///   - services: The services.
  ///   - samples: The audio to transcribe.
  ///   - prompts: The texts to speak.
  ///   - watch: What examines the responses, if somebody does; of a round trip nobody does.
  /// - Returns: The workload.
  func workload(
    _ transport: any Transport, _ services: AudioServices, _ samples: [AudioSample], _ prompts: any PromptSource,
    _ watch: MediaWatch?
  ) -> any Workload {
    let errors = TranscriptErrors(transcription.normalizer ?? .automatic)
    let listener = TranscriptionClient(
      transport: transport, service: services.transcription, wireProtocol: protocols.transcription,
      route: measuresTranscription ? target.endpoint : nil)
    if measuresTranscription {
      var workload = TranscriptionWorkload(
        client: listener.recipe, pattern: transcription.pattern(model: services.model), samples: samples,
        streams: transcription.stream, errors: errors)
      workload.examiner = watch
      return workload
    }
    let speaker = SpeechClient(
      transport: transport, service: services.speech, wireProtocol: protocols.speech, route: target.endpoint,
      pcm: PCMFormat(sampleRate: speech.pcmRate))
    if roundTrip {
      return VoiceLoopWorkload(
        speech: speaker.recipe, speechPattern: speech.pattern(model: services.model), transcription: listener.recipe,
        transcriptionPattern: transcription.pattern(model: services.transcriptionModel), prompts: prompts,
        errors: errors)
    }
    var workload = SpeechWorkload(
      client: speaker.recipe, pattern: speech.pattern(model: services.model), prompts: prompts,
      jitterBuffer: .milliseconds(speech.jitterBuffer))
    workload.examiner = watch
    return workload
  }
}
