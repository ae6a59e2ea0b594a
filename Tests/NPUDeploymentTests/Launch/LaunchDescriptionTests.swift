import Foundation
import NPUDeployment
import NPUTransport
import Testing

@Suite("Launch descriptions") struct LaunchDescriptionTests {
  @Test(
    "give the command that one would type",
    arguments: [
      (
        LaunchDescription.vLLM(model: "/data/models/Qwen2-7B-Chat"),
        "vllm serve /data/models/Qwen2-7B-Chat --tensor-parallel-size 1 --host 127.0.0.1 --port 8000",
        "http://127.0.0.1:8000/health"
      ),
      (
        .vLLM(
          model: "/data/m", servedModelName: "Qwen2", tensorParallelSize: 4, maxModelLength: 4096,
          trustsRemoteCode: true, devices: [4, 5, 6, 7], host: "npu-1", port: 8003, further: ["--enforce-eager"]),
        "ASCEND_RT_VISIBLE_DEVICES=4,5,6,7 vllm serve /data/m --served-model-name Qwen2 --tensor-parallel-size 4 "
          + "--host 0.0.0.0 --port 8003 --max-model-len 4096 --trust-remote-code --enforce-eager",
        "http://npu-1:8003/health"
      ),
      (
        .vLLMModule(
          model: "/data/models/Qwen2-7B-Chat", tensorParallelSize: 4, maxModelLength: 4096, trustsRemoteCode: true,
          host: "npu-1"),
        "python -m vllm.entrypoints.openai.api_server --model /data/models/Qwen2-7B-Chat --tensor-parallel-size 4 "
          + "--device npu --host 0.0.0.0 --port 8000 --max-model-len 4096 --trust-remote-code",
        "http://npu-1:8000/health"
      ),
      (
        .vLLMModule(model: "m", device: nil, host: "::1"),
        "python -m vllm.entrypoints.openai.api_server --model m --tensor-parallel-size 1 --host ::1 --port 8000",
        "http://[::1]:8000/health"
      ),
      (
        .stableDiffusion(), "PYTHONUNBUFFERED=1 python3 sd_serve.py", "http://127.0.0.1:8000/generate"
      ),
      (
        .transcription(script: "my asr.py", python: "/opt/py/bin/python"),
        "PYTHONUNBUFFERED=1 /opt/py/bin/python 'my asr.py'", "http://127.0.0.1:8001/transcribe"
      ),
      (.speech(host: "npu-1"), "PYTHONUNBUFFERED=1 python3 tts_serve.py", "http://npu-1:8002/synthesize"),
    ] as [(LaunchDescription, String, String)])
  func commands(description: LaunchDescription, command: String, probe: String) {
    #expect(description.commandLine == command)
    #expect(description.readiness?.url == probe)
  }

