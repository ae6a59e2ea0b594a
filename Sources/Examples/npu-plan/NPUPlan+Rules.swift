import Foundation
import NPUTestKit
import ToolSupport

extension NPUPlan {
  /// Which flags need or exclude which.
  static let rules: [FlagRule] = modes + servers + checks

  private static let modes: [FlagRule] = [
    .excludes(["--launch"], ["--check-environment", "--tables"], "each prints something of its own"),
    .excludes(["--check-environment"], ["--tables"], "each prints something of its own"),
    .excludes(PlanOptions.flags, ["--check-environment", "--tables"], "nothing is planned"),
    .excludes(["--server"], ["--launch"], "the plan is that of the server that is started"),
    .excludes(["--parameters"], ["--config"], "the configuration says how large the model is"),
    .needs(["--parameters"], oneOf: ["--model"], "they are those of a model"),
    .excludes(["--npus"], ["--devices"], "the devices say how many"),
    .needs(StartOptions.flags, oneOf: ["--launch"]),
    .needs(EnvironmentOptions.flags, oneOf: ["--check-environment"]),
    .needs(["--ssh-options"], oneOf: ["--ssh"]),
    .needs(["--devices"], oneOf: ["--launch", "--check-environment"], "a plan counts chips, and names none"),
  ]

  // MARK: Servers

  private static let flask: [GuideServer] = [.diffusers, .transcription, .speech]

  private static let servers: [FlagRule] = [
    unused(
      ["--context", "--concurrency", "--config", "--parameters"], by: flask + [.hiDream], "it is no language model"),
    unused(["--precision"], by: [.hiDream], "it loads its weights at 16 bits"),
    unused(["--precision"], by: flask, ifStarted: true, "the precision stands in its script"),
    unused(["--npus"], by: flask, ifStarted: true, "its script uses one NPU; name it with --devices"),
    unused(["--port"], by: flask, "the port stands in its script"),
    unused(["--served-model-name", "--trust-remote-code"], by: flask + [.hiDream], "only vllm and mindie have it"),
    unused(["--folder"], by: [.vLLM, .mindIE], "it has no scripts of its own"),
    unused(["--text-encoder"], by: flask + [.vLLM, .mindIE], "only hidream has one"),
    FlagRule(["--devices"], others: ["--launch"]) { flag, given in
      guard let server = server(given), flask.contains(server), given.has("--launch") else { return nil }
      guard given.value(flag)?.contains(",") == true else { return nil }
      return "\(flag) takes one chip for \(server.rawValue): its script uses no more."
    },
  ]

  /// Flags that have no effect on servers.
  private static func unused(
    _ flags: [String], by servers: [GuideServer], ifStarted: Bool = false, _ reason: String
  ) -> FlagRule {
    FlagRule(flags, others: ["--launch", "--server", "--model", "--config"]) { flag, given in
      guard let server = server(given), servers.contains(server), !ifStarted || given.has("--launch") else {
        return nil
      }
      return "\(flag) has no effect on \(server.rawValue): \(reason); leave it out."
    }
  }

  /// The server that is planned for: the one that is named, or that of the model.
  private static func server(_ given: GivenFlags) -> GuideServer? {
    if let name = given.value("--launch") ?? given.value("--server") { return GuideServer(rawValue: name) }
    let model = given.value("--model") ?? given.value("--config").flatMap(PlanOptions.folder(of:))
    return model.map(GuideServer.usual(for:))
  }

  // MARK: Checks

  private static let checks: [FlagRule] = [
    used(["--free-hbm"], by: [.freeMemory]), used(["--python"], by: [.torchNPU]),
    used(["--cann-version-file"], by: [.cann, .driverAndCANN]), used(["--driver-version-file"], by: [.driverAndCANN]),
    used(["--npu-smi"], by: [.npuSMI, .chipHealth, .freeMemory, .zombieProcesses]),
  ]

  /// Flags that have an effect on some of the checks alone.
  private static func used(_ flags: [String], by checks: [EnvironmentFinding.Check]) -> FlagRule {
    FlagRule(flags, others: ["--only"]) { flag, given in
      guard let only = given.value("--only") else { return nil }
      let chosen = only.split(separator: ",").compactMap { EnvironmentFinding.Check(rawValue: String($0)) }
      guard chosen.allSatisfy({ !checks.contains($0) }) else { return nil }
      let names = checks.map(\.rawValue).joined(separator: " or ")
      return "\(flag) is for \(names), which --only leaves out; add it, or leave the flag out."
    }
  }
}
