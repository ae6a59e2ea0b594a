/// The numbers in which the weights of a model are kept.
public enum ModelPrecision: String, Sendable, Hashable, Codable, CaseIterable, CustomStringConvertible {
  /// 32 bits, which some servers load by themselves.
  case fp32
  /// 16 bits.
  case bf16
  /// 16 bits; what the guides plan with.
  case fp16
  /// 8 bits, floating.
  case fp8
  /// 8 bits: W8A8 and W8A16.
  case int8
  /// 4 bits: W4A16, W4A8.
  case int4

  /// Reads a name as people and configurations write it: `FP16`, `float16`, `W8A8`, `w4`, `bfloat16`.
  ///
  /// - Parameter name: The name; upper and lower case count the same.
  public init?(named name: String) {
    let name = name.lowercased().filter { $0 != "_" && $0 != "-" }
    switch name {
    case "float32", "float": self = .fp32
    case "bfloat16": self = .bf16
    case "float16", "half": self = .fp16
    case "float8", "float8e4m3fn", "fbgemmfp8": self = .fp8
    default:
      if let precision = ModelPrecision(rawValue: name) {
        self = precision
      } else if name.hasPrefix("w8") {
        self = .int8
      } else if name.hasPrefix("w4") {
        self = .int4
      } else {
        return nil
      }
    }
  }

  /// The bits of one weight of the matrices.
  ///
  /// Four bits have a scale and an offset of 16 bits for each group of 128 weights, as AWQ, GPTQ and msModelSlim write
  /// them: 4.25 in all. The scales of eight bits are one for a row, and not counted.
  public var bitsPerWeight: Double {
    switch self {
    case .fp32: 32
    case .bf16, .fp16: 16
    case .fp8, .int8: 8
    case .int4: 4.25
    }
  }

  /// Whether only the matrices of the layers have these bits, and embeddings and norms stay at 16.
  public var isQuantized: Bool { bitsPerWeight < 16 }

  /// The name as the guides write it, such as `FP16`.
  public var description: String { rawValue.uppercased() }
}
