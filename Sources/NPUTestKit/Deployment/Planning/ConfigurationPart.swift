internal import NPUBase

/// A part of a model's configuration, whose fields have several names.
struct ConfigurationPart {
  /// Fields that every language model has, by the names that families give them.
  enum Field: String {
    case layers, hidden, heads, vocabulary, intermediate, context

    var names: [String] {
      switch self {
      case .layers: ["num_hidden_layers", "num_layers", "n_layer", "n_layers"]
      case .hidden: ["hidden_size", "n_embd", "n_embed", "d_model"]
      case .heads: ["num_attention_heads", "n_head", "n_heads"]
      case .vocabulary: ["vocab_size", "padded_vocab_size"]
      case .intermediate: ["intermediate_size_mlp", "intermediate_size", "ffn_hidden_size", "n_inner", "ffn_dim"]
      case .context: ["max_position_embeddings", "seq_length", "n_positions", "max_sequence_length"]
      }
    }

    /// More than any model has, and little enough for every product of a few of them.
    var limit: Int {
      switch self {
      case .layers, .heads: 100_000
      case .hidden, .intermediate: 10_000_000
      case .vocabulary, .context: 1_000_000_000
      }
    }
  }

  let value: JSONValue

  init(_ value: JSONValue) { self.value = value }

  /// `model_type`, such as `qwen2`.
  var type: String { value["model_type"]?.string?.lowercased() ?? "" }

  /// A field as a number from 1; `nil` where it is missing or is no such number.
  func number(_ field: Field) -> Double? { number(field.names, field.limit) }

  /// The first of several names that has a number from 1 to a limit.
  func number(_ names: String..., limit: Int = 10_000_000) -> Double? { number(names, limit) }

  private func number(_ names: [String], _ limit: Int) -> Double? {
    // DBRX and MPT keep some fields in parts of their own.
    let parts = [value] + ["ffn_config", "attn_config"].compactMap { value[$0] }
    for name in names {
      for part in parts {
        guard let number = Self.number(part[name]), number >= 1, number <= Double(limit) else { continue }
        return number
      }
    }
    return nil
  }

  /// Whole numbers, the ratios that some fields are, and the mean of a list with a number for each layer.
  private static func number(_ value: JSONValue?) -> Double? {
    switch value {
    case .int(let number): return Double(number)
    case .double(let number): return number.isFinite ? number : nil
    case .array(let values):
      let numbers = values.compactMap { scalar($0) }
      guard !numbers.isEmpty, numbers.count == values.count else { return nil }
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      return mean.isFinite ? mean : nil
    default: return nil
    }
  }

  private static func scalar(_ value: JSONValue) -> Double? {
    if case .array = value { return nil }
    return number(value)
  }

  /// The share of the layers that a list with one number for each layer names by another number than 0.
  func share(_ name: String) -> Double? {
    guard let list = value[name]?.array, !list.isEmpty else { return nil }
    let chosen = list.count { item in Self.scalar(item).map { $0 != 0 } ?? false }
    return Double(chosen) / Double(list.count)
  }

  /// A field that an estimate needs.
  ///
  /// - Throws: ``PlanningError`` that names it.
  func required(_ field: Field) throws(PlanningError) -> Double {
    if let number = number(field) { return number }
    let found = field.names.first { value[$0] != nil }
    let what = found.map { "\($0) is no number from 1 to \(field.limit)" } ?? "it has no \(field.names[0])"
    throw PlanningError(
      .badConfiguration,
      "the configuration cannot be used: \(what); name the config.json of a language model, or give the number of "
        + "parameters")
  }

  /// A truth value.
  func flag(_ name: String) -> Bool? {
    guard case .bool(let flag)? = value[name] else { return nil }
    return flag
  }

  /// The width inside a dense block.
  func intermediate(_ hidden: Double) -> Double {
    let width = number(.intermediate) ?? 4 * hidden
    // The first Qwen counts both of its gated halves.
    return type == "qwen" ? width / 2 : width
  }
}

/// The experts of a model.
struct Mixture {
  /// How many there are in a layer, those that every token visits aside; 0 for a dense model.
  let experts: Double
  /// The width inside one.
  private let width: Double
  /// The width of all that every token visits.
  private let sharedWidth: Double
  /// How many one token is routed to.
  private let visited: Double
  /// How many layers have experts.
  private let layers: Double

  init(_ part: ConfigurationPart, layers: Double) {
    let experts = part.number("n_routed_experts", "num_experts", "num_local_experts", "moe_num_experts") ?? 0
    self.experts = experts > 1 ? experts : 0
    width =
      part.number("moe_intermediate_size", "expert_ffn_hidden_size") ?? part.number("intermediate_size")
      ?? part.number("ffn_hidden_size") ?? 0
    let names = part.number("n_shared_experts", "num_shared_experts", "num_shared_expert", "moe_num_shared_experts")
    // Llama 4 has one, and says so nowhere.
    let count = names ?? (part.type.hasPrefix("llama4") ? 1 : 0)
    sharedWidth =
      part.number("shared_expert_intermediate_size", "shared_intermediate_size") ?? count * width
    visited = min(
      self.experts, part.number("num_experts_per_tok", "experts_per_token", "moe_topk", "moe_top_k", "moe_k") ?? 2)
    self.layers = self.experts == 0 ? 0 : Self.layers(part, of: layers)
  }

  /// How many of the layers have experts.
  private static func layers(_ part: ConfigurationPart, of layers: Double) -> Double {
    if let share = part.share("moe_layer_freq") { return layers * share }
    let dense =
      part.number("first_k_dense_replace", "moe_layer_start_index")
      ?? Double(part.value["mlp_only_layers"]?.array?.count ?? 0)
    let step =
      part.number(
        "decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_freq", "moe_layer_interval",
        "expert_layer_period") ?? 1
    return max(0, ((layers - dense) / step).rounded(.down))
  }

  /// The width inside of what one token visits in a layer.
  var widthPerToken: Double { experts == 0 ? 0 : visited * width + sharedWidth }

  /// The weights of the blocks behind attention, and of what routes tokens to experts.
  func parameters(
    _ part: ConfigurationPart, hidden: Double, layers all: Double
  ) -> (blocks: Double, routers: Double) {
    // A gated block has three matrices, an older one two.
    let plain = [
      "gpt2", "gpt_neo", "gpt_neox", "gptj", "gpt_bigcode", "opt", "bloom", "falcon", "mpt", "phi", "starcoder2",
      "codegen", "nemotron",
    ]
    let matrices = plain.contains(part.type) ? 2.0 : 3.0
    let dense = (all - layers) * matrices * hidden * part.intermediate(hidden)
    let sparse = layers * 3 * hidden * (experts * width + sharedWidth)
    return (dense + sparse, layers * hidden * experts)
  }
}
