import NPUDeployment
import Testing

/// The planning tables of the guides, copied by hand: what they say must come out.
@Suite("Plans of the guides' tables") struct GuideTableTests {
  /// A row for one precision: the model as asked for, NPUs, GB of HBM where the table has them, the server.
  struct Golden: Sendable, CustomTestStringConvertible {
    var model: String
    var precision: ModelPrecision
    var npus: Int
    var hbm: Double?
    var tensor: Int
    var server: GuideServer

    init(
      _ model: String, _ npus: Int, _ hbm: Double? = nil, _ server: GuideServer = .vLLM,
      _ precision: ModelPrecision = .fp16
    ) {
      self.model = model
      self.precision = precision
      self.npus = npus
      self.hbm = hbm
      tensor = server == .vLLM ? npus : 1
      self.server = server
    }

    var testDescription: String { "\(model) \(precision)" }
  }

  /// Each scale and each example of the LLM guide.
  static let scales: [Golden] = [
    ("7B", 1, 1), ("Qwen2-7B", 1, 1), ("LLaMA3-8B", 1, 1), ("13B", 2, 1), ("14B", 2, 1), ("Qwen1.5-14B", 2, 1),
    ("Baichuan2-13B", 2, 1), ("32B", 4, 2), ("34B", 4, 2), ("Qwen2.5-32B", 4, 2), ("CodeLlama-34B", 4, 2),
    ("65B", 8, 4), ("72B", 8, 4), ("Qwen2-72B", 8, 4), ("LLaMA2-70B", 8, 4),
    // As people have them on disk.
    ("/data/models/Qwen2-7B-Chat", 1, 1), ("meta-llama/Llama-2-70b-chat-hf", 8, 4), ("Qwen/Qwen2.5-32B-Instruct", 4, 2),
  ].flatMap { model, full, quantised in
    [
      Golden(model, full), Golden(model, full, nil, .vLLM, .bf16), Golden(model, quantised, nil, .vLLM, .int8),
      Golden(model, quantised, nil, .vLLM, .int4),
    ]
  }

  static let named: [Golden] = [
    Golden("Stable Diffusion 1.5", 1, 8, .diffusers), Golden("SDXL 1.0", 1, 16, .diffusers),
    Golden("DiT-XL/2", 1, 12, .diffusers), Golden("Stable Video Diffusion", 2, 32, .diffusers),
    Golden("FLUX.1", 2, 24, .diffusers), Golden("Whisper-large-v3", 1, 4, .transcription),
    Golden("Paraformer-large", 1, 2, .transcription), Golden("SenseVoice-small", 1, 2, .transcription),
    Golden("CosyVoice", 1, 6, .speech), Golden("VITS / ChatTTS", 1, 3, .speech), Golden("LLaVA-1.5-7B", 1, 16),
    Golden("Qwen-VL-Chat", 2, 20), Golden("InternVL2-8B", 1, 18), Golden("CogVLM2-19B", 4, 40),
    Golden("Qwen2-Audio-7B", 1, 16),
    // Under the names by which the weights are published.
    Golden("runwayml/stable-diffusion-v1-5", 1, 8, .diffusers),
    Golden("black-forest-labs/FLUX.1-dev", 2, 24, .diffusers),
    Golden("stabilityai/stable-diffusion-xl-base-1.0", 1, 16, .diffusers),
    Golden("openai/whisper-large-v3", 1, 4, .transcription), Golden("CosyVoice-300M", 1, 6, .speech),
    Golden("VITS", 1, 3, .speech), Golden("ChatTTS", 1, 3, .speech), Golden("/data/models/InternVL2-8B", 1, 18),
    Golden("Qwen/Qwen2-Audio-7B-Instruct", 1, 16),
  ]

  @Test("come out as the guides have them", arguments: scales + named)
  func golden(_ golden: Golden) throws {
    let plan = try DeploymentPlan.suggest(model: golden.model, precision: golden.precision)
    #expect(plan.source == .guide && plan.fits)
    #expect(plan.npus == golden.npus)
    #expect(plan.tensorParallelSize == golden.tensor && plan.expertParallelSize == 1 && plan.pipelineParallelSize == 1)
    #expect(plan.server == golden.server)
    if let hbm = golden.hbm {
      #expect(plan.hbmGB == hbm && plan.hbmSource == .guide)
    } else {
      #expect(plan.hbmSource == .estimate && plan.hbmGB == plan.estimate.map { plan.rounded($0.total) })
    }
  }

