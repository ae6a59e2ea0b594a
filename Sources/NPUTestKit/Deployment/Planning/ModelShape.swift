/// How large a language model is, as far as its memory depends on it.
///
/// Counts are `Double`, since a configuration may hold any number: no product of them overflows.
public struct ModelShape: Sendable, Hashable {
  /// From what it is known, and with that how sure it is.
  public enum Basis: String, Sendable, Hashable, Codable, CaseIterable {
    /// The `config.json` of the model: layers, heads and experts are known.
    case configuration
    /// A number of parameters; all else is typical of models of that size.
    case parameters
    /// The number in the name of the model, which is rounded; all else is typical of models of that size.
    case name
  }

  /// Layers that keep keys and values in the same way.
  public struct CachingLayers: Sendable, Hashable {
    /// How many layers.
    public var count: Double
    /// How many heads have keys and values of their own; `nil` for latent attention (MLA), whose cache every NPU
    /// keeps whole.
    public var heads: Double?
    /// How many numbers one token takes: of one head, keys and values together, or of the latent vector.
    public var width: Double
    /// Only so many of the last tokens are kept; `nil` for all.
    public var window: Double?

    /// Creates layers.
    public init(count: Double, heads: Double?, width: Double, window: Double? = nil) {
      self.count = count
      self.heads = heads
      self.width = width
      self.window = window
    }
  }

  /// From what it is known.
  public var basis: Basis
  /// The weights in the matrices of the layers, which quantisation makes smaller.
  public var matrixParameters: Double
  /// The other weights: embeddings, norms, routers, an encoder of images or sound.
  public var otherParameters: Double
  /// The layers.
  public var layers: Double
  /// The width of the residual stream.
  public var hiddenSize: Double
  /// The width inside the largest dense block, or of the experts that one token visits.
  public var intermediateSize: Double
  /// How many heads query.
  public var attentionHeads: Double
  /// How many tokens the vocabulary has.
  public var vocabularySize: Double
  /// The experts of a layer that tokens are routed to; 0 for a model without.
  public var experts: Double
  /// The layers that keep keys and values.
  public var cachingLayers: [CachingLayers]
  /// The longest context, where it is known.
  public var contextLimit: Int?
  /// The precision of the weights as they are, where it is known.
  public var precision: ModelPrecision?
  /// The method that made the weights smaller, as the configuration names it, such as `awq`; `ascend` is msModelSlim's;
  /// `nil` for weights that are whole, or of which nothing is known.
  public var quantizationMethod: String?
  /// What could not be taken into account.
  public var notes: [String]

  /// All weights.
  public var parameters: Double { matrixParameters + otherParameters }

  /// The bytes that one token takes in the cache of a server with one NPU, windows aside.
  ///
  /// - Parameter numberBytes: The bytes of one number.
  /// - Returns: The bytes.
  public func cacheBytesPerToken(numberBytes: Double = 2) -> Double {
    cachingLayers.reduce(0) { $0 + $1.count * ($1.heads ?? 1) * $1.width } * numberBytes
  }

  /// Over how many NPUs a layer can be spread, of 1, 2, 4 and so on up to a limit.
  ///
  /// vLLM asks that the heads divide by it, and the heads of keys and values divide by it or it by them.
  func tensorParallelSizes(upTo limit: Int) -> [Int] {
    var sizes: [Int] = []
    var size = 1
    while size <= limit {
      if canSpread(over: size) { sizes.append(size) }
      size *= 2
    }
    return sizes
  }

  /// Whether a layer can be spread over so many NPUs.
  func canSpread(over size: Int) -> Bool {
    let size = Double(size)
    func divides(_ divisor: Double, _ number: Double) -> Bool {
      divisor > 0 && number.truncatingRemainder(dividingBy: divisor) == 0
    }
    return divides(size, attentionHeads)
      && cachingLayers.allSatisfy { layers in
        guard let heads = layers.heads else { return true }
        return divides(size, heads) || divides(heads, size)
      }
  }
}

extension ModelShape {
  /// A dense model with so many parameters, typical in all else.
  ///
  /// Layers are those of published models of the size (Llama, Qwen); eight heads of 128 have keys and values, as in
  /// most models since 2023.
  ///
  /// - Parameters:
  ///   - parameters: How many weights; 1 or more.
  ///   - basis: Who said so.
  ///   - experts: How many experts it is taken to have; 0 for none.
  /// - Returns: The shape.
  public static func typical(parameters: Double, basis: Basis = .parameters, experts: Double = 0) -> ModelShape {
    let parameters = min(max(parameters, 1), 1e15)
    let sizes: [(parameters: Double, layers: Double)] = [
      (0.8e9, 24), (4.5e9, 32), (10e9, 32), (20e9, 48), (45e9, 64), (100e9, 80), (250e9, 94), (.infinity, 126),
    ]
    let layers = sizes.first { parameters <= $0.parameters }?.layers ?? 126
    // A layer has four square matrices of attention and about eight of the block behind it.
    let hidden = max(128, (parameters / (12 * layers)).squareRoot().rounded())
    let vocabulary = 128_000.0
    // Small models share the table of the vocabulary between input and output; in large ones it hardly counts.
    let others = min(parameters / 5, 2 * vocabulary * hidden)
    return ModelShape(
      basis: basis, matrixParameters: parameters - others, otherParameters: others, layers: layers, hiddenSize: hidden,
      intermediateSize: 3.5 * hidden, attentionHeads: parameters < 4.5e9 ? 16 : 64, vocabularySize: vocabulary,
      experts: experts, cachingLayers: [CachingLayers(count: layers, heads: 8, width: 2 * 128)], contextLimit: nil,
      precision: nil, quantizationMethod: nil, notes: [])
  }
}
