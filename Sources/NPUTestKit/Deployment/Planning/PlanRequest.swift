/// What a plan is asked for, and the ways to make it.
struct PlanRequest {
  var model: String
  var precision: ModelPrecision
  var device: NPUDevice
  var npus: Int?
  var demand: ServingDemand
  /// Whether the demand was asked for, and is no default.
  var isDemandGiven: Bool
  var server: GuideServer
  var options: GuideServerOptions
  /// By what the weights are quantised that are started; `nil` where nothing says it.
  var quantizationMethod: String?
  var notes: [String] = []

  /// More servers than anybody plans without knowing better.
  private static let mostServers = 64

  // MARK: Of the guides

  /// The plan of a row of the guides.
  func fromGuide(_ row: PlanningTableRow, _ shape: ModelShape?) -> DeploymentPlan {
    let least = row.npus(precision)
    let count = npus ?? least
    let isSpread = server.takesModel
    let estimate = shape.map { need($0, tensor: count) }
    var plan = plan(npus: count, tensor: isSpread ? count : 1, source: .guide)
    plan.fits = count >= least
    plan.row = row
    plan.estimate = estimate
    plan.basis = shape?.basis
    plan.estimatedNPUs = shape.map(leastNumbers)
    plan.hbmGB = row.hbmGB ?? estimate.map { MemoryEstimate.gigabytes($0.total * Double(count)) }
    plan.hbmSource = row.hbmGB != nil ? .guide : estimate.map { _ in .estimate }
    if precision.isQuantized, row.quantizedNPUs == nil {
      plan.notes.append("the table has FP16 alone; quantised weights need no more")
    }
    if precision == .fp32 { plan.notes.append("the table is for FP16; FP32 needs up to twice the memory") }
    if !isSpread, count > 1 {
      plan.notes.append("the server of the guides loads everything onto one NPU; to use \(count) it must be adapted")
    }
    if let best = plan.estimatedNPUs?.best, best != count {
      let reason = row.guide == .llm ? "; the numbers of the LLM guide are those of a 910B4 with 32 GB" : ""
      plan.notes.append("by the estimate \(best) would do on a \(device)\(reason)")
    }
    finish(&plan)
    return plan
  }

  /// HiDream-I1 on 1, 2, 4 or 8 NPUs, as its guide has it.
  func hiDream() throws(PlanningError) -> DeploymentPlan {
    // 17 billion weights of HiDream-I1-Full, 8 of Llama-3.1-8B, 4.8 of T5-XXL's encoder, 0.8 of two CLIPs.
    let bytes = 30.6e9 * 2
    func fits(_ count: Int) -> Bool { bytes < device.usableGiB * MemoryEstimate.gibibyte * Double(count) }
    let count = npus ?? [1, 2, 4].first(where: fits) ?? 8
    guard let sizes = HiDreamParallelism(deviceCount: count) else {
      throw PlanningError(
        .badParallelism, "the HiDream-I1 server is spread over 1, 2, 4 or 8 NPUs, and \(count) are asked for")
    }
    var plan = plan(npus: count, tensor: sizes.tensorParallelSize, source: .guide)
    plan.expertParallelSize = sizes.expertParallelSize
    plan.hbmGB = MemoryEstimate.gigabytes(bytes)
    plan.hbmSource = .estimate
    plan.notes.append("the memory is that of the weights at 16 bits alone; the guide states none")
    plan.fits = fits(count)
    finish(&plan)
    return plan
  }

  // MARK: Estimated

