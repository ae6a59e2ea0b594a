public import NPUBase

/// What MindIE says of its limits and its models.
public struct MindIEInfo: Sendable, Hashable {
  /// The version of the server.
  public var version: String?
  /// The models.
  public var models: [Model]
  /// Most requests that are worked on at once.
  public var maxConcurrentRequests: Int?
  /// Most tokens of a prompt.
  public var maxInputLength: Int?
  /// Most tokens of a batch.
  public var maxBatchTotalTokens: Int?
  /// Every other field that has a value.
  public var extras: [String: JSONValue]

  /// One model.
  public struct Model: Sendable, Hashable {
    /// Its name.
    public var id: String
    /// What it runs on, such as `npu`.
    public var deviceType: String?
    /// The type of its numbers, such as `float16`.
    public var numberType: String?
    /// Most tokens of prompt and response together.
    public var maxTotalTokens: Int?

    /// Creates a model.
    public init(id: String, deviceType: String? = nil, numberType: String? = nil, maxTotalTokens: Int? = nil) {
      self.id = id
      self.deviceType = deviceType
      self.numberType = numberType
      self.maxTotalTokens = maxTotalTokens
    }
  }

  /// Creates a description.
  public init(
    version: String? = nil, models: [Model], maxConcurrentRequests: Int? = nil, maxInputLength: Int? = nil,
    maxBatchTotalTokens: Int? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.version = version
    self.models = models
    self.maxConcurrentRequests = maxConcurrentRequests
    self.maxInputLength = maxInputLength
    self.maxBatchTotalTokens = maxBatchTotalTokens
    self.extras = extras
  }
}

extension MindIEInfo: Decodable {
  private static let known: Set<String> = [
    "version", "models", "max_concurrent_requests", "max_input_length", "max_batch_total_tokens",
  ]

  /// Reads a description; the list of models is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      version: container.text("version"), models: try container.decode([Model].self, forKey: "models"),
      maxConcurrentRequests: container.count("max_concurrent_requests"),
      maxInputLength: container.count("max_input_length"),
      maxBatchTotalTokens: container.count("max_batch_total_tokens"),
      extras: container.extras(known: Self.known).filter { $0.value != .null })
  }
}

extension MindIEInfo.Model: Decodable {
  /// Reads a model; its name is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      id: try container.decode(FlexibleText.self, forKey: "model_id").text,
      deviceType: container.text("model_device_type"), numberType: container.text("model_dtype"),
      maxTotalTokens: container.count("max_total_tokens"))
  }
}

/// How much room MindIE has for requests.
public struct MindIESlots: Sendable, Hashable {
  /// Requests that it works on at once, at most.
  public var total: Int
  /// How many more it would take now.
  public var free: Int
  /// Tokens for which the cache has room.
  public var availableTokens: Int?

  /// Creates counts.
  public init(total: Int, free: Int, availableTokens: Int? = nil) {
    self.total = total
    self.free = free
    self.availableTokens = availableTokens
  }
}

extension MindIESlots: Decodable {
  /// Reads counts; those of requests are required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    guard let total = container.count("total_slots"), let free = container.count("free_slots") else {
      throw DecodingError.keyNotFound(
        JSONKey("total_slots"), .init(codingPath: decoder.codingPath, debugDescription: "no total_slots and free_slots")
      )
    }
    self.init(total: total, free: free, availableTokens: container.count("available_tokens_length"))
  }
}

/// The figures of MindIE's `/metrics-json`, by name.
public struct MindIEFigures: Sendable, Hashable {
  /// Every figure that is a number.
  public var values: [String: Double]

  /// Creates figures.
  public init(values: [String: Double]) { self.values = values }

  /// The time to the first token, by the server's clock.
  public var timeToFirstToken: Duration? { milliseconds("TTFT") }
  /// The time between tokens, by the server's clock.
  public var timeBetweenTokens: Duration? { milliseconds("TBT") }
  /// Requests that wait.
  public var waitingRequests: Int? { count("waitingInferRequestNum") }
  /// Requests that are worked on.
  public var runningRequests: Int? { count("processingInferRequestNum") }
  /// Blocks of the cache that are free.
  public var freeBlocks: Int? { count("remainBlocks") }

  private func milliseconds(_ name: String) -> Duration? {
    guard let value = values[name], (0...1e12).contains(value) else { return nil }
    return .microseconds(Int64((value * 1000).rounded()))
  }

  private func count(_ name: String) -> Int? { values[name].flatMap { WholeNumber.of($0) } }
}

extension MindIEFigures: Decodable {
  /// Reads the vector: each figure is a text beside a list with its name.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let results = try container.decode([JSONValue].self, forKey: "result")
    var values: [String: Double] = [:]
    for result in results {
      let labels = result["metric"]?.array?.first ?? result["metric"]
      guard let name = labels?["__name__"]?.string, let value = result["value"]?.number else { continue }
      values[name] = value
    }
    self.init(values: values)
  }
}
