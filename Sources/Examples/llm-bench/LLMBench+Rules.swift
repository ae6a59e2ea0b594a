import ExampleSupport
import ToolSupport

extension LLMBench {
  /// Which flags need or exclude which.
  static let rules: [FlagRule] =
    ServiceOptions.rules + LoadOptions.rules + PromptOptions.rules + TelemetryOptions.rules + MediaOptions.rules
    + ResultFileOptions.rules + QualityOptionGroup.rules + [
      .excludes(
        ServiceOptions.flags + LoadOptions.flags + PromptOptions.flags
          + ["--protocol", "--journal", "--label", "--npu", "--npu-command", "--metrics-url"]
          + ["--image", "--made-image-size", "--audio", "--canary-share", "--alone-cases", "--logprobs"],
        ["--replay"], "nothing is sent or watched"),
      .needs(
        ["--stream-options", "--no-stream-options", "--logprobs"], "--protocol", in: ["openai-chat", "openai"],
        byDefault: "openai-chat", "the others have no such member"),
      .needs(
        ["--ignore-eos"], "--protocol", in: WireProtocol.names(where: \.canIgnoreEnd), byDefault: "openai-chat",
        "the others cannot tell the model to go on past its end"),
      .needs(
        ["--prompt-member"], "--protocol", in: WireProtocol.names(where: \.isPrediction), byDefault: "openai-chat",
        "the others have a name of their own for it"),
      .needs(
        ["--proxy", "--network-threads"], "--protocol", in: WireProtocol.names { $0 != .messages },
        byDefault: "openai-chat", "WebSockets go through no proxy, and one thread carries them"),
      .needs(
        ["--overwrite"], oneOf: ["--journal", "--save-result", "--npu-log"], "nothing else is kept from being replaced"),
    ]
}

extension PromptOptions {
  /// Every flag of the group.
  static let flags = [
    "--dataset-name", "--dataset-path", "--shuffle", "--no-shuffle", "--prompt", "--random-input-len", "--output-len",
    "--random-output-len", "--random-range-ratio", "--random-prefix-len", "--ignore-eos", "--no-ignore-eos",
    "--stream-options", "--no-stream-options", "--cumulative-text", "--temperature", "--prompt-member", "--extra-body",
  ]

  /// Which of the flags need or exclude which.
  static let rules: [FlagRule] = [
    .needs(
      ["--dataset-path", "--shuffle", "--no-shuffle"], "--dataset-name", in: ["custom", "sharegpt"],
      byDefault: "random"),
    .needs(["--prompt"], "--dataset-name", in: ["fixed"], byDefault: "random"),
    .needs(
      ["--random-input-len", "--random-range-ratio", "--random-prefix-len"], "--dataset-name", in: ["random"],
      byDefault: "random"),
    .needs(
      ["--random-output-len"], "--dataset-name", in: ["random"], byDefault: "random",
      "use --output-len, which is for every data set"),
    .excludes(["--output-len"], ["--random-output-len"], "both say how long responses are"),
  ]
}

extension ResultFileOptions {
  /// Which of the flags need or exclude which.
  static let rules: [FlagRule] = [
    .needs(
      ["--save-detailed", "--percentile-metrics", "--result-dir", "--result-filename", "--metadata"],
      oneOf: ["--save-result"], "no result file is written"),
    .needs(["--journal-tokens"], oneOf: ["--journal"], "no journal is written"),
  ]
}
