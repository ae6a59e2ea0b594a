internal import NIOCore

/// What a MindIE server says of itself: its health, its limits, its figures.
enum MindIEManagement {
  /// The routes of the management address.
  static let routes: [Route] = [
    get("/health") { .fixed(health($0)) },
    get("/v2/health/live") { .fixed(status($0, isLiveness: true)) },
    get("/v2/health/ready") { .fixed(status($0, isLiveness: false)) },
    get("/v2/models/*/ready") { .fixed(status($0, isLiveness: false)) },
    get("/health/timed") { .fixed(probe($0, within: 5)) },
    get("/health/*") { .fixed(timed($0)) },
    get("/info") { .fixed(info($0)) },
    get("/v2/models/*/getSlotCount") { .fixed(slots($0)) },
    get("/metrics-json") { .fixed(figures($0)) },
  ]

  /// Those of the address of requests.
  static let businessRoutes: [Route] = [
    get("/v1/models/*") { .fixed(model($0)) },
    get("/v2") { .fixed(server($0)) },
    get("/v2/models/*") { .fixed(tensors($0)) },
    get("/v2/models/*/config") { .fixed(configuration($0)) },
  ]

  private static func get(
    _ path: String, _ respond: @escaping @Sendable (inout RequestContext) throws(ErrorResponse) -> Response
  ) -> Route {
    var route = Route.get(path, respond)
    route.exists = { $0.wireProtocol == .mindie }
    return route
  }

  private static let stopped = ErrorResponse(
    status: 503, message: "The service has been stopped.", type: "Service Unavailable", parameter: nil)

