import Foundation
import NPUTestKit
import TestSupport
import Testing
import ToolSupport

@testable import npu_plan

/// npu-plan as a user runs it.
@Suite("npu-plan") struct NPUPlanTests {
  @Test(
    "prints a plan of the guides with the keys that scripts read",
    arguments: [
      ("Qwen2-72B", "INT8", 4, 4), ("LLaMA3-8B", "fp16", 1, 1), ("14B", "W4", 1, 1), ("SDXL 1.0", "FP16", 1, 1),
      ("CogVLM2-19B", "FP16", 4, 4),
    ])
  func guide(model: String, precision: String, npus: Int, tensor: Int) async throws {
    let ending = try await Example.run("npu-plan", ["--model", model, "--precision", precision, "--json"])
    #expect(ending.status == 0, "\(ending.errors)")
    let json = try ending.json()
    #expect(json["model"] == .string(model))
    #expect(json["npus"]?.integer == npus && json["tensor_parallel"]?.integer == tensor)
    #expect(json["expert_parallel"]?.integer == 1 && json["source"] == "guide")
    #expect(try #require(json["hbm_gb"]?.number) > 0)
    #expect(json["precision"]?.string != nil && json["command"]?.string?.isEmpty == false)
    let text = try await Example.run("npu-plan", ["--model", model, "--precision", precision])
    #expect(text.status == 0 && text.lines.contains { $0.hasPrefix("NPUs") && $0.contains("guide") }, "\(text.output)")
  }

  @Test("estimates from a configuration, with how sure it is, and the number of HiDream from its table")
  func estimate() async throws {
    let folder = try TemporaryFolder()
    let config = try folder.write(
      """
      {"hidden_size":8192,"intermediate_size":29568,"num_attention_heads":64,"num_hidden_layers":80,
      "num_key_value_heads":8,"vocab_size":152064,"torch_dtype":"bfloat16","model_type":"qwen2"}
      """, to: "config.json")
    let ending = try await Example.run("npu-plan", ["--config", config, "--device", "910B3", "--json"])
    let json = try ending.json()
    #expect(ending.status == 0 && json["source"] == "estimate" && json["precision"] == "bf16", "\(ending.errors)")
    #expect(json["npus"]?.integer == 4 && json["basis"] == "configuration")
    #expect(abs(try #require(json["estimate"]?["weights_gb"]?.number) - 33.86) < 0.01)
    #expect(json["estimated_npus"]?["low"]?.integer == 4 && json["estimated_npus"]?["high"]?.integer == 4)
    let hiDream = try await Example.run("npu-plan", ["--model", "HiDream-I1", "--npus", "8", "--json"]).json()
    #expect(hiDream["tensor_parallel"]?.integer == 4 && hiDream["expert_parallel"]?.integer == 2)
    let few = try await Example.run(
      "npu-plan", ["--config", config, "--npus", "1", "--context", "8192", "--concurrency", "4"])
    #expect(few.status == 1 && few.output.contains("too few"))
  }

  @Test("prints scripts that bash can read, with the model and the size of the plan", arguments: GuideServer.allCases)
  func scripts(server: GuideServer) async throws {
    let ending = try await Example.run("npu-plan", ["--launch", server.rawValue])
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(ending.output.hasPrefix("#!/usr/bin/env bash\n") && !ending.output.contains("exec -- mindie-service"))
    let folder = try TemporaryFolder()
    let bash = try await ChildProcess(
      "/bin/bash", ["-n", try folder.write(ending.output, to: "start.sh")], in: folder.path
    )
    .ended()
    #expect(bash.status == 0)
    let json = try await Example.run("npu-plan", ["--launch", server.rawValue, "--json"]).json()
    #expect(json["script"] == .string(ending.output) && json["server"] == .string(server.rawValue))
  }

  @Test("starts the model that it plans, on the chips that are named")
  func launch() async throws {
    let ending = try await Example.run(
      "npu-plan", ["--launch", "vllm", "--model", "/data/models/Qwen2-72B-Instruct", "--precision", "int8"])
    #expect(ending.output.contains("vllm serve /data/models/Qwen2-72B-Instruct --tensor-parallel-size 4"))
    #expect(ending.output.contains("export ASCEND_RT_VISIBLE_DEVICES=0,1,2,3\n"))
    #expect(ending.output.contains("--quantization ascend"))
    let named = try await Example.run("npu-plan", ["--launch", "mindie", "--model", "own", "--devices", "6,7"])
    #expect(named.status == 0 && named.output.contains(#""npuDeviceIds":[[6,7]]"#), "\(named.errors)")
    #expect(named.output.contains("Nothing is known of how large the model is."))
  }

