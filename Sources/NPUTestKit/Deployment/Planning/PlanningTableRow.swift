/// One row of a planning table of the guides: what they say a model needs.
///
/// All are for a 910B; no row says of which variant, for how long a context or for how many requests at once.
public struct PlanningTableRow: Sendable, Hashable, Encodable {
  /// The guide that has it.
  public enum Guide: String, Sendable, Hashable, Codable, CaseIterable {
    /// LLM inference deployment and testing.
    case llm
    /// AIGC inference deployment and testing.
    case aigc
    /// Audio and multimodal inference deployment and testing: its table of audio models.
    case audio
    /// The same guide: its table of multimodal models.
    case multimodal
  }

  /// The guide.
  public var guide: Guide
  /// The model, or the scale of a language model, as the guide writes it.
  public var model: String
  /// What it does, or examples of the scale.
  public var detail: String
  /// The least number of NPUs at FP16.
  public var npus: Int
  /// The least number at INT8 or W4; `nil` where the table has no such column.
  public var quantizedNPUs: Int?
  /// The memory in use, of all NPUs together, in GB; `nil` where the table has no such column.
  public var hbmGB: Double?

  /// The number for a precision.
  func npus(_ precision: ModelPrecision) -> Int {
    precision.isQuantized ? quantizedNPUs ?? npus : npus
  }

  /// Whether it is that of Whisper, which vLLM serves, too.
  var isWhisper: Bool { model.hasPrefix("Whisper") }

  private enum CodingKeys: String, CodingKey {
    case guide, model, detail, npus
    case quantizedNPUs = "quantized_npus"
    case hbmGB = "hbm_gb"
  }
}

extension PlanningTableRow {
  /// All rows of all planning tables, in the order of the guides.
  public static let all: [PlanningTableRow] = scales.map(\.row) + named.map(\.row)

  /// The row that a model falls under; `nil` if there is none.
  ///
  /// A name of the tables comes before a scale; a scale is one of language models without experts.
  static func of(_ name: ModelName) -> PlanningTableRow? {
    if let entry = named.first(where: { !name.keys.isDisjoint(with: $0.keys) }) { return entry.row }
    guard let billions = name.billions, !name.isMixture, !name.isMultimodal, !name.isMedia else { return nil }
    return scales.first { $0.billions.contains(billions) }?.row
  }

  /// The rows of language models go by their number of parameters in billions.
  private static let scales: [(billions: ClosedRange<Double>, row: PlanningTableRow)] = [
    // The example LLaMA3-8B makes 8B part of the first row.
    (7...8, language("7B", "Qwen2-7B, LLaMA3-8B", 1, 1)),
    (13...14, language("13–14B", "Qwen1.5-14B, Baichuan2-13B", 2, 1)),
    (32...34, language("32–34B", "Qwen2.5-32B, CodeLlama-34B", 4, 2)),
    (65...72, language("65–72B", "Qwen2-72B, LLaMA2-70B", 8, 4)),
  ]

  /// The others go by name: that of the guide, and those under which the weights are published.
  private static let named: [(keys: Set<String>, row: PlanningTableRow)] = [
    aigc(
      "Stable Diffusion 1.5", "Text-to-Image", 1, 8,
      ["stable-diffusion-v1-5", "stable-diffusion-1.5", "sd 1.5", "sd-v1-5"]),
    aigc("SDXL 1.0", "Text-to-Image", 1, 16, ["sdxl", "stable-diffusion-xl-base-1.0", "stable-diffusion-xl"]),
    aigc("DiT-XL/2", "Text-to-Image (Transformer)", 1, 12, ["dit-xl-2-256", "dit-xl-2-512"]),
    aigc(
      "Stable Video Diffusion", "Image-to-Video", 2, 32,
      ["svd", "stable-video-diffusion-img2vid", "stable-video-diffusion-img2vid-xt"]),
    aigc("FLUX.1", "Text-to-Image", 2, 24, ["flux.1-dev", "flux.1-schnell"]),
    audio("Whisper-large-v3", "ASR", 4, ["large-v3"]),
    audio("Paraformer-large", "ASR (streaming)", 2),
    audio("SenseVoice-small", "ASR (multilingual)", 2),
    audio("CosyVoice", "TTS", 6, ["cosyvoice-300m"]),
    audio("VITS / ChatTTS", "TTS", 3, ["vits", "chattts"]),
    multimodal("LLaVA-1.5-7B", "Vision-Language", 1, 16),
    multimodal("Qwen-VL-Chat", "Vision-Language", 2, 20, ["qwen-vl"]),
    multimodal("InternVL2-8B", "Vision-Language", 1, 18),
    multimodal(
      "CogVLM2-19B", "Vision-Language", 4, 40, ["cogvlm2-llama3-chat-19b", "cogvlm2-llama3-chinese-chat-19b"]),
    multimodal("Qwen2-Audio-7B", "Audio-Language", 1, 16),
  ]

  private static func language(_ model: String, _ examples: String, _ npus: Int, _ quantized: Int) -> PlanningTableRow {
    PlanningTableRow(guide: .llm, model: model, detail: examples, npus: npus, quantizedNPUs: quantized)
  }

  private static func aigc(
    _ model: String, _ detail: String, _ npus: Int, _ hbm: Double, _ others: [String] = []
  ) -> (Set<String>, PlanningTableRow) { entry(.aigc, model, detail, npus, hbm, others) }

  private static func audio(
    _ model: String, _ detail: String, _ hbm: Double, _ others: [String] = []
  ) -> (Set<String>, PlanningTableRow) { entry(.audio, model, detail, 1, hbm, others) }

  private static func multimodal(
    _ model: String, _ detail: String, _ npus: Int, _ hbm: Double, _ others: [String] = []
  ) -> (Set<String>, PlanningTableRow) { entry(.multimodal, model, detail, npus, hbm, others) }

  private static func entry(
    _ guide: Guide, _ model: String, _ detail: String, _ npus: Int, _ hbm: Double, _ others: [String]
  ) -> (Set<String>, PlanningTableRow) {
    let row = PlanningTableRow(guide: guide, model: model, detail: detail, npus: npus, quantizedNPUs: nil, hbmGB: hbm)
    return (Set(([model] + others).map(ModelName.key)), row)
  }
}
