/// What the name of a model says about it, such as `Qwen/Qwen2.5-14B-Instruct` or `/data/models/Qwen2-7B-Chat`.
struct ModelName: Sendable, Hashable {
  /// The name without folders.
  let short: String
  /// Letters and digits of the name, with and without folders and the words that name a variant.
  let keys: Set<String>
  /// How many billions of parameters it says there are, all experts together.
  let billions: Double?
  /// Whether it names experts, as `8x7B` and `A3B` do.
  let isMixture: Bool
  /// Whether it names images or sound as input.
  let isMultimodal: Bool
  /// By what the weights are quantised, as far as it names that: such as `awq`.
  let quantizationMethod: String?
  /// Whether it is HiDream-I1, which has a server of its own.
  let isHiDream: Bool
  /// Whether it names images, video or sound as output, or speech as all that it takes: no language model.
  let isMedia: Bool

  private static let variants: Set<String> = [
    "instruct", "chat", "base", "hf", "it", "awq", "gptq", "w8a8", "w8a16", "w4a16", "int8", "int4", "fp8", "bf16",
    "fp16",
  ]
  private static let modalities = [
    "vl", "vision", "audio", "omni", "llava", "internvl", "cogvlm", "minicpmv", "multimodal",
  ]
  private static let media: Set<String> = [
    "asr", "cogvideo", "cogvideox", "cosyvoice", "diffusion", "flux", "hunyuanimage", "hunyuanvideo", "i2v", "image",
    "kolors", "paraformer", "sdxl", "sensevoice", "svd", "t2i", "t2v", "ti2v", "tts", "video", "vits", "wan", "whisper",
  ]
  /// Longer names are cut: no model has one.
  private static let lengthLimit = 4096

  init(_ text: String) {
    let text = String(text.prefix(Self.lengthLimit)).lowercased()
    let trimmed = String(text.reversed().drop { $0 == "/" }.reversed())
    let short = String(trimmed.split(separator: "/").last ?? "")
    self.short = short
    let words = short.split { !($0.isLetter || $0.isNumber || $0 == ".") }.map(String.init)
    var rest = words
    while rest.count > 1, let last = rest.last, Self.variants.contains(last) { rest.removeLast() }
    keys = Set([text, short, rest.joined()].map(Self.key)).subtracting([""])
    let sizes = words.compactMap(Self.size)
    billions = sizes.first?.billions
    isMixture =
      (sizes.first?.isMixture ?? false)
      || words.contains { $0.first == "a" && Self.size(String($0.dropFirst())) != nil }
    isMultimodal = words.contains { word in
      let bare = word.filter(\.isLetter)
      return bare.hasSuffix("vl")
        || Self.modalities.contains { bare == $0 || bare.count > 3 && $0.count > 3 && bare.hasPrefix($0) }
    }
    quantizationMethod = Self.quantizationMethod(short, words)
    isHiDream = keys.contains { $0.hasPrefix("hidream") }
    isMedia = words.contains { Self.media.contains($0) || Self.media.contains($0.filter(\.isLetter)) }
  }

  /// Those that vLLM finds in the configuration by itself, by the words that people name their weights with.
  private static func quantizationMethod(_ short: String, _ words: [String]) -> String? {
    let methods = ["awq": "awq", "gptq": "gptq", "bnb": "bitsandbytes"]
    if let method = words.lazy.compactMap({ methods[$0] }).first { return method }
    let isCompressed = short.contains("compressed-tensors") || words.contains { $0.hasPrefix("quantized.w") }
    return isCompressed ? "compressed-tensors" : nil
  }

  /// Letters and digits alone.
  static func key(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }

  /// `7b`, `0.5b`, `300m`, `8x7b`.
  private static func size(_ word: String) -> (billions: Double, isMixture: Bool)? {
    guard let unit = word.last, unit == "b" || unit == "m" else { return nil }
    let factors = word.dropLast().split(separator: "x", omittingEmptySubsequences: false)
    guard (1...2).contains(factors.count) else { return nil }
    var product = unit == "b" ? 1.0 : 1e-3
    for factor in factors {
      guard factor.count < 10, factor.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }),
        let number = Double(factor),
        number > 0
      else { return nil }
      product *= number
    }
    // More than any model has is no size.
    guard product < 100_000 else { return nil }
    // Experts have all but their blocks in common: Mixtral 8x7B has 46.7 billion weights, 8x22B has 141.
    return factors.count == 2 ? (product * 0.82, true) : (product, false)
  }
}