  private static let configuration = """
    {"hidden_size":3584,"intermediate_size":18944,"num_attention_heads":28,"num_hidden_layers":28,
    "num_key_value_heads":4,"vocab_size":152064,"torch_dtype":"bfloat16","model_type":"qwen2",
    "max_position_embeddings":32768}
    """

  @Test("starts the model of a configuration, which is the folder that it lies in", arguments: ["vllm", "mindie"])
  func configured(server: String) async throws {
    let folder = try TemporaryFolder()
    let config = try folder.write(Self.configuration, to: "config.json")
    let script = try await Example.run("npu-plan", ["--launch", server, "--config", config]).output
    #expect(script.contains(server == "vllm" ? "vllm serve \(folder.path) " : #""modelWeightPath":"\#(folder.path)""#))
    let plan = try await Example.run("npu-plan", ["--config", config, "--server", server, "--json"]).json()
    #expect(plan["model"] == .string(folder.path))
    // A file of another name need not lie beside weights.
    let other = try folder.write(Self.configuration, to: "qwen2.json")
    for arguments in [["--config", other], ["--config", other, "--launch", server]] {
      let refused = try await Example.run("npu-plan", arguments)
      #expect(refused.status == 2 && refused.errors.contains("Give --model"), "\(refused.errors)")
    }
    let named = try await Example.run("npu-plan", ["--config", other, "--launch", server, "--model", "/data/q"])
    #expect(named.status == 0 && named.output.contains("/data/q"))
  }