  @Test("of HiDream set the devices and the limits of the guide, and wait for the pipeline")
  func hiDream() throws {
    let description = LaunchDescription.hiDream(folder: "/srv/hidream", project: "/srv/p", devices: [0, 1, 2, 3])
    #expect(
      description.commandLine.hasSuffix(
        "bash scripts/start_hidream_service.sh -m /data/HiDream-I1-Full -e /data/Llama-3.1-8B-Instruct -p /srv/p "
          + "-d 0,1,2,3 -c 4 --port 8088 --host 127.0.0.1"))
    #expect(description.workingFolder == "/srv/hidream")
    let expected = [
      "ASCEND_RT_VISIBLE_DEVICES": "0,1,2,3", "DEVICE_COUNT": "4", "HCCL_TIMEOUT": "7200", "HCCL_BUFFSIZE": "2048",
      "HCCL_SINGLE_NODE": "1", "ACL_STREAM_TIMEOUT": "7200", "PYTORCH_NPU_ALLOC_CONF": "max_split_size_mb:512",
      "TOKENIZERS_PARALLELISM": "false", "API_BASE_URL": "http://127.0.0.1:8088",
    ]
    #expect(description.environment == expected)
    #expect(description.readiness?.text == "\"pipeline_ready\":true")
  }

  @Test(
    "HiDream is spread as its guide says",
    arguments: [(1, 1, 1), (2, 2, 1), (4, 4, 1), (8, 4, 2)])
  func parallelism(devices: Int, tensors: Int, experts: Int) throws {
    let sizes = try #require(HiDreamParallelism(deviceCount: devices))
    #expect(sizes.tensorParallelSize == tensors && sizes.expertParallelSize == experts)
    #expect(HiDreamParallelism(deviceCount: devices + 8) == nil)
  }

  @Test("of MindIE write a configuration of their own, without HTTPS, and ask the management plane")
  func mindIE() throws {
    var configuration = MindIEConfiguration(modelName: "qwen", modelPath: "/data/qwen", devices: [0, 1, 2, 3])
    configuration.address = "0.0.0.0"
    configuration.maxSequenceLength = 4096
    let description = LaunchDescription.mindIE(configuration, installation: "/opt/mindie", host: "npu-1")
    #expect(description.program == "/opt/mindie/bin/mindieservice_daemon")
    #expect(description.arguments.isEmpty && description.workingFolder == "/opt/mindie")
    #expect(description.baseURL == "http://npu-1:1025")
    #expect(description.readiness?.url == "http://127.0.0.2:1026/health")
    let file = try #require(description.files.first)
    #expect(description.environment["MIES_CONFIG_JSON_PATH"] == file.path)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(file.text.utf8)) as? [String: Any])
    let server = try #require(json["ServerConfig"] as? [String: Any])
    #expect(server["httpsEnabled"] as? Bool == false && server["allowAllZeroIpListening"] as? Bool == true)
    #expect(server["port"] as? Int == 1025 && server["managementPort"] as? Int == 1026)
    let backend = try #require(json["BackendConfig"] as? [String: Any])
    #expect(backend["npuDeviceIds"] as? [[Int]] == [[0, 1, 2, 3]])
    let deployed = try #require(backend["ModelDeployConfig"] as? [String: Any])
    #expect(deployed["maxSeqLen"] as? Int == 4096)
    let model = try #require((deployed["ModelConfig"] as? [[String: Any]])?.first)
    #expect(model["worldSize"] as? Int == 4 && model["modelName"] as? String == "qwen")
    #expect(model["modelWeightPath"] as? String == "/data/qwen")
  }

  @Test("with HTTPS on say so in their addresses")
  func mindIEHTTPS() {
    var configuration = MindIEConfiguration(modelName: "m", modelPath: "/m", devices: [0])
    configuration.usesHTTPS = true
    let description = LaunchDescription.mindIE(configuration)
    #expect(description.baseURL == "https://127.0.0.1:1025")
    #expect(description.readiness?.url == "https://127.0.0.2:1026/health")
  }

  @Test("show no secret, in text or encoded")
  func secrets() throws {
    var description = LaunchDescription.vLLM(
      model: "m", apiKey: "sesame-open-1", further: ["--api-key", "sesame-open-2"])
    description.environment["HF_TOKEN"] = "sesame-open-3"
    let encoded = String(
      decoding: try JSONEncoder().encode(LaunchDescription.vLLM(model: "m", apiKey: "sesame-open-1")), as: UTF8.self)
    for text in [description.commandLine, "\(description)", encoded] { #expect(!text.contains("sesame-open")) }
    #expect(description.commandLine.contains("VLLM_API_KEY=<secret>"))
  }

  @Test(
    "show no key that stands in a line for a shell",
    arguments: [
      "vllm serve m --api-key sesame-open-1", "exec vllm serve m --api-key='sesame-open-1' --port 1",
      "VLLM_API_KEY=sesame-open-1 vllm serve m", #"export HF_TOKEN="sesame-open-1"; exec vllm serve m"#,
      "(cd /srv; docker run -e OPENAI_API_KEY=sesame-open-1)", "serve --hf-token sesame-open-1; true",
      "serve --password 'sesame-open-1 and more'", "echo 'an open quote; KEY=sesame-open-1",
    ])
  func secretsInLine(_ line: String) {
    let description = LaunchDescription(name: "own", program: "/bin/sh", arguments: ["-c", line])
    #expect(!description.commandLine.contains("sesame-open"), "\(description.commandLine)")
    #expect(!description.redactor.clean("args: Namespace(api_key=['sesame-open-1'])").contains("sesame-open"))
  }

  @Test("show what is no key")
  func noSecrets() {
    let description = LaunchDescription(
      name: "own", program: "/bin/sh", arguments: ["-c", "vllm serve model --max-num-batched-tokens 8192 --port 80000"])
    #expect(!description.commandLine.contains("<secret>"))
  }

  @Test("come back from JSON as they were")
  func codable() throws {
    let description = LaunchDescription.mindIE(MindIEConfiguration(modelName: "m", modelPath: "/m", devices: [0]))
    let data = try JSONEncoder().encode(description)
    #expect(try JSONDecoder().decode(LaunchDescription.self, from: data) == description)
  }
}
