internal import NPUTelemetry

extension StateProbe {
  /// What asks npu-smi for the greatest use of an AI Core among the chips that it shows.
  ///
  /// ```swift
  /// var probe = StateProbe()
  /// probe.aiCore = StateProbe.aiCoreUse(by: ["ssh", "root@npu-1", "npu-smi"])
  /// ```
  ///
  /// It shows all chips of its machine or container. Where another service works on some of them, let the command be
  /// one that shows fewer.
  ///
  /// - Parameters:
  ///   - command: The program and what comes before its arguments.
  ///   - timeout: How long one call may take.
  /// - Returns: What ``aiCore`` takes; it gives `nil` where the tool shows no use in time.
  public static func aiCoreUse(
    by command: [String] = ["npu-smi"], timeout: Duration = .seconds(10)
  ) -> @Sendable () async -> Double? {
    let source = ChipCommandSource(command: command)
    return {
      let report = try? await source.read(timeout: timeout)
      return report?.chipReadings.compactMap(\.aiCorePercent).max()
    }
  }
}