  private static func message(_ status: Int, _ text: String, _ context: RequestContext) -> ByteBuffer {
    var body = ByteBuffer()
    body.writeStaticString(#"{"message":"#)
    body.writeJSON(text)
    body.writeStaticString("}")
    return context.format.response(status, body: body)
  }

  /// A status without a body, unless it serves no more.
  private static func health(_ context: RequestContext) -> ByteBuffer {
    switch context.behaviour.mindie.state {
    case .starting: context.format.response(503, contentType: nil)
    case .stopping: context.format.response(stopped)
    case .lostNode: lostNode(context)
    case .normal, .busy, .abnormal: context.format.response(context.behaviour.healthStatus, contentType: nil)
    }
  }

  private static func lostNode(_ context: RequestContext) -> ByteBuffer {
    let body = #"{"message":"Abnormal node detected","no_contact_node":["node(10.10.10.10) is abnormal."]}"#
    return context.format.response(500, body: ByteBuffer(string: body))
  }

  private static func status(_ context: RequestContext, isLiveness: Bool) -> ByteBuffer {
    switch context.behaviour.mindie.state {
    case .normal: context.format.response(context.behaviour.healthStatus, contentType: nil)
    case .busy where isLiveness: message(200, "Service is alive but busy", context)
    case .busy: message(503, "Service is alive but busy. Consider reducing request frequency", context)
    case .starting: context.format.response(503, contentType: nil)
    case .stopping: context.format.response(stopped)
    case .abnormal: message(500, "Service is abnormal", context)
    case .lostNode: lostNode(context)
    }
  }

  /// A probe within a time that the path names.
  private static func timed(_ context: RequestContext) -> ByteBuffer {
    let prefix = "timed-"
    guard context.name.hasPrefix(prefix) else { return context.format.response(.detail(status: 404, "Not Found")) }
    guard let seconds = Int(context.name.dropFirst(prefix.count)), (1...600).contains(seconds) else {
      return context.format.response(
        ErrorResponse(
          status: 404, message: "Max wait time is 600, input is invalid or too long", type: "NotFoundError",
          parameter: nil))
    }
    return probe(context, within: seconds)
  }

  private static func probe(_ context: RequestContext, within seconds: Int) -> ByteBuffer {
    let behaviour = context.behaviour
    let takes = behaviour.timeToFirstToken
    if behaviour.mindie.failsProbe || behaviour.mindie.state != .normal && behaviour.mindie.state != .busy
      || takes > .seconds(seconds)
    {
      return context.format.response(
        ErrorResponse(
          status: 500, message: "Engine callback timeout", type: "InternalServerError", parameter: nil))
    }
    return context.format.response(200, body: ByteBuffer(string: #"{"status":"healthy"}"#))
  }

  private static func info(_ context: RequestContext) -> ByteBuffer {
    let behaviour = context.behaviour
    var body = ByteBuffer()
    body.writeStaticString(#"{"docker_label":null,"max_batch_total_tokens":8192,"max_best_of":1,"#)
    body.writeStaticString(#""max_concurrent_requests":"#)
    body.writeDecimal(behaviour.maxConcurrency ?? 200)
    body.writeStaticString(#","max_stop_sequences":null,"max_waiting_tokens":null,"sha":null,"#)
    body.writeStaticString(#""validation_workers":null,"version":"#)
    body.writeJSON(behaviour.version)
    body.writeStaticString(#","waiting_served_ratio":null,"models":["#)
    for (index, model) in behaviour.models.enumerated() {
      if index > 0 { body.writeStaticString(",") }
      body.writeStaticString(#"{"model_device_type":"npu","model_dtype":"float16","model_id":"#)
      body.writeJSON(model)
      body.writeStaticString(#","model_pipeline_tag":"text-generation","model_sha":null,"max_total_tokens":"#)
      body.writeDecimal(behaviour.maxModelLength)
      body.writeStaticString("}")
    }
    body.writeStaticString(#"],"max_input_length":"#)
    body.writeDecimal(behaviour.maxModelLength)
    body.writeStaticString("}")
    return context.format.response(200, body: body)
  }

  private static func unknown(_ context: RequestContext) -> ByteBuffer? {
    guard !context.behaviour.models.contains(context.name) else { return nil }
    return context.format.response(
      ErrorResponse(
        status: 404, message: "Model \(context.name) not found.", type: "NotFoundError", parameter: nil))
  }

  private static func slots(_ context: RequestContext) -> ByteBuffer {
    if let refusal = unknown(context) { return refusal }
    let total = context.behaviour.maxConcurrency ?? 200
    let free = max(0, total - context.load.running)
    return context.format.response(
      200,
      body: ByteBuffer(
        string: #"{"total_slots":\#(total),"free_slots":\#(free),"available_tokens_length":\#(free * 654)}"#))
  }

  /// The last times and the queue, each figure as a text beside a list with its name.
  private static func figures(_ context: RequestContext) -> ByteBuffer {
    let behaviour = context.behaviour
    let values = [
      ("TTFT", "\(behaviour.timeToFirstToken.milliseconds)"), ("TBT", "\(behaviour.interTokenLatency.milliseconds)"),
      ("waitingInferRequestNum", "\(context.load.waiting)"),
      ("processingInferRequestNum", "\(context.load.running)"),
      ("remainBlocks", "\(max(0, 1024 - context.load.cached))"),
    ]
    let entries = values.map { name, value in
      #"{"metric":[{"__name__":"\#(name)","job":"node","instance":"127.0.0.2:1026"}],"value":"\#(value)"}"#
    }
    let body = #"{"resultType":"vector","result":[\#(entries.joined(separator: ","))]}"#
    return context.format.response(200, body: ByteBuffer(string: body))
  }

  private static func model(_ context: RequestContext) -> ByteBuffer {
    if let refusal = unknown(context) { return refusal }
    var body = ByteBuffer()
    body.writeStaticString(#"{"id":"#)
    body.writeJSON(context.name)
    body.writeStaticString(#","object":"model","created":"#)
    body.writeDecimal(WallTime.seconds)
    body.writeStaticString(#","owned_by":"MindIE Server"}"#)
    return context.format.response(200, body: body)
  }

  private static func server(_ context: RequestContext) -> ByteBuffer {
    var body = ByteBuffer()
    body.writeStaticString(#"{"name":"MindIE Server","version":"#)
    body.writeJSON(context.behaviour.version)
    body.writeStaticString(#","extensions":{"max_iter_times":512,"prefill_policy_type":0,"decode_policy_type":0,"#)
    body.writeStaticString(#""max_prefill_batch_size":50,"max_prefill_tokens":8192}}"#)
    return context.format.response(200, body: body)
  }

  private static func tensors(_ context: RequestContext) -> ByteBuffer {
    if let refusal = unknown(context) { return refusal }
    var body = ByteBuffer()
    body.writeStaticString(#"{"name":"#)
    body.writeJSON(context.name)
    body.writeStaticString(#","platform":"MindIE Server","inputs":[{"name":"input0","shape":[-1],"#)
    body.writeStaticString(#""datatype":"UINT32"}],"outputs":[{"name":"output0","shape":[-1],"datatype":"UINT32"}]}"#)
    return context.format.response(200, body: body)
  }

  private static func configuration(_ context: RequestContext) -> ByteBuffer {
    if let refusal = unknown(context) { return refusal }
    var body = ByteBuffer()
    body.writeStaticString(#"{"model_name":"#)
    body.writeJSON(context.name)
    body.writeStaticString(#","input_datatype":"INT64","output_datatype":"INT64","max_seq_len":"#)
    body.writeDecimal(context.behaviour.maxModelLength)
    body.writeStaticString(#","npu_mem_size":-1,"cpu_mem_size":5,"world_size":4,"model_weight_path":"#)
    body.writeJSON("/weights/\(context.name)")
    body.writeStaticString(#","model_instance_type":"Standard"}"#)
    return context.format.response(200, body: body)
  }
}
