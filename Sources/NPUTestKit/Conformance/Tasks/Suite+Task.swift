extension Suite where Context == TaskCheckContext {
  /// What a service must do that takes tasks into a queue and gives out pictures later.
  public static var task: Suite {
    Suite(
      "task",
      checks: [
        .lifecycle, .result, .batch, .order, .leavingClient, .unknownTask, .imageIndex, .malformedSubmission,
        .missingTaskPrompt, .badResolution,
      ])
  }
}
