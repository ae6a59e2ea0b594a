import NPUDeployment
import Testing

@Suite("The shape of a model from its configuration") struct ModelShapeTests {
  /// A published configuration, cut to what matters, and the number of weights that its files hold.
  struct Published: Sendable, CustomTestStringConvertible {
    var name: String
    var parameters: Double
    /// Bytes that one token takes in the cache at 16 bits.
    var cache: Double
    var json: String
    var testDescription: String { name }
  }

  /// Counts of the safetensors as Hugging Face shows them; DeepSeek-V3 without its layer for several tokens.
  static let published: [Published] = [
    Published(
      name: "Llama-2-7b", parameters: 6_738_415_616, cache: 32 * 32 * 128 * 2 * 2,
      json: """
        {"hidden_size":4096,"intermediate_size":11008,"num_attention_heads":32,"num_hidden_layers":32,
        "num_key_value_heads":32,"vocab_size":32000,"tie_word_embeddings":false,"torch_dtype":"float16",
        "model_type":"llama","max_position_embeddings":4096}
        """),
    Published(
      name: "Meta-Llama-3-8B", parameters: 8_030_261_248, cache: 131_072,
      json: """
        {"hidden_size":4096,"intermediate_size":14336,"num_attention_heads":32,"num_hidden_layers":32,
        "num_key_value_heads":8,"vocab_size":128256,"torch_dtype":"bfloat16","model_type":"llama"}
        """),
    Published(
      name: "Llama-2-70b", parameters: 68_976_648_192, cache: 327_680,
      json: """
        {"hidden_size":8192,"intermediate_size":28672,"num_attention_heads":64,"num_hidden_layers":80,
        "num_key_value_heads":8,"vocab_size":32000,"torch_dtype":"float16","model_type":"llama"}
        """),
    Published(
      name: "Qwen2-7B", parameters: 7_615_616_512, cache: 28 * 4 * 128 * 2 * 2,
      json: """
        {"hidden_size":3584,"intermediate_size":18944,"num_attention_heads":28,"num_hidden_layers":28,
        "num_key_value_heads":4,"vocab_size":152064,"sliding_window":131072,"use_sliding_window":false,
        "tie_word_embeddings":false,"torch_dtype":"bfloat16","model_type":"qwen2"}
        """),
    Published(
      name: "Qwen2-72B", parameters: 72_706_203_648, cache: 327_680,
      json: """
        {"hidden_size":8192,"intermediate_size":29568,"num_attention_heads":64,"num_hidden_layers":80,
        "num_key_value_heads":8,"vocab_size":152064,"torch_dtype":"bfloat16","model_type":"qwen2"}
        """),
    Published(
      name: "Mixtral-8x7B", parameters: 46_702_792_704, cache: 131_072,
      json: """
        {"hidden_size":4096,"intermediate_size":14336,"num_attention_heads":32,"num_hidden_layers":32,
        "num_key_value_heads":8,"vocab_size":32000,"num_local_experts":8,"num_experts_per_tok":2,"sliding_window":null,
        "torch_dtype":"bfloat16","model_type":"mixtral"}
        """),
    Published(
      name: "Qwen3-235B-A22B", parameters: 235_093_634_560, cache: 94 * 4 * 128 * 2 * 2,
      json: """
        {"hidden_size":4096,"intermediate_size":12288,"moe_intermediate_size":1536,"num_attention_heads":64,
        "num_hidden_layers":94,"num_key_value_heads":4,"head_dim":128,"num_experts":128,"num_experts_per_tok":8,
        "decoder_sparse_step":1,"mlp_only_layers":[],"vocab_size":151936,"tie_word_embeddings":false,
        "torch_dtype":"bfloat16","model_type":"qwen3_moe"}
        """),
    Published(
      name: "DeepSeek-V3", parameters: 671_026_419_200, cache: 61 * 576 * 2,
      json: """
        {"hidden_size":7168,"intermediate_size":18432,"moe_intermediate_size":2048,"num_attention_heads":128,
        "num_key_value_heads":128,"num_hidden_layers":61,"first_k_dense_replace":3,"n_routed_experts":256,
        "n_shared_experts":1,"num_experts_per_tok":8,"moe_layer_freq":1,"kv_lora_rank":512,"q_lora_rank":1536,
        "qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,"vocab_size":129280,"tie_word_embeddings":false,
        "torch_dtype":"bfloat16","model_type":"deepseek_v3",
        "quantization_config":{"quant_method":"fp8","fmt":"e4m3","weight_block_size":[128,128]}}
        """),
    Published(
      name: "chatglm3-6b", parameters: 6_243_584_000, cache: 28 * 2 * 128 * 2 * 2,
      json: """
        {"hidden_size":4096,"ffn_hidden_size":13696,"num_attention_heads":32,"num_layers":28,"kv_channels":128,
        "multi_query_attention":true,"multi_query_group_num":2,"padded_vocab_size":65024,"seq_length":8192,
        "torch_dtype":"float16","model_type":"chatglm"}
        """),
  ]

