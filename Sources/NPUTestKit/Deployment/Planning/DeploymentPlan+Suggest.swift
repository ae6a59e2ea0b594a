extension DeploymentPlan {
  /// Suggests on how many NPUs a model is served, and how.
  ///
  /// The tables of the guides say it for the models and scales that they have, on a 910B, as long as nothing is asked
  /// that they do not know: another device, a number of NPUs, a demand or the shape of the model. Everything else is
  /// estimated, as ``MemoryEstimate`` describes. Beside a number of the guides stands the estimate where there is one.
  ///
  /// - Parameters:
  ///   - model: The name or the path of the model.
  ///   - precision: That of the weights; by default that of the shape, or FP16.
  ///   - device: The kind of NPU.
  ///   - npus: How many there are to be; by default the least.
  ///   - demand: How it is used; by default 8 requests at once of 4,096 tokens, or of as many as the model can have.
  ///   - shape: How large it is, such as from its `config.json`; by default what its name says.
  ///   - server: What serves it; by default vLLM for what has text as output, and the server of the guides for all else.
  ///   - options: How the server is started; its devices, its context and its share of the memory are those of the plan,
  ///     and of a demand that is given its requests at once.
  /// - Returns: The plan.
  /// - Throws: ``PlanningError``.
  public static func suggest(
    model: String, precision: ModelPrecision? = nil, device: NPUDevice = .ascend910B, npus: Int? = nil,
    demand: ServingDemand? = nil, shape: ModelShape? = nil, server: GuideServer? = nil,
    options: GuideServerOptions = GuideServerOptions()
  ) throws(PlanningError) -> DeploymentPlan {
    let name = ModelName(model)
    let row = device.family == .ascend910B ? PlanningTableRow.of(name) : nil
    let usual = GuideServer.usual(name, row)
    let precision = precision ?? shape?.precision
    let usualContext = ServingDemand().contextTokens
    var request = PlanRequest(
      model: model, precision: precision ?? .fp16, device: device, npus: npus,
      demand: demand ?? ServingDemand(contextTokens: min(usualContext, shape?.contextLimit ?? usualContext)),
      isDemandGiven: demand != nil, server: server ?? usual, options: options)
    let sizes = shape ?? name.typicalShape(row)
    guard request.server.suits(name, row, isLanguageModel: sizes != nil) else {
      throw PlanningError(
        .wrongServer,
        "\(request.server.rawValue) does not serve \(shown(model)), which the guides serve with \(usual.rawValue); choose "
          + "that, or another model")
    }
    if request.server == .hiDream { return try request.hiDream() }
    if precision == nil, row?.guide != .aigc, row?.guide != .audio { request.notes += name.precisionNote }
    // A plan for other weights than the configuration describes is one for weights that are still to be made.
    let isAsDescribed = shape?.precision == nil || shape?.precision == request.precision
    request.quantizationMethod = isAsDescribed ? shape?.quantizationMethod ?? name.quantizationMethod : nil
    // Servers of images and sound know no context, and load the model onto one NPU; the tables know no FP32.
    let isPlain = shape == nil && demand == nil && npus == nil && request.precision != .fp32
    if let row, isPlain || !request.server.takesModel { return request.fromGuide(row, sizes) }
    guard let sizes else {
      throw PlanningError(.unknownModel, Self.unknown(model, name, row, device))
    }
    return try request.estimated(sizes, row)
  }

  /// Why nothing is known of a model, and what to do.
  private static func unknown(_ model: String, _ name: ModelName, _ row: PlanningTableRow?, _ device: NPUDevice)
    -> String
  {
    let place = device.family == .ascend910B ? "" : " on a \(device.name)"
    let table = row.map { "the row \($0.model) of the guides says nothing of what is asked for" }
    let missing = table ?? "the guides have no \(shown(model))\(place)"
    return name.isMedia
      ? "\(missing), and what makes or hears images, video and sound is planned from their tables alone"
      : "\(missing), and the name holds no number of parameters; give the config.json of the model, or the number"
  }

  /// A name in a message: a file may have any.
  static func shown(_ name: String) -> String { "\"\(name.prefix(80).filter { !$0.isNewline })\"" }
}

extension GuideServer {
  /// What serves a model, unless something else is asked for.
  ///
  /// - Parameter model: The name or the path of the model.
  /// - Returns: The server of the guides for images, transcription and speech that their tables know, and for HiDream;
  ///   vLLM for all else.
  public static func usual(for model: String) -> GuideServer {
    let name = ModelName(model)
    return usual(name, PlanningTableRow.of(name))
  }

  fileprivate static func usual(_ name: ModelName, _ row: PlanningTableRow?) -> GuideServer {
    if name.isHiDream { return .hiDream }
    switch row?.guide {
    case .aigc: return .diffusers
    case .audio: return row?.detail == "TTS" ? .speech : .transcription
    case .llm, .multimodal, nil: return .vLLM
    }
  }

  /// Whether it serves a model, as far as the tables and the name tell: what nothing is known of may be anything.
  fileprivate func suits(_ name: ModelName, _ row: PlanningTableRow?, isLanguageModel: Bool) -> Bool {
    let usual = Self.usual(name, row)
    if usual == self { return true }
    switch self {
    case .vLLM: return row?.isWhisper == true
    case .mindIE: return usual == .vLLM
    case .diffusers, .transcription, .speech, .hiDream: return row == nil && !isLanguageModel && !name.isHiDream
    }
  }
}

extension ModelName {
  /// What is typical of a model of the size in the name; `nil` for one without, and for what has no text as output.
  fileprivate func typicalShape(_ row: PlanningTableRow?) -> ModelShape? {
    guard let billions, !isMedia, row?.guide != .aigc, row?.guide != .audio else { return nil }
    var shape = ModelShape.typical(parameters: billions * 1e9, basis: .name, experts: isMixture ? 8 : 0)
    if isMultimodal { shape.notes.append("what images or sounds add to a request is not counted") }
    return shape
  }

  /// What a name says of its precision that was not asked for.
  fileprivate var precisionNote: [String] {
    let words = short.split { !($0.isLetter || $0.isNumber) }
    let found = words.compactMap { ModelPrecision(named: String($0)) }.first { $0 != .fp16 && $0 != .bf16 }
    return found.map { ["the name speaks of \($0), and the plan is for FP16; ask for the precision if it is meant"] }
      ?? []
  }
}
