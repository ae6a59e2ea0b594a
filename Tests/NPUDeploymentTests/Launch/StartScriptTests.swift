import NPUDeployment
import NPUTelemetry
import NPUTransport
import TestSupport
import Testing

@Suite("Start scripts") struct StartScriptTests {
  private static func bash(_ arguments: [String]) async -> CommandEnd {
    await ProcessRunner().run(["bash"] + arguments, timeout: .seconds(300), outputLimit: 1 << 20)
  }

  @Test("of every server of the guides are ones that bash can read", arguments: GuideServer.allCases)
  func syntax(server: GuideServer) async throws {
    let folder = try TemporaryFolder()
    for host in ["127.0.0.1", "npu-1", "::1"] {
      let options = GuideServerOptions(
        modelPath: "/data/it's a $(model)", devices: [0, 1], host: host, trustsRemoteCode: true, folder: "/srv/a b")
      let description = LaunchDescription.guideServer(server, options)
      let path = try folder.write(try description.startScript(comments: server.corrections), to: "start.sh")
      let end = await Self.bash(["-n", path])
      #expect(end.kind == .exited(status: 0) && end.errors.isEmpty, "\(String(decoding: end.errors, as: UTF8.self))")
    }
  }

  @Test("hand the program what the description says: words, variables, files and folder")
  func faithful() async throws {
    let folder = try TemporaryFolder()
    let hostile = "it's $HOME `id` \\ \"x\"\nEOF\n# end"
    let description = LaunchDescription(
      name: "a\nname", program: "/bin/sh",
      arguments: ["-c", #"printf '%s|' "$PWD" "$PLAIN" "$(cat sub/config.json)" "$@""#, "sh", "-n", hostile, ""],
      environment: ["PLAIN": hostile], workingFolder: folder.path,
      files: [LaunchFile(path: "sub/config.json", text: hostile)])
    let path = try folder.write(try description.startScript(comments: ["one\nexit 7"]), to: "start.sh")
    let end = await Self.bash([path])
    #expect(end.kind == .exited(status: 0), "\(String(decoding: end.errors, as: UTF8.self))")
    let parts = String(decoding: end.output, as: UTF8.self).split(separator: "|", omittingEmptySubsequences: false)
    #expect(parts.dropFirst().map(String.init) == [hostile, hostile, "-n", hostile, "", ""])
    #expect(parts.first?.hasSuffix(folder.path) == true)
  }

  @Test("hold no secret, and end with its name while it is not set")
  func secrets() async throws {
    let folder = try TemporaryFolder()
    var description = LaunchDescription(
      name: "s", program: "/usr/bin/env", environment: ["HF_TOKEN": "sesame-open-1"],
      secrets: ["VLLM_API_KEY": "sesame-open-2"])
    description.arguments = ["true", "--api-key", "sesame-open-3"]
    let script = try description.startScript()
    #expect(!script.contains("sesame-open"))
    let path = try folder.write(script, to: "start.sh")
    let unset = await Self.bash([path])
    #expect(String(decoding: unset.errors, as: UTF8.self).contains("HF_TOKEN: set it first"))
    let set = await ProcessRunner().run(
      ["env", "HF_TOKEN=a", "VLLM_API_KEY=b", "bash", path], timeout: .seconds(300), outputLimit: 1 << 20)
    #expect(set.kind == .exited(status: 0))
  }

  @Test("of what no shell can start do not exist")
  func impossible() {
    let description = LaunchDescription(name: "n", program: "true", environment: ["A; id": "1"])
    #expect(throws: ServiceProcessError.self) { try description.startScript() }
  }

  @Test("of the guides' servers have what the guides say, and not what does not hold")
  func guides() throws {
    func script(_ server: GuideServer, _ options: GuideServerOptions = GuideServerOptions()) throws -> String {
      try LaunchDescription.guideServer(server, options).startScript()
    }
    let vLLM = try script(.vLLM, GuideServerOptions(devices: [0, 1, 2, 3], host: "npu-1", trustsRemoteCode: true))
    #expect(
      vLLM.contains(
        "exec -- vllm serve /data/models/Qwen2-7B-Chat --tensor-parallel-size 4 --host 0.0.0.0 --port 8000 "
          + "--max-model-len 4096 --trust-remote-code\n"))
    #expect(!vLLM.contains("--device") && vLLM.contains("export ASCEND_RT_VISIBLE_DEVICES=0,1,2,3\n"))
    let mindIE = try script(.mindIE, GuideServerOptions(devices: [0, 1, 2, 3]))
    #expect(mindIE.contains("mindieservice_daemon\n") && !mindIE.contains("exec -- mindie-service"))
    for part in [
      #""maxSeqLen":4096"#, #""maxBatchSize":32"#, #""npuDeviceIds":[[0,1,2,3]]"#, #""port":1025"#,
      #""modelWeightPath":"/data/models/ChatGLM3-6B""#, #""httpsEnabled":false"#,
    ] { #expect(mindIE.contains(part), "\(part)") }
    let hiDream = try script(.hiDream, GuideServerOptions(devices: [0, 1, 2, 3]))
    for line in [
      "export ASCEND_RT_VISIBLE_DEVICES=0,1,2,3", "export DEVICE_COUNT=4", "export HCCL_TIMEOUT=7200",
      "export HCCL_BUFFSIZE=2048", "export HCCL_SINGLE_NODE=1", "export ACL_STREAM_TIMEOUT=7200",
      "export PYTORCH_NPU_ALLOC_CONF=max_split_size_mb:512", "export TOKENIZERS_PARALLELISM=false",
      "export API_BASE_URL=http://127.0.0.1:8088",
    ] { #expect(hiDream.contains(line + "\n"), "\(line)") }
    #expect(try script(.diffusers).contains("exec -- python3 sd_serve.py\n"))
    #expect(try script(.transcription).contains("exec -- python3 asr_serve.py\n"))
    #expect(try script(.speech).contains("exec -- python3 tts_serve.py\n"))
  }
}
