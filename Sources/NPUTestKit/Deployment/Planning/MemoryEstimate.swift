/// The memory that serving a language model takes on each NPU, estimated.
///
/// With N weights in matrices of b bits and M others of 16, spread over t NPUs (tensor parallel) and p groups of layers
/// (pipeline parallel), for c requests of n tokens at once:
///
/// ```
/// weights     = (N b / 8 + 2 M) / (t p)
/// cache       = c / p x sum over layers of min(n, window) x numbers x bytes,  n in blocks of 128
///   numbers   = heads_kv / t x 2 x head size, at least one head (grouped attention)
///             = kv_lora_rank + qk_rope_head_dim, whole on every NPU (latent attention)
/// activations = 2 bytes x T (4 hidden + 2 intermediate / t) + 20 bytes x max(c, 256) x vocabulary
/// runtime     = 1 GiB, and 0.78 GiB more where t p > 1
/// ```
///
/// T, the tokens of one step, is n, at least 2,048 and at most 8,192: vLLM's `max_num_batched_tokens`. The second part
/// of the activations are the logits of `max_num_seqs` requests in 32 bits and their copies in the sampler. The runtime
/// is that of torch_npu and its graphs; HCCL takes twice `HCCL_BUFFSIZE` (200 MB) for each of two groups of NPUs, as
/// the CANN manual says.
///
/// Sources: vLLM's `get_num_kv_heads`, `MLAAttentionSpec` and block size on Ascend; the manual of `HCCL_BUFFSIZE`.
/// Counter-checks: Llama-3-8B has 14.96 GiB of weights and 1.26 GiB of activations in vLLM's own profile
/// (vllm #10511); Qwen3-14B has 27.54 GiB of weights on an NPU (vllm-ascend #9372); and for the scales of the LLM guide
/// the least numbers on a 910B4 are those of its table, at both precisions.
public struct MemoryEstimate: Sendable, Hashable, Encodable {
  /// Bytes of the weights.
  public var weights: Double
  /// Bytes of keys and values.
  public var cache: Double
  /// Bytes of what one step computes.
  public var activations: Double
  /// Bytes of torch_npu, CANN and HCCL.
  public var runtime: Double
  /// The least that it is taken to be, in bytes.
  public var low: Double
  /// The most that it is taken to be, in bytes.
  public var high: Double

  /// All of it.
  public var total: Double { weights + cache + activations + runtime }

  /// Estimates what one NPU needs.
  ///
  /// - Parameters:
  ///   - shape: The model.
  ///   - precision: That of its weights.
  ///   - demand: How it is used.
  ///   - tensorParallelSize: Over how many NPUs a layer is spread; 1 or more.
  ///   - pipelineParallelSize: Over how many groups the layers are; 1 or more.
  public init(
    _ shape: ModelShape, precision: ModelPrecision, demand: ServingDemand = ServingDemand(),
    tensorParallelSize: Int = 1, pipelineParallelSize: Int = 1
  ) {
    let (t, p) = (Double(max(1, tensorParallelSize)), Double(max(1, pipelineParallelSize)))
    let otherBytes = precision.isQuantized ? 2 : precision.bitsPerWeight / 8
    weights = (shape.matrixParameters * precision.bitsPerWeight / 8 + shape.otherParameters * otherBytes) / (t * p)
    cache = Self.cache(shape.cachingLayers, demand, t) / p
    let tokens = min(8192, max(2048, Double(demand.contextTokens)))
    let sequences = Double(max(Self.usualSequences, demand.concurrency))
    activations =
      2 * tokens * (4 * shape.hiddenSize + 2 * shape.intermediateSize / t) + 20 * sequences * shape.vocabularySize
    // Two groups of two buffers of 200 MB.
    runtime = 1.0 * Self.gibibyte + (t * p > 1 ? 4 * 200 * 1_048_576 : 0)
    let doubt = Self.doubt(shape)
    let further = activations + runtime
    low = weights * doubt.weights.lowerBound + cache * doubt.cache.lowerBound + further / 2
    high = weights * doubt.weights.upperBound + cache * doubt.cache.upperBound + further * 2
  }

  private static func cache(_ layers: [ModelShape.CachingLayers], _ demand: ServingDemand, _ t: Double) -> Double {
    let context = Double(max(1, demand.contextTokens))
    return layers.reduce(0) { sum, layers in
      let tokens = min(context, layers.window ?? context)
      let heads = layers.heads.map { max(1, ($0 / t).rounded(.up)) } ?? 1
      return sum + layers.count * (tokens / 128).rounded(.up) * 128 * heads * layers.width
    } * demand.cacheBytes * Double(max(1, demand.concurrency))
  }

  /// By which factors the parts may differ from the estimate.
  ///
  /// A configuration leaves out biases and small parts. A name is rounded: LLaMA2-70B has 69.0 billion weights, Qwen2-7B
  /// has 7.6, Qwen2-1.5B 1.5. And a model of which no more is known may give every head keys and values of its own, as
  /// those before 2023 do: the hidden size in place of eight heads of 128.
  private static func doubt(_ shape: ModelShape) -> (weights: ClosedRange<Double>, cache: ClosedRange<Double>) {
    switch shape.basis {
    case .configuration: (0.98...1.02, 1...1)
    case .parameters: (0.97...1.03, 0.5...max(1, shape.hiddenSize / 1024))
    case .name: (0.95...1.15, 0.5...max(1, shape.hiddenSize / 1024))
    }
  }

  /// vLLM's `max_num_seqs`, unless it is told another.
  static let usualSequences = 256

  /// The unit in which npu-smi and the guides count, whatever they call it.
  static let gibibyte = 1_073_741_824.0

  private enum CodingKeys: String, CodingKey {
    case weights = "weights_gb"
    case cache = "kv_cache_gb"
    case activations = "activations_gb"
    case runtime = "runtime_gb"
    case low = "low_gb"
    case high = "high_gb"
  }

  /// Writes all parts in GB of 2^30 bytes with two decimals.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let parts: [(CodingKeys, Double)] = [
      (.weights, weights), (.cache, cache), (.activations, activations), (.runtime, runtime), (.low, low),
      (.high, high),
    ]
    for (key, bytes) in parts { try container.encode(Self.gigabytes(bytes), forKey: key) }
  }

  /// GB of 2^30 bytes with two decimals.
  static func gigabytes(_ bytes: Double) -> Double { (bytes / gibibyte * 100).rounded() / 100 }
}
