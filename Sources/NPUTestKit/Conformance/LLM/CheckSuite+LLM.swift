internal import NPUServices

extension CheckSuite where Context == LLMCheckContext {
  /// What an OpenAI-compatible server of a language model must do: routes, streams, parameters, errors, and many
  /// requests at once.
  public static var llm: CheckSuite {
    CheckSuite(
      "llm", prerequisite: .authorized,
      checks: [
        .healthReady, .models, .chat, .stream, .streamDone, .streamEqualsWhole, .streamUTF8, .multiTurn, .memory,
        .systemPrompt, .systemPromptFollowed, .stop, .stopStream, .maxTokens, .usage, .streamUsage, .logprobs, .tools,
        .toolsStream, .toolResult, .temperatureZero, .concurrent, .overlap, .unknownModel, .malformedJSON, .wrongType,
        .emptyMessages, .overLongContext,
      ])
  }
}

extension Probe where Context == LLMCheckContext {
  /// Whether anybody answers, and takes the key where one is needed: health routes are open to everybody.
  static var authorized: Probe {
    Probe(Probe.reachable.name) { context in
      if case .notSupported(let reason) = try await Probe.reachable.ask(context) { return .notSupported(reason) }
      do {
        _ = try await context.health.models()
      } catch let error as ServiceError where error.status == 401 || error.status == 403 {
        return .notSupported(
          "the service at \(context.service.endpoint) refuses the credentials: \(error). Check the API key.")
      } catch is ServiceError {
        // Whatever else is wrong with the list of models is a matter of the checks.
      }
      return .supported
    }
  }
}