  @Test("has as many weights as the published files, biases aside", arguments: published)
  func weights(_ published: Published) throws {
    let shape = try ModelShape(configuration: Array(published.json.utf8))
    let error = abs(shape.parameters - published.parameters) / published.parameters
    #expect(error < 3e-5, "\(shape.parameters)")
    #expect(shape.cacheBytesPerToken() == published.cache)
    #expect(shape.basis == .configuration)
  }

  /// Families that say things in their own ways, and their sizes in billions as their makers give them, with experts.
  static let families: [(name: String, billions: Double, cache: Double?, json: String)] = [
    (
      "bloom-7b1", 7.069, nil,
      #"{"hidden_size":4096,"n_head":32,"n_layer":30,"vocab_size":250880,"model_type":"bloom"}"#
    ),
    (
      "bloom", 176.2, nil,
      #"{"n_embed":14336,"num_attention_heads":112,"n_layer":70,"vocab_size":250880,"model_type":"bloom"}"#
    ),
    (
      "opt-6.7b", 6.658, nil,
      """
      {"hidden_size":4096,"ffn_dim":16384,"num_attention_heads":32,"num_hidden_layers":32,"vocab_size":50272,
      "model_type":"opt"}
      """
    ),
    (
      "dbrx-base", 131.6, 40 * 8 * 128 * 2 * 2,
      """
      {"attn_config":{"clip_qkv":8,"kv_n_heads":8},"d_model":6144,"ffn_config":{"ffn_hidden_size":10752,
      "moe_num_experts":16,"moe_top_k":4},"n_heads":48,"n_layers":40,"vocab_size":100352,"tie_word_embeddings":false,
      "model_type":"dbrx"}
      """
    ),
    (
      "Llama-4-Scout", 107.8, nil,
      """
      {"model_type":"llama4","text_config":{"model_type":"llama4_text","hidden_size":5120,"intermediate_size":8192,
      "intermediate_size_mlp":16384,"num_attention_heads":40,"num_key_value_heads":8,"head_dim":128,
      "num_hidden_layers":48,"num_local_experts":16,"num_experts_per_tok":1,"interleave_moe_layer_step":1,
      "vocab_size":202048,"tie_word_embeddings":false}}
      """
    ),
    (
      "Hunyuan-A13B", 80.4, nil,
      """
      {"hidden_size":4096,"intermediate_size":3072,"moe_intermediate_size":[3072,3072],"num_attention_heads":32,
      "num_key_value_heads":8,"head_dim":128,"num_hidden_layers":32,"num_experts":64,"num_shared_expert":[1,1],
      "moe_topk":[8,8],"vocab_size":128167,"tie_word_embeddings":true,"model_type":"hunyuan_v1_moe"}
      """
    ),
    (
      "ERNIE-4.5-21B-A3B", 21.83, nil,
      """
      {"hidden_size":2560,"intermediate_size":12288,"moe_intermediate_size":1536,"num_attention_heads":20,
      "num_key_value_heads":4,"head_dim":128,"num_hidden_layers":28,"moe_num_experts":64,"moe_num_shared_experts":2,
      "moe_k":6,"moe_layer_start_index":1,"moe_layer_interval":1,"vocab_size":103424,"tie_word_embeddings":true,
      "model_type":"ernie4_5_moe"}
      """
    ),
    (
      "gpt-oss-20b", 20.9, nil,
      """
      {"hidden_size":2880,"intermediate_size":2880,"num_attention_heads":64,"num_key_value_heads":8,"head_dim":64,
      "num_hidden_layers":24,"num_local_experts":32,"num_experts_per_tok":4,"sliding_window":128,"vocab_size":201088,
      "tie_word_embeddings":false,"model_type":"gpt_oss"}
      """
    ),
  ]