  @Test("of MindIE hands on the context and the requests that are planned for")
  func demand() async throws {
    let script = try await Example.run(
      "npu-plan",
      ["--launch", "mindie", "--model", "/data/Qwen2-7B", "--context", "32768", "--concurrency", "64"]
    ).output
    for part in [
      #""maxSeqLen":32768"#, #""maxInputTokenLen":32767"#, #""maxIterTimes":32767"#, #""maxPrefillTokens":32767"#,
      #""maxBatchSize":64"#, "export NPU_MEMORY_FRACTION=0.9\n",
    ] { #expect(script.contains(part), "\(part): \(script)") }
    let unknown = try await Example.run(
      "npu-plan", ["--launch", "mindie", "--model", "own", "--npus", "1", "--context", "300", "--concurrency", "3"])
    #expect(unknown.output.contains(#""maxBatchSize":3"#) && unknown.output.contains(#""maxIterTimes":299"#))
  }

  @Test(
    "refuses flags that have no effect, and says on what",
    arguments: [
      ("--launch vllm --server mindie", "--server"), ("--launch asr --port 9000", "stands in its script"),
      ("--launch diffusers --context 100", "no language model"), ("--launch tts --concurrency 2", "no language model"),
      ("--model SDXL --parameters 7B", "no language model"), ("--model HiDream-I1 --precision int8", "16 bits"),
      ("--launch hidream --context 100", "no language model"), ("--launch hidream --concurrency 2", "no language"),
      ("--launch hidream --trust-remote-code", "vllm and mindie"), ("--launch asr --served-model-name a", "vllm and"),
      ("--launch vllm --folder a", "--folder has no effect on vllm"), ("--launch mindie --text-encoder a", "hidream"),
      ("--launch asr --npus 2", "one NPU"), ("--launch tts --devices 0,1", "one chip"),
      ("--launch diffusers --precision int8", "stands in its script"), ("--launch vllm --parameters 70B", "--model"),
      ("--check-environment --only cpu_governor --free-hbm 5", "free_memory"),
      ("--check-environment --only cann --python p", "torch_npu"),
      ("--check-environment --only torch_npu --npu-smi p", "npu_smi"),
      ("--check-environment --only torch_npu --cann-version-file p", "driver_cann"),
      ("--check-environment --only cann --driver-version-file p", "driver_cann"),
      ("--launch diffusers --model Qwen2-7B", "--launch: diffusers does not serve"),
      ("--model SDXL --server mindie", "--server: mindie does not serve"),
      ("--model whisper-large-v3 --server tts", "the guides serve with asr"),
    ])
  func unused(arguments: String, words: String) async throws {
    let ending = try await Example.run("npu-plan", arguments.split(separator: " ").map(String.init))
    #expect(ending.status == 2 && ending.output.isEmpty, "\(ending.output)")
    #expect(ending.errors.contains(words), "\(ending.errors)")
  }

  @Test("A rule names only flags that the tool has, and the lists of groups hold all of them")
  func flags() async throws {
    let help = try await Example.run("npu-plan", ["--help"]).output
    let flags = Set(help.split { $0.isWhitespace || $0 == "," }.filter { $0.hasPrefix("--") }.map(String.init))
    for flag in NPUPlan.rules.flatMap({ $0.flags + $0.others }) { #expect(flags.contains(flag), "\(flag)") }
    let others: Set = ["--launch", "--check-environment", "--devices", "--tables", "--json"]
    let listed = Set(PlanOptions.flags + StartOptions.flags + EnvironmentOptions.flags)
    #expect(flags.filter { help.contains("  \($0)") } == listed.union(others))
  }

  /// What a machine without NPUs needs to look like one with them.
  private func machine(_ folder: TemporaryFolder, npuOptions: String, python: String) throws -> [String] {
    let cann = folder.path + "/cann"
    try FileManager.default.createDirectory(atPath: cann + "/x-linux", withIntermediateDirectories: true)
    _ = try folder.write("toolkit_running_version=[7.7.0.1.238:8.2.RC1]\n", to: "cann/version.cfg")
    _ = try folder.write(
      "version=8.2.RC1\ninnerversion=V100R001C22SPC001B231\ncompatible_version=[V100R001C21]\n",
      to: "cann/x-linux/ascend_toolkit_install.info")
    _ = try folder.write(
      "Innerversion=V100R001C21SPC002B220\ncompatible_version=[V100R001C20]\npackage_version=25.0.rc1.1\n",
      to: "driver.info")
    let interpreter = try folder.write("#!/bin/sh\n\(python)\n", to: "python3")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: interpreter)
    let tool = try folder.write(
      "#!/bin/sh\nexec '\(try Example.path(of: "npu-smi-simulator"))' \(npuOptions) \"$@\"\n", to: "npu-smi")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
    return [
      "--check-environment", "--npu-smi", tool, "--python", interpreter, "--cann-version-file", cann + "/version.cfg",
      "--driver-version-file", folder.file("driver.info"),
    ]
  }

  @Test("finds a machine that can run a service, and gives 0")
  func good() async throws {
    let folder = try TemporaryFolder()
    let arguments = try machine(folder, npuOptions: "--cards 8", python: "echo npus 8 2.5.1")
    let ending = try await Example.run("npu-plan", arguments + ["--free-hbm", "50", "--devices", "0,1,2,3", "--json"])
    let json = try ending.json()
    #expect(ending.status == 0 && json["passes"] == true, "\(ending.output)")
    let findings = try #require(json["findings"]?.array)
    #expect(findings.compactMap { $0["check"]?.string } == EnvironmentFinding.Check.allCases.map(\.rawValue))
    let text = try await Example.run("npu-plan", arguments)
    #expect(text.status == 0 && text.output.contains("a service can run"), "\(text.output)")
    #expect(text.output.contains("CANN 8.2.RC1 (V100R001C22) go together"))
  }

  @Test(
    "finds what is wrong, says what to do, and gives 1",
    arguments: [
      ("--cards 8 --alarm-card 3", "echo npus 8 2", "chip_health", "leave it out"),
      ("--cards 0", "echo npus 8 2", "npu_smi", "install the driver"),
      ("--fault driver-error", "echo npus 8 2", "npu_smi", "install the driver"),
      ("--cards 8", "exit 1", "torch_npu", "install the version"),
      ("--cards 8 --load 0.5", "echo npus 8 2", "free_memory", "end what holds"),
    ])
  func bad(npuOptions: String, python: String, check: String, words: String) async throws {
    let folder = try TemporaryFolder()
    let arguments = try machine(folder, npuOptions: npuOptions, python: python)
    let ending = try await Example.run("npu-plan", arguments + ["--free-hbm", "50", "--json"])
    #expect(ending.status == 1, "\(ending.output) \(ending.errors)")
    let findings = try #require(try ending.json()["findings"]?.array)
    let finding = try #require(findings.first { $0["check"] == .string(check) })
    #expect(finding["verdict"] == "failed" && finding["message"]?.string?.contains(words) == true, "\(finding)")
  }

  @Test("what could not be found out gives 2")
  func unknown() async throws {
    let folder = try TemporaryFolder()
    let interpreter = try folder.write("#!/bin/sh\necho hello\n", to: "python3")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: interpreter)
    let ending = try await Example.run(
      "npu-plan", ["--check-environment", "--only", "torch_npu", "--python", interpreter])
    #expect(ending.status == 2 && ending.output.contains("could not be found out"), "\(ending.output)")
  }

