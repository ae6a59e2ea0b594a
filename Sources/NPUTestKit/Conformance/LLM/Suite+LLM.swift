extension Suite where Context == LLMCheckContext {
  /// What an OpenAI-compatible server of a language model must do: routes, streams, parameters, errors, and many requests at once.
  public static var llm: Suite {
    Suite(
      "llm",
      checks: [
        .healthReady, .models, .chat, .stream, .streamDone, .streamEqualsWhole, .streamUTF8, .multiTurn, .memory,
        .systemPrompt, .systemPromptFollowed, .stop, .stopStream, .maxTokens, .usage, .streamUsage, .logprobs, .tools,
        .toolsStream, .toolResult, .temperatureZero, .concurrent, .overlap, .unknownModel, .malformedJSON, .wrongType,
        .emptyMessages, .overLongContext,
      ])
  }
}
