public import NPULoad
public import NPUServices

/// What a soak sends to the service of a client.
extension ChatClient {
  /// Chats in streams; a response without text, or one that is not whole, fails.
  ///
  /// - Parameters:
  ///   - prompts: What is asked.
  ///   - sampling: How responses are chosen, and how long they may be.
  /// - Returns: The workload.
  /// - Throws: `ServiceError` if no model is known and nobody answers.
  public func workload(
    prompts: some PromptSource, sampling: SamplingParameters = SamplingParameters()
  ) async throws -> ChatWorkload {
    let pattern = ChatRequest(model: try await model.name, messages: [], sampling: sampling, streamOptions: .usage)
    return ChatWorkload(service: service, route: route, pattern: pattern, prompts: prompts)
  }
}

extension ImageClient {
  /// Images; one whose file is damaged, or of another size than was asked for, fails.
  ///
  /// - Parameters:
  ///   - pattern: What every request has in common; its prompt is replaced.
  ///   - prompts: What the images show.
  /// - Returns: The workload.
  public func workload(_ pattern: ImageRequest, prompts: some PromptSource) -> ImageWorkload {
    ImageWorkload(client: recipe, pattern: pattern, prompts: prompts)
  }
}

extension TranscriptionClient {
  /// Audio to be written down; its words are compared with those of the samples where they are known.
  ///
  /// - Parameters:
  ///   - samples: The audio, from the first again after the last.
  ///   - pattern: What every request has in common; its audio is replaced. `nil` names the model of the client.
  /// - Returns: The workload.
  /// - Throws: `ServiceError` if no model is known and nobody answers; ``PromptError`` without samples.
  public func workload(
    samples: [AudioSample], pattern: TranscriptionRequest? = nil
  ) async throws -> TranscriptionWorkload {
    guard let first = samples.first else {
      throw PromptError(kind: .noPrompts, message: "There is no audio to write down; give at least one sample.")
    }
    let pattern = if let pattern { pattern } else { try await request(first.input) }
    return TranscriptionWorkload(client: recipe, pattern: pattern, samples: samples)
  }
}

extension SpeechClient {
  /// Texts to be spoken; speech without a sound fails.
  ///
  /// - Parameters:
  ///   - prompts: The texts.
  ///   - pattern: What every request has in common; its text is replaced. `nil` asks for WAV from the model of the client.
  /// - Returns: The workload.
  /// - Throws: `ServiceError` if no model is known and nobody answers.
  public func workload(
    prompts: some PromptSource, pattern: SpeechRequest? = nil
  ) async throws -> SpeechWorkload {
    let pattern = if let pattern { pattern } else { try await request("") }
    return SpeechWorkload(client: recipe, pattern: pattern, prompts: prompts)
  }
}

extension TaskClient {
  /// Tasks, each followed to its end, with its results fetched and looked at.
  ///
  /// - Parameters:
  ///   - pattern: What every task has in common; its prompt is replaced.
  ///   - prompts: What the images show.
  ///   - policy: How often the state of a task is asked for, and for how long.
  /// - Returns: The workload.
  public func workload(
    _ pattern: TaskRequest, prompts: some PromptSource, policy: PollingPolicy = PollingPolicy()
  ) -> TaskWorkload {
    TaskWorkload(client: recipe, pattern: pattern, prompts: prompts, policy: policy)
  }
}
