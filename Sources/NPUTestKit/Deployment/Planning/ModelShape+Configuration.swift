internal import NPUBase

extension ModelShape {
  /// Most bytes of a configuration: the longest published ones have some 100,000.
  public static let configurationLimit = 4 << 20

  /// Reads the `config.json` of a model, as Hugging Face and ModelScope have it beside the weights.
  ///
  /// Understood are grouped and multi-query attention, latent attention (MLA), experts, layers with a window, layers
  /// without a cache, shared embeddings, quantised weights (`quantization_config`, and `quantize` of msModelSlim), and
  /// models whose language model stands in a part of its own (`text_config`, `llm_config`). The names of GPT-2, Falcon
  /// and ChatGLM are known beside those of Llama.
  ///
  /// - Parameter bytes: The file.
  /// - Throws: ``PlanningError`` of kind `badConfiguration` that names what is missing or cannot be meant.
  public init(configuration bytes: [UInt8]) throws(PlanningError) {
    guard bytes.count <= Self.configurationLimit else {
      throw PlanningError(
        .badConfiguration, "the configuration has \(bytes.count) bytes; name the config.json beside the weights")
    }
    let whole: JSONValue
    do throws(JSONValue.Fault) { whole = try JSONValue(reading: bytes) } catch {
      throw PlanningError(
        .badConfiguration,
        "the configuration is \(error == .tooDeep ? "nested too deep" : "no JSON"); name the "
          + "config.json beside the weights")
    }
    guard whole.object != nil else {
      throw PlanningError(.badConfiguration, "the configuration is no object; name the config.json beside the weights")
    }
    var reader = ConfigurationReader(whole: whole)
    self = try reader.shape()
  }
}

/// Takes a shape from the configuration of a model.
///
/// Every number is one from outside: each has a range, and what is computed of them is floating.
private struct ConfigurationReader {
  let whole: JSONValue
  /// The part about the language model.
  let text: ConfigurationPart
  private var notes: [String] = []

  init(whole: JSONValue) {
    self.whole = whole
    var part = whole
    // thinker_config holds a text_config itself.
    for _ in 0..<3 where ConfigurationPart(part).number(.layers) == nil {
      let inner = ["text_config", "llm_config", "language_config", "thinker_config"].compactMap { part[$0] }.first
      guard let inner, inner.object != nil else { break }
      part = inner
    }
    text = ConfigurationPart(part)
  }

  mutating func shape() throws(PlanningError) -> ModelShape {
    let hidden = try text.required(.hidden)
    let layers = try text.required(.layers)
    let heads = try text.required(.heads)
    let vocabulary = try text.required(.vocabulary)
    let mixture = Mixture(text, layers: layers)
    let attention = attentionParameters(hidden, heads)
    let (blocks, routers) = mixture.parameters(text, hidden: hidden, layers: layers)
    let stated = text.flag("tie_word_embeddings") ?? ConfigurationPart(whole).flag("tie_word_embeddings")
    let tables = stated ?? sharesTables ? 1.0 : 2.0
    let encoder = encoderParameters()
    return ModelShape(
      basis: .configuration, matrixParameters: layers * attention + blocks,
      // Two norms a layer and one behind the last.
      otherParameters: tables * vocabulary * hidden + (2 * layers + 1) * hidden + routers + encoder, layers: layers,
      hiddenSize: hidden, intermediateSize: max(text.intermediate(hidden), mixture.widthPerToken),
      attentionHeads: heads, vocabularySize: vocabulary, experts: mixture.experts,
      cachingLayers: cachingLayers(hidden, heads, layers),
      contextLimit: text.number(.context).flatMap { Int(exactly: $0) },
      precision: precision, quantizationMethod: quantizationMethod, notes: notes)
  }

  /// Whether input and output share the table of the vocabulary in a family whose configurations need not say so.
  private var sharesTables: Bool {
    ["gemma", "cohere"].contains { text.type.hasPrefix($0) }
      || ["gpt2", "gpt_neo", "gpt_bigcode", "bloom", "opt", "falcon", "mpt"].contains(text.type)
  }

  // MARK: Attention

  private func headSize(_ hidden: Double, _ heads: Double) -> Double {
    text.number("head_dim", "kv_channels") ?? max(1, (hidden / heads).rounded(.down))
  }

  private func keyValueHeads(_ heads: Double) -> Double {
    if text.flag("multi_query") == true, text.flag("new_decoder_architecture") != true { return 1 }
    let names = text.number(
      "num_key_value_heads", "multi_query_group_num", "num_kv_heads", "n_head_kv", "kv_n_heads")
    return min(heads, names ?? heads)
  }

  /// The weights of one layer's attention.
  private func attentionParameters(_ hidden: Double, _ heads: Double) -> Double {
    let size = headSize(hidden, heads)
    guard let rank = text.number("kv_lora_rank") else {
      return 2 * hidden * size * (heads + keyValueHeads(heads))
    }
    let plain = text.number("qk_nope_head_dim") ?? size
    let rotary = text.number("qk_rope_head_dim") ?? 64
    let value = text.number("v_head_dim") ?? size
    let query = text.number("q_lora_rank").map { $0 * (hidden + heads * (plain + rotary)) }
    return (query ?? hidden * heads * (plain + rotary)) + hidden * (rank + rotary) + rank * heads * (plain + value)
      + heads * value * hidden
  }

