internal import FoundationEssentials

extension Behaviour: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case timeToFirstToken = "ttft_ms"
    case interTokenLatency = "itl_ms"
    case outputTokens = "output_tokens"
    case tokensPerChunk = "tokens_per_chunk"
    case reasoningTokens = "reasoning_tokens"
    case reasoningStyle = "reasoning_style"
    case toolCalls = "tool_calls"
    case continuousUsage = "continuous_usage"
    case roleChunk = "role_chunk"
    case finishesWithLastToken = "finish_with_last_token"
    case finishReason = "finish_reason"
    case maxModelLength = "max_model_len"
    case apiKey = "api_key"
    case maxConcurrency = "max_concurrency"
    case isSerial = "serial"
    case healthStatus = "health_status"
    case modelsStatus = "models_status"
    case faultRate = "fault_rate"
    case faultRequests = "fault_requests"
    case repeatsQuotes = "repeats_quotes"
    case knownResponses = "known_responses"
    case seesImages = "sees_images"
    case imageTexts = "image_texts"
    case wireProtocol = "protocol"
    case webSocket = "web_socket"
    case objectStore = "object_store"
    case corruption, breakdown, gateway, mindie
    case jitter, text, script, usage, models, seed, version, fault, flaws, perturbation, images, tasks, audio
  }

  /// Names of members in earlier versions, which are still read.
  private enum FormerKeys: String, CodingKey, CaseIterable {
    case seesImages = "sees_pictures"
    case imageTexts = "picture_texts"
    case wireProtocol = "dialect"
  }

  /// The behaviour that members missing in a document are taken from.
  static let baseKey: CodingUserInfoKey? = CodingUserInfoKey(rawValue: "NPUSimulator.Behaviour.base")

  /// Reads the members that are given; the others keep their defaults.
  ///
  /// - Throws: `DecodingError` for an unknown member, a wrong type or a number outside its range.
  public init(from decoder: any Decoder) throws {
    self = Self.baseKey.flatMap { decoder.userInfo[$0] as? Behaviour } ?? Behaviour()
    try decoder.refuseUnknownKeys(CodingKeys.allCases.map(\.rawValue), former: FormerKeys.allCases.map(\.rawValue))
    let former = try decoder.container(keyedBy: FormerKeys.self)
    seesImages = try former.decodeIfPresent(Bool.self, forKey: .seesImages) ?? seesImages
    imageTexts = try former.decodeIfPresent([String: String].self, forKey: .imageTexts) ?? imageTexts
    wireProtocol = try former.decodeIfPresent(WireProtocol.self, forKey: .wireProtocol) ?? wireProtocol
    let values = try decoder.container(keyedBy: CodingKeys.self)
    timeToFirstToken = try values.decodeMillisecondsIfPresent(forKey: .timeToFirstToken) ?? timeToFirstToken
    interTokenLatency = try values.decodeMillisecondsIfPresent(forKey: .interTokenLatency) ?? interTokenLatency
    jitter = try values.decodeIfPresent(Double.self, forKey: .jitter, in: 0...1) ?? jitter
    outputTokens = try values.decodeIfPresent(Int.self, forKey: .outputTokens, in: 0...Self.mostTokens) ?? outputTokens
    tokensPerChunk =
      try values.decodeIfPresent(Int.self, forKey: .tokensPerChunk, in: 1...65_536) ?? tokensPerChunk
    reasoningTokens =
      try values.decodeIfPresent(Int.self, forKey: .reasoningTokens, in: 0...Self.mostTokens) ?? reasoningTokens
    reasoningStyle = try values.decodeIfPresent(ReasoningStyle.self, forKey: .reasoningStyle) ?? reasoningStyle
    toolCalls = try values.decodeIfPresent(Int.self, forKey: .toolCalls, in: 0...1024) ?? toolCalls
    script = try values.decodeIfPresent(Script.self, forKey: .script) ?? script
    usage = try values.decodeIfPresent(UsagePolicy.self, forKey: .usage) ?? usage
    continuousUsage = try values.decodeIfPresent(Bool.self, forKey: .continuousUsage) ?? continuousUsage
    roleChunk = try values.decodeIfPresent(Bool.self, forKey: .roleChunk) ?? roleChunk
    finishesWithLastToken =
      try values.decodeIfPresent(Bool.self, forKey: .finishesWithLastToken) ?? finishesWithLastToken
    models = try values.decodeIfPresent([String].self, forKey: .models) ?? models
    maxModelLength =
      try values.decodeIfPresent(Int.self, forKey: .maxModelLength, in: 1...Self.mostTokens) ?? maxModelLength
    wireProtocol = try values.decodeIfPresent(WireProtocol.self, forKey: .wireProtocol) ?? wireProtocol
    isSerial = try values.decodeIfPresent(Bool.self, forKey: .isSerial) ?? isSerial
    seed = try values.decodeIfPresent(UInt64.self, forKey: .seed) ?? seed
    modelsStatus = try values.decodeIfPresent(Int.self, forKey: .modelsStatus, in: 200...999) ?? modelsStatus
    healthStatus = try values.decodeIfPresent(Int.self, forKey: .healthStatus, in: 200...999) ?? healthStatus
    version = try values.decodeIfPresent(String.self, forKey: .version) ?? version
    faultRate = try values.decodeIfPresent(Double.self, forKey: .faultRate, in: 0...1) ?? faultRate
    repeatsQuotes = try values.decodeIfPresent(Bool.self, forKey: .repeatsQuotes) ?? repeatsQuotes
    knownResponses = try values.decodeIfPresent([String: String].self, forKey: .knownResponses) ?? knownResponses
    perturbation = try values.decodeIfPresent(ModelPerturbation.self, forKey: .perturbation) ?? perturbation
    seesImages = try values.decodeIfPresent(Bool.self, forKey: .seesImages) ?? seesImages
    imageTexts = try values.decodeIfPresent([String: String].self, forKey: .imageTexts) ?? imageTexts
    flaws = try values.decodeIfPresent(Set<Flaw>.self, forKey: .flaws) ?? flaws
    images = try values.decodeIfPresent(ImageBehaviour.self, forKey: .images) ?? images
    tasks = try values.decodeIfPresent(TaskBehaviour.self, forKey: .tasks) ?? tasks
    audio = try values.decodeIfPresent(AudioBehaviour.self, forKey: .audio) ?? audio
    webSocket = try values.decodeIfPresent(WebSocketBehaviour.self, forKey: .webSocket) ?? webSocket
    mindie = try values.decodeIfPresent(MindIEBehaviour.self, forKey: .mindie) ?? mindie
    // For these a null in the document takes the base's value away.
    if values.contains(.text) { text = try values.decode(String?.self, forKey: .text) }
    if values.contains(.finishReason) { finishReason = try values.decode(String?.self, forKey: .finishReason) }
    if values.contains(.apiKey) { apiKey = try values.decode(String?.self, forKey: .apiKey) }
    if values.contains(.gateway) { gateway = try values.decode(GatewayBehaviour?.self, forKey: .gateway) }
    if values.contains(.objectStore) {
      objectStore = try values.decode(ObjectStoreBehaviour?.self, forKey: .objectStore)
    }
    if values.contains(.corruption) { corruption = try values.decode(Corruption?.self, forKey: .corruption) }
    if values.contains(.breakdown) { breakdown = try values.decode(Breakdown?.self, forKey: .breakdown) }
    if values.contains(.fault) { fault = try values.decode(Fault?.self, forKey: .fault) }
    if values.contains(.faultRequests) { faultRequests = try values.decode([Int]?.self, forKey: .faultRequests) }
    if values.contains(.maxConcurrency) {
      maxConcurrency = try values.decodeIfPresent(Int.self, forKey: .maxConcurrency, in: 1...Int.max)
    }
  }

  /// Writes every member.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(timeToFirstToken.milliseconds, forKey: .timeToFirstToken)
    try values.encode(interTokenLatency.milliseconds, forKey: .interTokenLatency)
    try values.encode(jitter, forKey: .jitter)
    try values.encode(outputTokens, forKey: .outputTokens)
    try values.encode(tokensPerChunk, forKey: .tokensPerChunk)
    try values.encode(reasoningTokens, forKey: .reasoningTokens)
    try values.encode(reasoningStyle, forKey: .reasoningStyle)
    try values.encode(toolCalls, forKey: .toolCalls)
    try values.encodeIfPresent(text, forKey: .text)
    try values.encode(script, forKey: .script)
    try values.encode(usage, forKey: .usage)
    try values.encode(continuousUsage, forKey: .continuousUsage)
    try values.encode(roleChunk, forKey: .roleChunk)
    try values.encode(finishesWithLastToken, forKey: .finishesWithLastToken)
    try values.encodeIfPresent(finishReason, forKey: .finishReason)
    try values.encode(models, forKey: .models)
    try values.encode(maxModelLength, forKey: .maxModelLength)
    try values.encodeIfPresent(apiKey, forKey: .apiKey)
    try values.encodeIfPresent(gateway, forKey: .gateway)
    try values.encodeIfPresent(objectStore, forKey: .objectStore)
    try values.encode(wireProtocol, forKey: .wireProtocol)
    try values.encodeIfPresent(maxConcurrency, forKey: .maxConcurrency)
    try values.encode(isSerial, forKey: .isSerial)
    try values.encode(seed, forKey: .seed)
    try values.encode(healthStatus, forKey: .healthStatus)
    try values.encode(modelsStatus, forKey: .modelsStatus)
    try values.encode(version, forKey: .version)
    try values.encode(repeatsQuotes, forKey: .repeatsQuotes)
    try values.encode(knownResponses, forKey: .knownResponses)
    try values.encode(perturbation, forKey: .perturbation)
    try values.encode(seesImages, forKey: .seesImages)
    try values.encode(imageTexts, forKey: .imageTexts)
    try values.encode(flaws.sorted { $0.rawValue < $1.rawValue }, forKey: .flaws)
    try values.encodeIfPresent(corruption, forKey: .corruption)
    try values.encodeIfPresent(breakdown, forKey: .breakdown)
    try values.encode(images, forKey: .images)
    try values.encode(tasks, forKey: .tasks)
    try values.encode(audio, forKey: .audio)
    try values.encode(webSocket, forKey: .webSocket)
    try values.encode(mindie, forKey: .mindie)
    try values.encodeIfPresent(fault, forKey: .fault)
    try values.encode(faultRate, forKey: .faultRate)
    try values.encodeIfPresent(faultRequests, forKey: .faultRequests)
  }

  /// More tokens than this are surely a mistake.
  package static let mostTokens = 1 << 40

  /// Reads a behaviour from a JSON object.
  ///
  /// - Parameters:
  ///   - json: The object, in UTF-8.
  ///   - base: Where members that are not given come from.
  /// - Throws: `DecodingError` with the member that is wrong.
  public init(json: [UInt8], base: Behaviour = Behaviour()) throws {
    let decoder = JSONDecoder()
    if let key = Self.baseKey { decoder.userInfo[key] = base }
    self = try decoder.decode(Behaviour.self, from: Data(json))
  }

  /// Reads a behaviour from a JSON file.
  ///
  /// - Parameter path: The path of the file.
  /// - Throws: ``BehaviourFileError`` with the file, and the reason or the member that is wrong.
  public init(contentsOf path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw BehaviourFileError(path: path, reason: "it cannot be read; is it a file, and may you read it?")
    }
    do { try self.init(json: Array(data)) } catch let error as DecodingError {
      throw BehaviourFileError(path: path, reason: error.reason)
    }
  }

  /// Reads the member `simulator` of a request body over this behaviour.
  func overridden(byBody body: [UInt8]) throws -> Behaviour {
    let decoder = JSONDecoder()
    if let key = Self.baseKey { decoder.userInfo[key] = self }
    return try decoder.decode(Envelope.self, from: Data(body)).simulator ?? self
  }

  private struct Envelope: Decodable {
    var simulator: Behaviour?
  }
}
