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
