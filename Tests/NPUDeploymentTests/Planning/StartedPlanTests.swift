import NPUDeployment
import Testing

/// What is planned is what is started.
@Suite("The start of a plan") struct StartedPlanTests {
  private static let fields = """
    "hidden_size":4096,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"vocab_size":32000,\
    "intermediate_size":14336
    """

  private static func shape(_ field: String) throws -> ModelShape {
    try ModelShape(configuration: Array("{\(fields),\(field)}".utf8))
  }

  private static func command(
    _ shape: ModelShape?, model: String = "/data/m", precision: ModelPrecision? = nil,
    device: NPUDevice = .ascend910B, demand: ServingDemand? = nil
  ) throws -> String {
    let plan = try DeploymentPlan.suggest(
      model: model, precision: precision, device: device, demand: demand, shape: shape)
    return try #require(plan.launch?.commandLine)
  }

  @Test(
    "names the quantisation that vLLM does not find in the configuration, and no other",
    arguments: [
      (#""quantize":"w8a8""#, nil, true), (#""torch_dtype":"bfloat16""#, .int8, true), (#""x":1"#, .int8, true),
      (#""quantization_config":{"quant_method":"ascend","bits":8}"#, nil, true),
      (#""quantization_config":{"quant_method":"awq","bits":4}"#, nil, false),
      (#""quantization_config":{"quant_method":"awq","bits":4}"#, .int4, false),
      (#""quantization_config":{"quant_method":"gptq","bits":8}"#, nil, false),
      (#""quantization_config":{"quant_method":"gptq","bits":4}"#, .int4, false),
      (#""quantization_config":{"load_in_8bit":true}"#, nil, false),
      (
        #""quantization_config":{"quant_method":"compressed-tensors","config_groups":{"group_0":{"weights":"#
          + #"{"num_bits":8,"type":"int"}}}}"#, nil, false
      ),
      (#""quantization_config":{"quant_method":"fp8"}"#, nil, false),
      // Other weights than the configuration describes are those that are still to be made.
      (#""quantization_config":{"quant_method":"awq","bits":4}"#, .int8, true),
    ] as [(String, ModelPrecision?, Bool)])
  func quantization(field: String, precision: ModelPrecision?, isNamed: Bool) throws {
    let command = try Self.command(try Self.shape(field), precision: precision)
    #expect(command.contains("--quantization ascend") == isNamed, "\(command)")
  }

  @Test(
    "goes by the name of the weights where there is no configuration",
    arguments: [
      ("Qwen2-72B-Instruct-AWQ", ModelPrecision.int4, false), ("Qwen2-72B-Instruct-GPTQ-Int8", .int8, false),
      ("Meta-Llama-3-8B-Instruct-quantized.w8a8", .int8, false), ("Qwen2-7B-bnb-4bit", .int4, false),
      ("Qwen2-72B-Instruct-W8A8", .int8, true), ("Qwen2-72B", .int8, true), ("Qwen2-72B", .fp16, false),
    ])
  func quantizationByName(model: String, precision: ModelPrecision, isNamed: Bool) throws {
    let plan = try DeploymentPlan.suggest(model: model, precision: precision)
    let command = try #require(plan.launch?.commandLine)
    #expect(command.contains("--quantization ascend") == isNamed, "\(command)")
    #expect(plan.notes.contains { $0.contains("quantised by") } == (precision.isQuantized && !isNamed))
  }

  @Test("says of weights that the configuration calls other than the plan that they are to be made")
  func otherWeights() throws {
    let shape = try Self.shape(#""quantization_config":{"quant_method":"awq","bits":4}"#)
    let plan = try DeploymentPlan.suggest(model: "m", precision: .int8, shape: shape)
    #expect(plan.notes.contains { $0.contains("says INT4") && $0.contains("quantise the weights first") })
  }

  @Test("has the type, the requests and the share of memory of the plan")
  func arguments() throws {
    let shape = try Self.shape(#""torch_dtype":"bfloat16""#)
    #expect(try !Self.command(shape).contains("--dtype"))
    #expect(try Self.command(shape, precision: .fp32).contains("--dtype float32"))
    let device = try #require(NPUDevice.named("310P"))
    #expect(try Self.command(shape, device: device).contains("--dtype float16"))
    var demand = ServingDemand(contextTokens: 512, concurrency: 512)
    #expect(try Self.command(shape, demand: demand).contains("--max-num-seqs 512"))
    demand = ServingDemand(memoryShare: 0.8)
    #expect(try Self.command(shape, demand: demand).contains("--gpu-memory-utilization 0.8"))
    #expect(try !Self.command(shape, demand: ServingDemand()).contains("--max-num-seqs"))
  }

  @Test("has no longer a context than the model, unless one is asked for")
  func context() throws {
    let shape = try Self.shape(#""max_position_embeddings":2048"#)
    #expect(try Self.command(shape).contains("--max-model-len 2048"))
    #expect(try Self.command(shape, demand: ServingDemand(contextTokens: 4000)).contains("--max-model-len 4000"))
    #expect(try Self.command(nil, model: "Qwen2-7B").contains("--max-model-len 4096"))
  }

  @Test("of MindIE without a demand has the limits of the guides")
  func mindIE() throws {
    let plan = try DeploymentPlan.suggest(model: "Qwen2-7B", server: .mindIE)
    let text = try #require(plan.launch?.files.first?.text)
    for part in [
      #""maxSeqLen":4096"#, #""maxInputTokenLen":4095"#, #""maxIterTimes":4095"#, #""maxPrefillTokens":8192"#,
      #""maxBatchSize":32"#,
    ] { #expect(text.contains(part), "\(part)") }
    let many = try DeploymentPlan.suggest(
      model: "Qwen2-7B", demand: ServingDemand(contextTokens: 20_000, concurrency: 100), server: .mindIE)
    let other = try #require(many.launch?.files.first?.text)
    for part in [#""maxInputTokenLen":19999"#, #""maxPrefillTokens":19999"#, #""maxBatchSize":100"#] {
      #expect(other.contains(part), "\(part)")
    }
    #expect(many.launch?.environment["NPU_MEMORY_FRACTION"] == "0.9")
  }

  @Test(
    "is that of a server which serves the model",
    arguments: [
      ("Qwen2-7B", GuideServer.diffusers), ("SDXL 1.0", .vLLM), ("SDXL 1.0", .mindIE), ("SDXL 1.0", .speech),
      ("whisper-large-v3", .mindIE), ("CosyVoice", .vLLM), ("CosyVoice", .transcription), ("HiDream-I1", .vLLM),
      ("Qwen2-7B", .hiDream), ("SDXL 1.0", .hiDream),
    ])
  func servers(model: String, server: GuideServer) throws {
    let error = #expect(throws: PlanningError.self) { try DeploymentPlan.suggest(model: model, server: server) }
    #expect(error?.kind == .wrongServer && error?.message.contains(GuideServer.usual(for: model).rawValue) == true)
  }

  @Test("of Whisper by vLLM asks for as long a context as its decoder has")
  func whisper() throws {
    let plan = try DeploymentPlan.suggest(model: "openai/whisper-large-v3", server: .vLLM)
    #expect(plan.launch?.commandLine.contains("--max-model-len 448") == true)
  }

  @Test("of HiDream is that of the variant, on as many chips as hold its weights")
  func hiDream() throws {
    func command(_ model: String, _ device: NPUDevice = .ascend910B) throws -> String {
      try #require(try DeploymentPlan.suggest(model: model, device: device).launch?.commandLine)
    }
    #expect(try command("HiDream-I1").contains("-m /data/HiDream-I1-Full "))
    #expect(try command("HiDream-I1-Dev").contains("-m /data/HiDream-I1-Dev "))
    #expect(try command("/srv/HiDream-I1-Fast").contains("-m /srv/HiDream-I1-Fast "))
    let small = try #require(NPUDevice.named("910B4"))
    let plan = try DeploymentPlan.suggest(model: "HiDream-I1", device: small)
    #expect(plan.fits && plan.npus == 2)
  }
}