  /// The plan for a model of a shape.
  func estimated(_ shape: ModelShape, _ row: PlanningTableRow?) throws(PlanningError) -> DeploymentPlan {
    let found: (tensor: Int, pipeline: Int)? = if let npus { try spread(shape, over: npus) } else { least(shape) }
    guard let spread = found else {
      let all = need(shape, tensor: device.countPerServer).total * Double(device.countPerServer)
      throw PlanningError(
        .tooLarge,
        "\(DeploymentPlan.shown(model)) needs some \(Int(min(1e9, all / MemoryEstimate.gibibyte))) GB at \(precision), "
          + "and does not fit into \(Self.mostServers) servers of \(device.countPerServer) \(device); choose a smaller "
          + "context, fewer requests at once, or a lower precision")
    }
    let estimate = need(shape, tensor: spread.tensor, pipeline: spread.pipeline)
    let count = spread.tensor * spread.pipeline
    var plan = plan(npus: count, tensor: spread.tensor, source: .estimate)
    plan.pipelineParallelSize = spread.pipeline
    plan.expertParallelSize = shape.experts > 0 ? spread.tensor : 1
    plan.fits = estimate.total <= room
    plan.row = row
    plan.estimate = estimate
    plan.basis = shape.basis
    plan.estimatedNPUs = leastNumbers(shape)
    plan.hbmGB = MemoryEstimate.gigabytes(estimate.total * Double(count))
    plan.hbmSource = .estimate
    plan.notes += shape.notes + caution(shape, plan)
    finish(&plan)
    return plan
  }

  private func caution(_ shape: ModelShape, _ plan: DeploymentPlan) -> [String] {
    var notes: [String] = []
    if shape.basis != .configuration {
      notes.append("only the number of parameters is known, and all else typical of it; the config.json tells more")
    }
    if let range = plan.estimatedNPUs, !range.isSure {
      func text(_ number: Int?) -> String { number.map(String.init) ?? "more than fit" }
      notes.append("the estimate reaches from \(text(range.low)) to \(text(range.high)) NPUs")
    }
    if let limit = shape.contextLimit, demand.contextTokens > limit {
      notes.append("the model was made for a context of \(limit) tokens, and \(demand.contextTokens) are asked for")
    }
    if let row = plan.row {
      notes.append("the guides say \(row.npus(precision)) for \(row.model), whatever the demand")
    }
    if let stated = shape.precision, stated.bitsPerWeight != precision.bitsPerWeight {
      let remedy = precision.isQuantized ? "; quantise the weights first" : ""
      notes.append("the configuration says \(stated), and the plan is for \(precision)\(remedy)")
    }
    return notes
  }

  /// The bytes that a server may use on one NPU.
  private var room: Double { device.usableGiB * MemoryEstimate.gibibyte * demand.memoryShare }

  private func need(_ shape: ModelShape, tensor: Int, pipeline: Int = 1) -> MemoryEstimate {
    MemoryEstimate(
      shape, precision: precision, demand: demand, tensorParallelSize: tensor, pipelineParallelSize: pipeline)
  }

  /// How a model is spread over a number that was asked for.
  private func spread(
    _ shape: ModelShape, over count: Int
  ) throws(PlanningError) -> (tensor: Int, pipeline: Int) {
    let perServer = device.countPerServer
    let servers = (max(1, count) + perServer - 1) / perServer
    guard count >= 1, servers <= Self.mostServers, count % servers == 0, shape.canSpread(over: count / servers) else {
      let sizes = shape.tensorParallelSizes(upTo: perServer).map(String.init).joined(separator: ", ")
      throw PlanningError(
        .badParallelism,
        "the \(Int(shape.attentionHeads)) heads of the model cannot be spread over \(count) NPUs, \(perServer) a server; "
          + "choose \(sizes), or whole servers")
    }
    return (count / servers, servers)
  }

  /// The least number on which a model fits: on one server, or on several with its layers spread over them.
  private func least(
    _ shape: ModelShape, by bytes: (MemoryEstimate) -> Double = \.total
  ) -> (tensor: Int, pipeline: Int)? {
    let sizes = shape.tensorParallelSizes(upTo: device.countPerServer)
    if let size = sizes.first(where: { bytes(need(shape, tensor: $0)) <= room }) { return (size, 1) }
    guard let size = sizes.last else { return nil }
    let servers = (2...Self.mostServers).first { bytes(need(shape, tensor: size, pipeline: $0)) <= room }
    return servers.map { (size, $0) }
  }

