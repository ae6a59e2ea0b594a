/// How a language model is to be used: what its cache and its activations depend on.
public struct ServingDemand: Sendable, Hashable, Encodable {
  /// The tokens of a prompt and its response together; the guides start vLLM with 4,096.
  public var contextTokens: Int
  /// How many requests are generated at once, each of that length; the benchmark of the guides sends 8.
  public var concurrency: Int
  /// The bytes of one number in the cache: 2, or 1 for a quantised cache.
  public var cacheBytes: Double
  /// The share of the memory that the server may use: that of vLLM's `--gpu-memory-utilization`, and the limit of the
  /// LLM guide.
  public var memoryShare: Double

  /// Creates a demand.
  public init(contextTokens: Int = 4096, concurrency: Int = 8, cacheBytes: Double = 2, memoryShare: Double = 0.9) {
    self.contextTokens = contextTokens
    self.concurrency = concurrency
    self.cacheBytes = cacheBytes
    self.memoryShare = memoryShare
  }

  private enum CodingKeys: String, CodingKey {
    case concurrency
    case contextTokens = "context_tokens"
    case cacheBytes = "cache_bytes"
    case memoryShare = "memory_share"
  }
}