  @Test("looks at another machine over ssh")
  func ssh() async throws {
    let folder = try TemporaryFolder()
    // What stands in for ssh says to whom it was asked to go, and runs the one word for the shell here.
    let ssh = try folder.write(
      "#!/bin/sh\nfor word; do last=$word; done\necho \"$*\" >>'\(folder.path)/asked'\nexec /bin/sh -c \"$last\"\n",
      to: "ssh")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: ssh)
    let arguments = try machine(folder, npuOptions: "--cards 2", python: "echo npus 2 2.5.1")
    let path = "\(folder.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
    let ending = try await Example.run(
      "npu-plan", arguments + ["--ssh", "root@npu-1", "--ssh-options", "'-p' 2222"], environment: ["PATH": path])
    #expect(ending.status == 0, "\(ending.output) \(ending.errors)")
    #expect(ending.output.contains("npu-smi shows 2 chips"))
    #expect(try folder.text("asked").contains("-p 2222 root@npu-1"))
  }

  @Test("prints the tables")
  func tables() async throws {
    let text = try await Example.run("npu-plan", ["--tables"])
    #expect(text.status == 0 && text.lines.contains { $0.contains("65–72B") && $0.contains("8") })
    let json = try await Example.run("npu-plan", ["--tables", "--json"]).json()
    #expect(json["models"]?.array?.count == 19 && json["devices"]?.array?.count == NPUDevice.all.count)
  }

  @Test(
    "refuses what cannot be meant, with status 2 and what to do",
    arguments: [
      ([], "Give --model"), (["--model", "foo"], "config.json"),
      (["--model", "7B", "--precision", "fp12"], "precision"),
      (["--model", "7B", "--device", "H100"], "--device"), (["--config", "/nonexistent"], "/nonexistent"),
      (["--model", "HiDream-I1", "--npus", "3"], "1, 2, 4 or 8"), (["--parameters", "7"], "--parameters"),
      (["--model", "7B", "--host", "h"], "--host needs --launch"), (["--tables", "--model", "7B"], "--tables"),
      (["--launch", "vllm", "--check-environment"], "--launch"), (["--launch", "tgi"], "hidream"),
      (["--model", "7B", "--free-hbm", "1"], "--free-hbm needs --check-environment"),
      (["--check-environment", "--devices", "0,x"], "--devices"), (["--check-environment", "--only", "x"], "npu_smi"),
      (["--check-environment", "--ssh", "-oProxyCommand=x"], "--ssh"), (["--model", "7B", "--npus", "0"], "--npus"),
      (["--launch", "vllm", "--npus", "2", "--devices", "0"], "--npus"),
    ] as [([String], String)])
  func refused(arguments: [String], words: String) async throws {
    let ending = try await Example.run("npu-plan", arguments)
    #expect(ending.status == 2 && ending.output.isEmpty, "\(ending.output)")
    #expect(ending.errors.contains(words), "\(ending.errors)")
    let json = try await Example.run("npu-plan", arguments + ["--json"])
    #expect(json.status == 2 && !json.wasKilled)
  }

  @Test("survives every configuration")
  func hostile() async throws {
    let folder = try TemporaryFolder()
    for text in ["", "[", "{\"hidden_size\":1e999}", String(repeating: "[", count: 100_000)] {
      let config = try folder.write(text, to: "config.json")
      let ending = try await Example.run("npu-plan", ["--config", config, "--json"])
      #expect(ending.status == 2 && !ending.wasKilled)
      #expect(try ending.json()["error"]?["kind"] == "bad_configuration")
    }
    for path in ["/dev/zero", folder.path] {
      let ending = try await Example.run("npu-plan", ["--config", path])
      #expect(ending.status == 2 && !ending.wasKilled)
    }
  }
}