  private func leastNumbers(_ shape: ModelShape) -> DeploymentPlan.Counts {
    func count(_ bytes: (MemoryEstimate) -> Double) -> Int? { least(shape, by: bytes).map { $0.tensor * $0.pipeline } }
    return DeploymentPlan.Counts(best: count(\.total), low: count(\.low), high: count(\.high))
  }

  // MARK: The plan

  private func plan(npus: Int, tensor: Int, source: DeploymentPlan.Source) -> DeploymentPlan {
    DeploymentPlan(
      model: model, precision: precision, device: device, npus: npus, fits: true, hbmGB: nil,
      tensorParallelSize: tensor,
      expertParallelSize: 1, pipelineParallelSize: 1, source: source, hbmSource: nil, row: nil, estimate: nil,
      estimatedNPUs: nil, basis: nil, demand: demand, server: server, launch: nil, notes: notes)
  }

  /// Adds how the server is started, and what the device asks for.
  private func finish(_ plan: inout DeploymentPlan) {
    if device.family == .ascend310P, precision == .bf16, server != .vLLM {
      plan.notes.append("the 310P has no BF16; start the server with FP16 weights")
    }
    if precision == .fp8, device.family != .ascend950 {
      plan.notes.append("a \(device.name) does not compute with FP8; take weights in W8A8, which are as large")
    }
    if device.name == "910B", plan.source == .estimate {
      plan.notes.append("a 910B is taken to have 64 GB, as all variants but the 910B4; name yours")
    }
    guard plan.pipelineParallelSize == 1 else {
      plan.notes.append(
        "\(plan.pipelineParallelSize) servers are needed; how vLLM starts on several is described with its Ascend plugin"
      )
      return
    }
    var options = options
    if options.modelPath == nil { options.modelPath = folder }
    let count = server.takesModel ? plan.npus : 1
    if options.devices?.count != count { options.devices = Array(0..<count) }
    options.contextTokens = plan.row?.isWhisper == true ? Self.whisperContext : demand.contextTokens
    options.memoryShare = demand.memoryShare
    if isDemandGiven { options.maxBatchSize = demand.concurrency }
    if server == .vLLM { finishVLLM(&plan, &options) }
    plan.launch = .guideServer(server, options, tensorParallelSize: plan.tensorParallelSize)
  }

  /// The positions of Whisper's decoder; vLLM refuses to start with more.
  private static let whisperContext = 448

  /// Where the weights lie.
  private var folder: String? {
    if model.contains("/") { return model }
    // The guides keep their models in /data/models, and those of HiDream in /data.
    if server == .hiDream { return ModelName.key(model) == "hidreami1" ? nil : "/data/" + model }
    return "/data/models/" + model
  }

  /// What vLLM has to be told beyond the model and its size.
  private func finishVLLM(_ plan: inout DeploymentPlan, _ options: inout GuideServerOptions) {
    if plan.expertParallelSize > 1 { options.further.append("--enable-expert-parallel") }
    if demand.concurrency > MemoryEstimate.usualSequences {
      options.further += ["--max-num-seqs", "\(demand.concurrency)"]
    }
    if precision == .fp32 {
      options.further += ["--dtype", "float32"]
    } else if device.family == .ascend310P {
      // It has no BF16, in which most weights are.
      options.further += ["--dtype", "float16"]
    }
    guard precision == .int8 || precision == .int4 else { return }
    guard let method = quantizationMethod, method != "ascend" else {
      // Weights of msModelSlim name no quantisation that vLLM knows by itself.
      options.further += ["--quantization", "ascend"]
      return
    }
    plan.notes.append(
      "vLLM reads from the configuration that the weights are quantised by \(method); not every version of its Ascend "
        + "plugin loads such")
  }
}