  @Test("are as many as the guides have")
  func rows() {
    let counts = PlanningTableRow.Guide.allCases.map { guide in PlanningTableRow.all.count { $0.guide == guide } }
    #expect(counts == [4, 5, 5, 5])
  }

  @Test(
    "HiDream is spread as its table says, and over nothing that it does not name",
    arguments: [(1, 1, 1), (2, 2, 1), (4, 4, 1), (8, 4, 2)])
  func hiDream(npus: Int, tensor: Int, experts: Int) throws {
    let plan = try DeploymentPlan.suggest(model: "/data/HiDream-I1-Full", npus: npus)
    #expect(plan.npus == npus && plan.tensorParallelSize == tensor && plan.expertParallelSize == experts)
    #expect(plan.source == .guide && plan.server == .hiDream)
    #expect(plan.launch?.environment["DEVICE_COUNT"] == "\(npus)")
    for count in [3, 5, 6, 7, 16] {
      let error = #expect(throws: PlanningError.self) {
        try DeploymentPlan.suggest(model: "HiDream-I1", npus: count)
      }
      #expect(error?.kind == .badParallelism)
    }
  }

  @Test(
    "do not answer for what they do not know",
    arguments: ["ChatGLM3-6B", "Qwen3-30B-A3B", "Mixtral-8x7B-Instruct-v0.1", "Qwen2-VL-7B-Instruct", "glm-4-9b-chat"])
  func elsewhere(model: String) throws {
    let plan = try DeploymentPlan.suggest(model: model)
    #expect(plan.source == .estimate && plan.basis == .name && plan.row == nil)
    #expect(plan.estimatedNPUs?.low ?? 0 <= plan.npus)
  }

  @Test(
    "do not take what makes images, video or sound for a language model",
    arguments: [
      "Wan2.2-T2V-A14B", "Wan-AI/Wan2.1-I2V-14B-720P", "CosyVoice2-0.5B", "Qwen-Image-20B", "HunyuanVideo-13B",
      "whisper-medium-0.7B",
    ])
  func media(model: String) {
    let error = #expect(throws: PlanningError.self) { try DeploymentPlan.suggest(model: model) }
    #expect(error?.kind == .unknownModel && error?.message.contains("tables alone") == true)
  }

  @Test("hold for a 910B without a demand; everything else is estimated")
  func limits() throws {
    let model = "Qwen2-72B"
    #expect(try DeploymentPlan.suggest(model: model).source == .guide)
    for device in NPUDevice.all {
      let plan = try DeploymentPlan.suggest(model: model, device: device)
      #expect((plan.source == .guide) == (device.family == .ascend910B), "\(device)")
    }
    #expect(try DeploymentPlan.suggest(model: model, npus: 16).source == .estimate)
    #expect(try DeploymentPlan.suggest(model: model, precision: .fp32).source == .estimate)
    #expect(try DeploymentPlan.suggest(model: model, demand: ServingDemand()).source == .estimate)
  }

  @Test(
    "are those of a 910B4 with 32 GB: its estimate says the same at every scale",
    // Their column for INT8 and W4 is that of INT8: four bits need less.
    arguments: scales.filter { $0.precision != .int4 })
  func calibration(_ golden: Golden) throws {
    let device = try #require(NPUDevice.named("910B4"))
    let plan = try DeploymentPlan.suggest(
      model: golden.model, precision: golden.precision, device: device, demand: ServingDemand())
    #expect(plan.npus == golden.npus && plan.source == .estimate)
  }

  @Test("of a video model says that the server of the guides uses one NPU, and what is too few does not fit")
  func video() throws {
    let plan = try DeploymentPlan.suggest(model: "Stable Video Diffusion")
    #expect(plan.notes.contains { $0.contains("onto one NPU") })
    let few = try DeploymentPlan.suggest(model: "Stable Video Diffusion", npus: 1)
    #expect(!few.fits && few.npus == 1)
  }
}

extension DeploymentPlan {
  /// GB of all NPUs, as the plan rounds them.
  fileprivate func rounded(_ bytes: Double) -> Double {
    (bytes * Double(npus) / 1_073_741_824 * 100).rounded() / 100
  }
}