  @Test("counts the weights of every family", arguments: families.indices)
  func family(index: Int) throws {
    let family = Self.families[index]
    let shape = try ModelShape(configuration: Array(family.json.utf8))
    #expect(
      abs(shape.parameters / 1e9 - family.billions) / family.billions < 0.01, "\(family.name): \(shape.parameters)")
    if let cache = family.cache { #expect(shape.cacheBytesPerToken() == cache) }
  }

  @Test("of a product of experts and size counts what the experts have in common once")
  func products() throws {
    for (model, billions) in [("Mixtral-8x7B", 46.7), ("Mixtral-8x22B", 140.6)] {
      let plan = try DeploymentPlan.suggest(model: model, npus: 8)
      let estimate = try #require(plan.estimate)
      let bytes = billions * 1e9 * 2 / 8
      let others = estimate.cache + estimate.activations + estimate.runtime
      // The bounds hold what the files have.
      #expect(estimate.weights * 0.95 < bytes && bytes < estimate.weights * 1.15, "\(model) \(estimate.weights)")
      #expect(others > 0)
    }
  }

  @Test(
    "says in which precision the weights are",
    arguments: [
      (#""torch_dtype":"bfloat16""#, ModelPrecision.bf16), (#""dtype":"float16""#, .fp16),
      (#""torch_dtype":"float32""#, .fp32), (#""quantize":"w8a8","torch_dtype":"float16""#, .int8),
      (#""quantize":"w4a16""#, .int4), (#""quantization_config":{"quant_method":"fp8"}"#, .fp8),
      (#""quantization_config":{"quant_method":"awq","bits":4}"#, .int4),
      (#""quantization_config":{"quant_method":"gptq","bits":8}"#, .int8),
      (
        #""quantization_config":{"quant_method":"compressed-tensors","config_groups":{"group_0":{"weights":"#
          + #"{"num_bits":8,"type":"int"}}}}"#, .int8
      ),
      (
        #""quantization_config":{"quant_method":"compressed-tensors","config_groups":{"group_0":{"weights":"#
          + #"{"num_bits":8,"type":"float"}}}}"#, .fp8
      ),
      (#""quantization_config":{"load_in_4bit":true}"#, .int4), (#""x":1"#, nil),
    ] as [(String, ModelPrecision?)])
  func precision(field: String, precision: ModelPrecision?) throws {
    #expect(try Self.shape(field).precision == precision)
  }

  @Test("knows windows, layers without a cache, and language models inside of others")
  func kinds() throws {
    let whole = try Self.shape(#""x":1"#)
    func tokens(_ shape: ModelShape, _ context: Int) -> Double {
      MemoryEstimate(shape, precision: .fp16, demand: ServingDemand(contextTokens: context)).cache
    }
    let windowed = try Self.shape(#""sliding_window":1024"#)
    #expect(tokens(windowed, 8192) == tokens(whole, 1024))
    let pattern = try Self.shape(#""sliding_window":1024,"sliding_window_pattern":4"#)
    #expect(tokens(pattern, 8192) == tokens(whole, 8192) / 4 + tokens(whole, 1024) * 3 / 4)
    let letters = try Self.shape(#""sliding_window":1024,"sliding_window_pattern":"LLLG""#)
    #expect(tokens(letters, 8192) == tokens(pattern, 8192))
    let gemma = try Self.shape(#""sliding_window":1024,"model_type":"gemma2""#)
    #expect(tokens(gemma, 8192) == tokens(whole, 8192) / 2 + tokens(whole, 1024) / 2)
    let qwen = try Self.shape(#""sliding_window":1024,"model_type":"qwen2""#)
    #expect(tokens(qwen, 8192) == tokens(whole, 8192))
    let upper = try Self.shape(
      #""sliding_window":1024,"model_type":"qwen2","use_sliding_window":true,"max_window_layers":6"#)
    #expect(tokens(upper, 8192) == tokens(whole, 8192) * 6 / 8 + tokens(whole, 1024) * 2 / 8)
    let unused = try Self.shape(#""sliding_window":1024,"use_sliding_window":false"#)
    #expect(tokens(unused, 8192) == tokens(whole, 8192))
    let types = #"["linear_attention","linear_attention","linear_attention","full_attention"]"#
    let linear = try Self.shape(#""layer_types":"# + types)
    #expect(tokens(linear, 8192) == tokens(whole, 8192) / 4)
    #expect(linear.notes.contains { $0.contains("not counted") })
    let inner = try ModelShape(
      configuration: Array(#"{"model_type":"x","torch_dtype":"bfloat16","text_config":{\#(Self.fields)}}"#.utf8))
    #expect(inner.parameters == whole.parameters && inner.precision == .bf16)
    let seeing = try Self.shape(
      #""vision_config":{"depth":10,"embed_dim":1000,"intermediate_size":4000,"hidden_size":9}"#)
    #expect(seeing.parameters == whole.parameters + 10 * 12e6)
  }

  @Test(
    "of what is no configuration is an error that says what is missing",
    arguments: [
      ("", "no JSON"), ("[1]", "no object"), ("{}", "hidden_size"), (String(repeating: "[", count: 5000), "nested"),
      (#"{"hidden_size":4096}"#, "num_hidden_layers"), (#"{"hidden_size":"4096"}"#, "hidden_size"),
      (#"{"hidden_size":-1,"num_hidden_layers":2}"#, "hidden_size is no number from 1"),
      (#"{"hidden_size":9223372036854775807,"num_hidden_layers":2}"#, "hidden_size is no number"),
      (#"{"hidden_size":1e308,"num_hidden_layers":2}"#, "hidden_size is no number"),
    ])
  func refused(text: String, words: String) {
    let error = #expect(throws: PlanningError.self) { try ModelShape(configuration: Array(text.utf8)) }
    #expect(error?.kind == .badConfiguration && error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test("of more bytes than any has is refused")
  func large() {
    let bytes = [UInt8](repeating: 0x20, count: ModelShape.configurationLimit + 1)
    #expect(throws: PlanningError.self) { try ModelShape(configuration: bytes) }
  }

  @Test("takes every number of every field, and plans with it or says why not")
  func hostile() throws {
    let fields = [
      "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "vocab_size", "head_dim",
      "intermediate_size", "kv_lora_rank", "qk_rope_head_dim", "qk_nope_head_dim", "v_head_dim", "q_lora_rank",
      "num_experts", "moe_intermediate_size", "n_shared_experts", "num_experts_per_tok", "first_k_dense_replace",
      "decoder_sparse_step", "sliding_window", "sliding_window_pattern", "full_attention_interval", "layer_types",
      "max_position_embeddings", "vision_config", "text_config", "quantization_config", "mlp_only_layers",
    ]
    let values = [
      "0", "1", "-1", "3", "9223372036854775807", "-9223372036854775808", "1e308", "-1e308", "0.5", "1e-300", "null",
      "true", "\"7\"", "[]", "[[],{}]", "{}", #"{"depth":1e7,"hidden_size":1e7,"mlp_ratio":64}"#, "1e7", "100000",
    ]
    for field in fields {
      for value in values {
        // Of a key that stands twice the last value counts.
        let text = "{\(Self.fields),\"\(field)\":\(value)}"
        do throws(PlanningError) {
          let shape = try ModelShape(configuration: Array(text.utf8))
          #expect(shape.parameters.isFinite && shape.parameters > 0, "\(text)")
          let plan = try DeploymentPlan.suggest(model: "m", shape: shape)
          #expect(plan.npus >= 1 && plan.hbmGB?.isFinite == true, "\(text)")
        } catch {
          #expect(!error.message.isEmpty)
        }
      }
    }
  }

  private static let fields = """
    "hidden_size":1024,"num_hidden_layers":8,"num_attention_heads":16,"num_key_value_heads":4,"vocab_size":32000,\
    "intermediate_size":4096
    """

  private static func shape(_ field: String) throws -> ModelShape {
    try ModelShape(configuration: Array("{\(fields),\(field)}".utf8))
  }
}