  private mutating func cachingLayers(
    _ hidden: Double, _ heads: Double, _ layers: Double
  ) -> [ModelShape.CachingLayers] {
    func made(_ count: Double, window: Double? = nil) -> ModelShape.CachingLayers {
      if let rank = text.number("kv_lora_rank") {
        // DeepSeek-V3.2 keeps the keys of its indexer, too.
        let width = rank + (text.number("qk_rope_head_dim") ?? 64) + (text.number("index_head_dim") ?? 0)
        return ModelShape.CachingLayers(count: count, heads: nil, width: width, window: window)
      }
      return ModelShape.CachingLayers(
        count: count, heads: keyValueHeads(heads), width: 2 * headSize(hidden, heads), window: window)
    }
    let (full, windowed) = kinds(layers)
    let window = text.number("sliding_window", "attention_chunk_size")
    return [made(full), made(windowed, window: window)].filter { $0.count > 0 }
  }

  /// How many layers keep all tokens, and how many those of a window; the others keep none.
  private mutating func kinds(_ layers: Double) -> (full: Double, windowed: Double) {
    if let types = text.value["layer_types"]?.array, !types.isEmpty {
      // Of a list that is not as long as there are layers the shares count.
      let scale = layers / Double(types.count)
      let windowed = types.count { ["sliding_attention", "chunked_attention"].contains($0.string) }
      let without = types.count { ["linear_attention", "mamba", "conv"].contains($0.string) }
      if without > 0 {
        notes.append("\(without) layers keep a state of their own in place of a cache; it is not counted")
      }
      return (scale * Double(types.count - windowed - without), scale * Double(windowed))
    }
    if let interval = text.number("full_attention_interval", "attn_layer_period") {
      notes.append("only every layer in \(Int(interval)) has a cache; the states of the others are not counted")
      return ((layers / interval).rounded(.down), 0)
    }
    let full = fullLayers(of: layers).rounded(.down)
    return (full, layers - full)
  }

  /// How many layers keep all tokens in a model that does not list the kinds of its layers.
  private func fullLayers(of layers: Double) -> Double {
    // Qwen names a window that it does not use.
    let isQwen = text.type.hasPrefix("qwen")
    guard text.number("sliding_window") != nil, text.flag("use_sliding_window") ?? !isQwen else { return layers }
    if isQwen, let below = text.number("max_window_layers") { return min(layers, below) }
    // EXAONE writes its pattern in letters: L is local, G global.
    if let pattern = text.value["sliding_window_pattern"]?.string, !pattern.isEmpty {
      return layers * Double(pattern.count { $0 == "G" }) / Double(pattern.count)
    }
    // Every layer of so many is a full one.
    let families = ["gemma2": 2.0, "gemma3": 6, "gemma3_text": 6, "gpt_oss": 2]
    return layers / (text.number("sliding_window_pattern") ?? families[text.type] ?? .infinity)
  }

  // MARK: The rest

  /// The weights of an encoder of images or sound, roughly: four matrices of attention and two behind them.
  private mutating func encoderParameters() -> Double {
    var sum = 0.0
    for name in ["vision_config", "audio_config"] {
      let inside = whole["thinker_config"]?[name]
      guard let part = (whole[name] ?? inside).map(ConfigurationPart.init),
        let layers = part.number("num_hidden_layers", "depth", "num_layers", "encoder_layers"),
        let width = part.number("embed_dim", "width", "hidden_size", "d_model")
      else { continue }
      let inner =
        part.number("intermediate_size", "encoder_ffn_dim") ?? width * (part.number("mlp_ratio", limit: 64) ?? 4)
      sum += layers * (4 * width * width + 2 * width * inner)
      notes.append("the encoder in \(name) is counted roughly, and what it adds to each request not at all")
    }
    return sum
  }

  /// What says how the weights are quantised.
  private var quantization: JSONValue? {
    [whole, text.value].lazy.compactMap { $0["quantization_config"] }.first { $0.object != nil }
  }

  /// msModelSlim writes `quantize` for MindIE.
  private var quantizationMethod: String? {
    if whole["quantize"]?.string.flatMap({ ModelPrecision(named: $0) })?.isQuantized == true { return "ascend" }
    guard let part = quantization else { return nil }
    // bitsandbytes was there before methods had names.
    let method = part["quant_method"]?.string ?? "bitsandbytes"
    return String(method.lowercased().prefix(40).filter { $0.isASCII && !$0.isWhitespace })
  }

  /// The precision of the weights: that of a quantisation, or else the type of their numbers.
  private var precision: ModelPrecision? {
    if let name = whole["quantize"]?.string, let precision = ModelPrecision(named: name) { return precision }
    if let part = quantization { return Self.quantised(part) }
    let names = [text.value, whole].flatMap { [$0["torch_dtype"], $0["dtype"]] }.compactMap { $0?.string }
    return names.lazy.compactMap { ModelPrecision(named: $0) }.first
  }

  private static func quantised(_ part: JSONValue) -> ModelPrecision? {
    let method = part["quant_method"]?.string?.lowercased() ?? ""
    if method.contains("fp8") { return .fp8 }
    if part["load_in_4bit"] == .bool(true) || method == "mxfp4" { return .int4 }
    if part["load_in_8bit"] == .bool(true) { return .int8 }
    let group = part["config_groups"]?.object?.sorted { $0.key < $1.key }.first?.value["weights"]
    let bits = WholeNumber.of(part["bits"]) ?? WholeNumber.of(part["w_bit"]) ?? WholeNumber.of(group?["num_bits"])
    switch bits ?? (["awq", "gptq"].contains(method) ? 4 : 8) {
    case 4: return .int4
    case 8: return group?["type"]?.string == "float" ? .fp8 : .int8
    case 16: return .fp16
    default: return nil
    }
  }
}
