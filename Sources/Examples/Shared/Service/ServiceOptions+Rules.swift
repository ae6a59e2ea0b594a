package import ToolSupport

extension ServiceOptions {
  /// Every flag of the group.
  package static let flags =
    [
      "--base-url", "--model", "--endpoint", "--header", "--api-key", "--api-key-variable", "--cacert", "--cert",
      "--key",
      "--insecure", "--proxy", "--connect-timeout", "--first-byte-timeout", "--idle-timeout",
      "--content-timeout", "--timeout", "--fresh-connections",
    ] + AuthenticationOptions.flags

  /// Which of the flags need or exclude which.
  package static let rules: [FlagRule] =
    [
      .excludes(["--api-key-variable"], ["--api-key"], "the key is given"),
      .needs(["--cert"], oneOf: ["--key"]),
      .needs(["--key"], oneOf: ["--cert"]),
      .excludes(["--insecure"], ["--cacert"], "a certificate that is not checked needs no authority"),
      AuthenticationOptions.encrypted(
        ["--insecure", "--cacert", "--cert", "--key"],
        addresses: services + ["--speech-url", "--transcription-url", "--metrics-url", "--management-url", "--proxy"]),
      AuthenticationOptions.ofBearer(["--api-key", "--api-key-variable"]),
      FlagRule(["--proxy"]) { flag, given in
        let addresses = services.flatMap(given.all)
        guard !addresses.isEmpty else { return "\(flag) needs --base-url." }
        return addresses.first { $0.hasPrefix("unix:") }.map {
          "\(flag) does not reach the socket \($0); leave it out."
        }
      },
    ] + AuthenticationOptions.rules

  /// The options that name a service, one or the two that are compared.
  private static let services = ["--base-url", "--baseline-url", "--candidate-url"]
}
