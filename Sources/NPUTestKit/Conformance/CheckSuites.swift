internal import NPUServices

// The suites of the kit: which checks each kind of service is asked, and in which order.

extension CheckSuite where Context == ServiceCheckContext {
  /// What can be asked of every inference service: is it there, and what does it have.
  public static var health: CheckSuite { CheckSuite("health", checks: [.healthReady, .healthModels]) }
}

extension CheckSuite where Context == LLMCheckContext {
  /// What an OpenAI-compatible server of a language model must do: routes, streams, parameters, errors, and many
  /// requests at once.
  public static var llm: CheckSuite {
    CheckSuite(
      "llm", prerequisite: .authorized,
      ordinaryRequest: { try await $0.readStream() },
      checks: [
        .healthReady, .models, .chat, .stream, .streamDone, .streamEqualsWhole, .streamUTF8, .multiTurn, .memory,
        .systemPrompt, .systemPromptFollowed, .stop, .stopStream, .maxTokens, .usage, .streamUsage, .logprobs, .tools,
        .toolsStream, .toolResult, .temperatureZero, .concurrent, .overlap, .unknownModel, .malformedJSON, .wrongType,
        .emptyMessages, .overLongContext, .refusalStatus,
      ])
  }
}

extension CheckSuite where Context == MindIECheckContext {
  /// What MindIE must do in one of its own protocols; what a protocol does not have does not apply.
  public static var mindIE: CheckSuite {
    CheckSuite(
      "mindie",
      ordinaryRequest: { _ = try await $0.events($0.request()) },
      checks: [
        .mindIEHealth, .healthModels, .continuation, .continuationStream, .continuationEqualsWhole, .continuationLimit,
        .continuationCounts, .continuationStop, .continuationOfTokens, .mindIETokenizer, .mindIETimedHealth,
        .mindIERefusals, .mindIERefusalStatus,
      ])
  }
}

extension CheckSuite where Context == MultimodalCheckContext {
  /// What an OpenAI-compatible server of a model that sees must do with images.
  ///
  /// ``CheckSuite/llm`` has what holds for text.
  public static var multimodal: CheckSuite {
    CheckSuite(
      "multimodal",
      ordinaryRequest: { try await $0.llm.readStream() },
      checks: [
        .image, .images, .order, .largeImage, .reading, .chart, .frames, .imageStream, .noImage,
        .brokenImage, .refusalStatus,
      ])
  }
}

extension CheckSuite where Context == ImageCheckContext {
  /// What a service must do that makes an image of a prompt while the client waits.
  public static var image: CheckSuite {
    CheckSuite(
      "image",
      ordinaryRequest: { _ = try await $0.client.generate($0.request(seed: 4711)) },
      checks: [
        .basic, .customSize, .oddSize, .negativePrompt, .batch, .steps, .otherSeed, .seed, .parallelSeeds, .lora,
        .controlNet, .imageToImage, .badSizes, .malformedJSON, .missingPrompt, .refusalStatus,
      ])
  }
}

extension CheckSuite where Context == TranscriptionCheckContext {
  /// What a transcription service must do: words, languages, times, long recordings, silence, streams and broken files.
  public static var transcription: CheckSuite {
    CheckSuite(
      "asr",
      ordinaryRequest: { _ = try await $0.hear($0.anyRecording().wav) },
      checks: [
        .transcribe, .english, .chinese, .mixedLanguages, .language, .segments, .duration, .transcriptionStream,
        .silence,
        .longRecording, .emptyAudio, .corruptedAudio, .randomAudio, .oversizedAudio, .refusalStatus,
      ])
  }
}

extension CheckSuite where Context == SpeechCheckContext {
  /// What a speech service must do: whole files, plausible lengths, voices, speeds, streams, and errors.
  public static var speech: CheckSuite {
    CheckSuite(
      "tts",
      ordinaryRequest: { _ = try await $0.speak($0.request($0.text)) },
      checks: [
        .speak, .audible, .speechLength, .voiceChanges, .speedChanges, .speechPieces, .speechStreamEqualsWhole,
        .longText,
        .emptyText, .unknownVoice, .malformedSpeechJSON, .refusalStatus,
      ])
  }
}

extension CheckSuite where Context == TaskCheckContext {
  /// What a service must do that takes tasks into a queue and gives out images later.
  public static var task: CheckSuite {
    CheckSuite(
      "task",
      checks: [
        .lifecycle, .result, .batch, .order, .leavingClient, .unknownTask, .imageIndex, .malformedSubmission,
        .missingTaskPrompt, .badResolution, .refusalStatus,
      ])
  }
}
