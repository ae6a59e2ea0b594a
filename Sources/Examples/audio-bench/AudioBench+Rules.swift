import ExampleSupport
import ToolSupport

extension AudioBench {
  /// Which flags need or exclude which.
  static let rules: [FlagRule] =
    ServiceOptions.rules + LoadOptions.rules + BenchReportOptions.rules + TelemetryOptions.rules
    + MediaQualityOptionGroup.rules
    + TextOptions.rules(texts: "--text") + [
      .excludes(["--quality"], ["--round-trip"], "its word error rate is that of every sound already"),
      .excludes(["--mode"], ["--round-trip"], "a round trip is both"),
      .needs(
        ["--text", "--dataset-path", "--shuffle", "--voice", "--format", "--delivery", "--pcm-rate"], "--mode",
        in: ["speech"], earlier: ["tts"], byDefault: "transcription", or: ["--round-trip"]),
      // In a round trip nobody plays the speech.
      .needs(["--jitter-buffer"], "--mode", in: ["speech"], earlier: ["tts"], byDefault: "transcription"),
      .needs(
        ["--jitter-buffer"], "--delivery", in: ["bytes", "events"], byDefault: "whole", "what comes whole has no gaps"),
      FlagRule(["--pcm-rate"]) { flag, given in
        let comesInPieces = ["bytes", "events"].contains(given.value("--delivery") ?? "whole")
        guard given.value("--format") != "pcm", !comesInPieces else { return nil }
        return "\(flag) needs --format pcm or --delivery bytes or events; a whole WAV file says its rate itself."
      },
      FlagRule(["--audio", "--audio-dir", "--audio-seconds", "--stream"]) { flag, given in
        if given.has("--round-trip") { return "\(flag) has no use in a --round-trip; leave it out." }
        return speaks(given) ? "\(flag) needs --mode transcription." : nil
      },
      FlagRule(["--language", "--response-format", "--normalizer", "--max-wer"]) { flag, given in
        speaks(given) && !given.has("--round-trip") ? "\(flag) needs --mode transcription or --round-trip." : nil
      },
      .needs(
        ["--transcription-url", "--transcription-model"], oneOf: ["--round-trip"],
        "the service that is measured alone has --base-url and --model"),
      .excludes(["--audio-seconds"], ["--audio", "--audio-dir"], "recordings have a length of their own"),
      .needs(
        ["--normalizer", "--max-wer"], oneOf: ["--audio", "--audio-dir", "--round-trip"],
        "made audio has no words to compare with"),
      FlagRule(["--stream", "--response-format", "--transcription-model"]) { flag, given in
        given.all("--protocol").contains("transcribe") ? "\(flag) is not sent by --protocol transcribe." : nil
      },
      FlagRule(["--model"]) { flag, given in
        !speaks(given) && !given.has("--round-trip") && given.all("--protocol").contains("transcribe")
          ? "\(flag) is not sent by --protocol transcribe." : nil
      },
      FlagRule(["--format"]) { flag, given in
        given.all("--protocol").contains("synthesize") ? "\(flag) is not sent by --protocol synthesize." : nil
      },
      FlagRule(["--round-trip"]) { flag, given in
        guard let format = given.value("--format"), !["wav", "pcm"].contains(format) else { return nil }
        return "\(flag) needs --format wav or pcm; found \(format), whose sound is not read here."
      },
    ]

  private static func speaks(_ given: GivenFlags) -> Bool {
    ["speech", "tts"].contains(given.value("--mode") ?? "")
  }
}
