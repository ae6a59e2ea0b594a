extension CheckSuite where Context == TaskCheckContext {
  /// What a service must do that takes tasks into a queue and gives out images later.
  public static var task: CheckSuite {
    CheckSuite(
      "task",
      checks: [
        .lifecycle, .result, .batch, .order, .leavingClient, .unknownTask, .imageIndex, .malformedSubmission,
        .missingTaskPrompt, .badResolution,
      ])
  }
}
