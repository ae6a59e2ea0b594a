/// A figure that inference servers expose, under one name for all of them.
public enum ServerMetric: String, Sendable, Hashable, CaseIterable, Codable {
  /// Requests being answered.
  case requestsRunning = "requests_running"
  /// Requests in the server's queue.
  case requestsWaiting = "requests_waiting"
  /// Requests whose cache was moved to the host's memory.
  case requestsSwapped = "requests_swapped"
  /// The share of the NPU's KV cache that is in use, from 0 to 1.
  case kvCacheUsage = "kv_cache_usage"
  /// The share of the host's KV cache that is in use, from 0 to 1.
  case hostCacheUsage = "host_cache_usage"
  /// The share of prefix lookups that hit, from 0 to 1, where the server computes it.
  case prefixCacheHitRate = "prefix_cache_hit_rate"
  /// Prompt tokens per second, where the server computes it.
  case promptThroughput = "prompt_throughput"
  /// Generated tokens per second, where the server computes it.
  case generationThroughput = "generation_throughput"
  /// The share of requests that failed, where the server computes it.
  case failedShare = "failed_share"

  /// Requests that came in.
  case requestsReceived = "requests_received"
  /// Requests that were answered, whatever ended the response.
  case requestsSucceeded = "requests_succeeded"
  /// Requests that failed.
  case requestsFailed = "requests_failed"
  /// Tokens of prompts.
  case promptTokens = "prompt_tokens"
  /// Generated tokens.
  case generationTokens = "generation_tokens"
  /// Requests whose cache was taken away to make room.
  case preemptions
  /// Tokens looked up in the prefix cache.
  case prefixCacheQueries = "prefix_cache_queries"
  /// Tokens found in the prefix cache.
  case prefixCacheHits = "prefix_cache_hits"

  /// From the arrival in the server to the first token, in seconds.
  case timeToFirstToken = "ttft"
  /// Between tokens, in seconds.
  case interTokenLatency = "itl"
  /// The mean time per token of one request after its first, in seconds.
  case timePerOutputToken = "tpot"
  /// From the arrival in the server to the last token, in seconds.
  case endToEndLatency = "e2e"
  /// In the server's queue, in seconds.
  case queueTime = "queue"
  /// From the queue to the first token, in seconds.
  case prefillTime = "prefill"
  /// From the first token to the last, in seconds.
  case decodeTime = "decode"
  /// Tokens of one prompt.
  case promptLength = "prompt_length"
  /// Tokens of one response.
  case generationLength = "generation_length"
  /// Tokens of one step of the engine.
  case tokensPerStep = "tokens_per_step"
}

extension ServerMetric {
  /// What a figure is, and so what can be computed from it.
  public enum Form: Sendable, Hashable {
    /// A value that rises and falls.
    case gauge
    /// A count since the server started.
    case counter
    /// Counts of values up to bounds since the server started.
    case histogram
  }

  /// What the figure is.
  public var form: Form {
    switch self {
    case .requestsRunning, .requestsWaiting, .requestsSwapped, .kvCacheUsage, .hostCacheUsage, .prefixCacheHitRate,
      .promptThroughput, .generationThroughput, .failedShare:
      .gauge
    case .requestsReceived, .requestsSucceeded, .requestsFailed, .promptTokens, .generationTokens, .preemptions,
      .prefixCacheQueries, .prefixCacheHits:
      .counter
    case .timeToFirstToken, .interTokenLatency, .timePerOutputToken, .endToEndLatency, .queueTime, .prefillTime,
      .decodeTime, .promptLength, .generationLength, .tokensPerStep:
      .histogram
    }
  }

  /// Whether the values of several engines are averaged and not added: they are shares.
  var isShare: Bool {
    switch self {
    case .kvCacheUsage, .hostCacheUsage, .prefixCacheHitRate, .failedShare: true
    default: false
    }
  }

  /// The names under which servers expose the figure, the one to prefer first.
  ///
  /// vLLM's stand with their prefix, in both generations; MindIE's stand without one. A server of a generation between
  /// two may expose both names of one figure: then only the first is read.
  public var names: [String] {
    switch self {
    case .requestsRunning: ["vllm:num_requests_running", "num_requests_running"]
    case .requestsWaiting: ["vllm:num_requests_waiting", "num_requests_waiting"]
    case .requestsSwapped: ["vllm:num_requests_swapped", "num_requests_swapped"]
    case .kvCacheUsage: ["vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc", "npu_cache_usage_perc"]
    case .hostCacheUsage: ["vllm:cpu_cache_usage_perc", "cpu_cache_usage_perc"]
    case .prefixCacheHitRate: ["vllm:gpu_prefix_cache_hit_rate", "npu_prefix_cache_hit_rate"]
    case .promptThroughput: ["vllm:avg_prompt_throughput_toks_per_s", "avg_prompt_throughput_toks_per_s"]
    case .generationThroughput: ["vllm:avg_generation_throughput_toks_per_s", "avg_generation_throughput_toks_per_s"]
    case .failedShare: ["failed_request_perc"]
    case .requestsReceived: ["request_received_total"]
    case .requestsSucceeded: ["vllm:request_success_total", "request_success_total"]
    case .requestsFailed: ["request_failed_total"]
    case .promptTokens: ["vllm:prompt_tokens_total", "prompt_tokens_total"]
    case .generationTokens: ["vllm:generation_tokens_total", "generation_tokens_total"]
    case .preemptions: ["vllm:num_preemptions_total", "num_preemptions_total"]
    case .prefixCacheQueries: ["vllm:prefix_cache_queries_total", "vllm:gpu_prefix_cache_queries_total"]
    case .prefixCacheHits: ["vllm:prefix_cache_hits_total", "vllm:gpu_prefix_cache_hits_total"]
    case .timeToFirstToken: ["vllm:time_to_first_token_seconds", "time_to_first_token_seconds"]
    // The old name of vLLM said "per output token" and counted the gaps of single tokens; MindIE's does so today.
    case .interTokenLatency:
      ["vllm:inter_token_latency_seconds", "vllm:time_per_output_token_seconds", "time_per_output_token_seconds"]
    case .timePerOutputToken: ["vllm:request_time_per_output_token_seconds"]
    case .endToEndLatency: ["vllm:e2e_request_latency_seconds", "e2e_request_latency_seconds"]
    case .queueTime: ["vllm:request_queue_time_seconds"]
    case .prefillTime: ["vllm:request_prefill_time_seconds"]
    case .decodeTime: ["vllm:request_decode_time_seconds"]
    case .promptLength: ["vllm:request_prompt_tokens", "request_prompt_tokens"]
    case .generationLength: ["vllm:request_generation_tokens", "request_generation_tokens"]
    case .tokensPerStep: ["vllm:iteration_tokens_total"]
    }
  }

  /// The series of a figure in a scrape: a name of a histogram stands for its `_bucket`, `_sum` and `_count`.
  static let byName: [String: ServerMetric] = {
    var metrics: [String: ServerMetric] = [:]
    for metric in allCases {
      for name in metric.names {
        if metric.form == .histogram {
          for ending in ["_bucket", "_sum", "_count"] { metrics[name + ending] = metric }
        } else {
          metrics[name] = metric
        }
      }
    }
    return metrics
  }()
}
