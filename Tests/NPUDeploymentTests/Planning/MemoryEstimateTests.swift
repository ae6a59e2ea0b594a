import NPUDeployment
import Testing

@Suite("The estimate of memory") struct MemoryEstimateTests {
  private static let gibibyte = 1_073_741_824.0

  private static func published(_ name: String) throws -> ModelShape {
    let found = try #require(ModelShapeTests.published.first { $0.name == name })
    return try ModelShape(configuration: Array(found.json.utf8))
  }

  @Test("has the weights and the activations that vLLM has measured itself")
  func measured() throws {
    // vllm-project/vllm #10511: Llama-3-8B takes 14.96 GiB, 7.48 on each of two, and 1.26 GiB of activations.
    let shape = try Self.published("Meta-Llama-3-8B")
    let demand = ServingDemand(contextTokens: 8192, concurrency: 1)
    let whole = MemoryEstimate(shape, precision: .bf16, demand: demand)
    #expect(abs(whole.weights / Self.gibibyte - 14.96) < 0.01)
    #expect(abs(whole.activations / Self.gibibyte - 1.26) < 0.2)
    let half = MemoryEstimate(shape, precision: .bf16, demand: demand, tensorParallelSize: 2)
    #expect(abs(half.weights / Self.gibibyte - 7.48) < 0.01)
  }

  @Test("has the cache that the formula says, by hand")
  func cache() throws {
    let shape = try Self.published("Meta-Llama-3-8B")
    func cache(_ context: Int, _ concurrency: Int, tensor: Int = 1, pipeline: Int = 1, bytes: Double = 2) -> Double {
      let demand = ServingDemand(contextTokens: context, concurrency: concurrency, cacheBytes: bytes)
      return MemoryEstimate(
        shape, precision: .fp16, demand: demand, tensorParallelSize: tensor, pipelineParallelSize: pipeline
      ).cache
    }
    #expect(cache(4096, 8) == 8 * 4096 * 131_072)
    // Blocks of 128 tokens.
    #expect(cache(1, 1) == 128 * 131_072)
    #expect(cache(4097, 1) == 33 * 128 * 131_072)
    #expect(cache(4096, 8, tensor: 8) == cache(4096, 8) / 8)
    // No less than one head on each NPU.
    #expect(cache(4096, 8, tensor: 16) == cache(4096, 8) / 8)
    #expect(cache(4096, 8, pipeline: 2) == cache(4096, 8) / 2)
    #expect(cache(4096, 8, bytes: 1) == cache(4096, 8) / 2)
  }

  @Test("has the logits of all requests at once")
  func logits() throws {
    let shape = try Self.published("Meta-Llama-3-8B")
    func activations(_ concurrency: Int) -> Double {
      MemoryEstimate(shape, precision: .fp16, demand: ServingDemand(concurrency: concurrency)).activations
    }
    #expect(activations(256) == activations(1))
    #expect(activations(512) - activations(256) == 20 * 256 * 128_256)
  }

  @Test("keeps a latent cache whole on every NPU")
  func latent() throws {
    let shape = try Self.published("DeepSeek-V3")
    let one = MemoryEstimate(shape, precision: .fp8)
    let eight = MemoryEstimate(shape, precision: .fp8, tensorParallelSize: 8)
    #expect(eight.cache == one.cache)
    #expect(eight.weights == one.weights / 8)
  }

  @Test(
    "makes only the matrices of the layers smaller",
    arguments: [(ModelPrecision.int8, 8.0), (.fp8, 8), (.int4, 4.25), (.fp16, 16), (.bf16, 16), (.fp32, 32)])
  func quantised(precision: ModelPrecision, bits: Double) throws {
    let shape = try Self.published("Qwen2-7B")
    let others = precision == .fp32 ? 4.0 : 2.0
    let expected = shape.matrixParameters * bits / 8 + shape.otherParameters * others
    #expect(MemoryEstimate(shape, precision: precision).weights == expected)
  }

  @Test("is narrower the more is known")
  func certainty() throws {
    let exact = try Self.published("Qwen2-7B")
    func width(_ shape: ModelShape) -> Double {
      let estimate = MemoryEstimate(shape, precision: .fp16)
      #expect(estimate.low <= estimate.total && estimate.total <= estimate.high)
      return (estimate.high - estimate.low) / estimate.total
    }
    let number = ModelShape.typical(parameters: 7.6e9)
    let name = ModelShape.typical(parameters: 7e9, basis: .name)
    #expect(width(exact) < width(number) && width(number) < width(name))
  }

  @Test("plans models that no table has, as others run them")
  func known() throws {
    // vllm-ascend: DeepSeek-V3 in W8A8 on two servers of eight 910B with 64 GB, Qwen3-235B in W8A8 on one.
    let deepSeek = try DeploymentPlan.suggest(
      model: "DeepSeek-V3", precision: .int8, shape: try Self.published("DeepSeek-V3"))
    #expect(deepSeek.npus == 16 && deepSeek.tensorParallelSize == 8 && deepSeek.pipelineParallelSize == 2)
    #expect(deepSeek.launch == nil && deepSeek.notes.contains { $0.contains("servers are needed") })
    let qwen = try DeploymentPlan.suggest(
      model: "Qwen3-235B-A22B", precision: .int8, shape: try Self.published("Qwen3-235B-A22B"))
    #expect(qwen.npus == 8 && qwen.tensorParallelSize == 8 && qwen.expertParallelSize == 8)
    let command = try #require(qwen.launch?.commandLine)
    #expect(command.contains("--enable-expert-parallel") && command.contains("--quantization ascend"))
  }

  @Test("grows with the context and the requests, and says so in NPUs")
  func demand() throws {
    let shape = try Self.published("Qwen2-72B")
    func npus(_ context: Int, _ concurrency: Int) throws -> Int {
      try DeploymentPlan.suggest(
        model: "m", demand: ServingDemand(contextTokens: context, concurrency: concurrency), shape: shape
      ).npus
    }
    #expect(try npus(4096, 8) == 4)
    #expect(try npus(32_768, 32) == 16)
  }

  @Test("of a number that was asked for says whether it fits, and refuses what cannot be spread")
  func asked() throws {
    let shape = try Self.published("Qwen2-7B")
    let one = try DeploymentPlan.suggest(model: "m", npus: 1, shape: shape)
    #expect(one.fits && one.npus == 1)
    let large = try DeploymentPlan.suggest(
      model: "m", npus: 1, demand: ServingDemand(contextTokens: 131_072, concurrency: 64), shape: shape)
    #expect(!large.fits)
    // 28 heads.
    for count in [3, 8, 16] {
      let error = #expect(throws: PlanningError.self) {
        try DeploymentPlan.suggest(model: "m", npus: count, shape: shape)
      }
      #expect(error?.kind == .badParallelism && error?.message.contains("1, 2, 4") == true)
    }
  }

  @Test("does not guess what nothing says")
  func unknown() {
    for model in ["my-model", "", "///", "Qwen3-Next", "b", "xb", "7.b.b"] {
      let error = #expect(throws: PlanningError.self, "\(model)") { try DeploymentPlan.suggest(model: model) }
      #expect(error?.kind == .unknownModel)
    }
    let error = #expect(throws: PlanningError.self) {
      try DeploymentPlan.suggest(model: "9999B-9999B", precision: .fp32)
    }
    #expect(error?.kind == .tooLarge)
  }
}
