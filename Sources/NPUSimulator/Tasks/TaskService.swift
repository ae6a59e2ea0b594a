internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// The service that works through a queue of image tasks.
final class TaskService: Sendable {
  /// Tasks of one submission.
  private static let mostInBatch = 1024

  private let store = Mutex(TaskStore())

  var routes: [Route] {
    [
      .post("/submit") { [self] in submission(&$0, isBatch: false) },
      .post("/batch_submit") { [self] in submission(&$0, isBatch: true) },
      .get("/") { .fixed(Self.responses($0).info) },
      .get("/status/*") { [self] in status($0) },
      .get("/download/*") { [self] in download($0) },
    ]
      + ["/health", "/v2/health/live", "/v2/health/ready"].map { health($0, methods: ["GET"]) }
      + [health("/ping", methods: ["GET", "POST"])]
  }

  /// Forgets all tasks, as a restart of the service's process does.
  func restart() { store.withLock { $0.restart() } }

  private func health(_ path: String, methods: [String]) -> Route {
    Route(path: path, methods: methods, exists: { $0.tasks.ownsHealth }) { [self] context in
      let now = context.now
      let (counts, total) = store.withLock { ($0.counts(at: now), $0.total) }
      return .fixed(
        Self.responses(context).health(waiting: counts.waiting, active: counts.active, total: total))
    }
  }

  private static func responses(_ context: RequestContext) -> TaskResponses {
    TaskResponses(
      behaviour: context.behaviour.tasks, format: context.format,
      overstates: context.behaviour.has(.overstatesProgress))
  }

  // MARK: - Submission

  private func submission(_ context: inout RequestContext, isBatch: Bool) -> Response {
    do throws(Refusal) {
      let document = try Self.document(context)
      do {
        try context.override(with: document)
      } catch {
        return .fixed(context.format.response(error))
      }
      return try submission(document, isBatch: isBatch, context)
    } catch {
      return .refusal(context.format.response(error))
    }
  }

  private static func document(_ context: RequestContext) throws(Refusal) -> JSONValue {
    do {
      return try JSONParser.parse(context.request.bytes)
    } catch {
      if context.behaviour.has(.acceptsMalformedJSON) {
        return .object([.init(key: "prompt", value: .string("a cat"))])
      }
      throw .field("body", type: "json_invalid", message: "JSON decode error")
    }
  }

  private func submission(
    _ document: JSONValue, isBatch: Bool, _ context: RequestContext
  ) throws(Refusal) -> Response {
    let behaviour = context.behaviour
    guard behaviour.tasks.isReady else { throw .detail(status: 503, "Pipeline not ready") }
    let needsPrompt = !behaviour.has(.acceptsWrongTypes)
    var requests: [TaskRequestReader.Request] = []
    if isBatch {
      guard let list = document["requests"]?.arrayValue else {
        throw .field("requests", type: "missing", message: "Field required")
      }
      guard list.count <= Self.mostInBatch else {
        throw .field(
          "requests", type: "too_long", message: "List should have at most \(Self.mostInBatch) items, got \(list.count)"
        )
      }
      for element in list {
        requests.append(try TaskRequestReader(document: element, needsPrompt: needsPrompt).request())
      }
    } else {
      requests = [try TaskRequestReader(document: document, needsPrompt: needsPrompt).request()]
    }
    // Before the tasks are taken: a submission that breaks may have been taken all the same, as with real services.
    if let broken = broken(.submit, context) { return broken }
    var tickets = requests.map { (id: submit($0, context), estimate: $0.estimate) }
    if behaviour.has(.sharesTaskIdentity), let first = tickets.first {
      tickets = tickets.map { (first.id, $0.estimate) }
    }
    return .fixed(Self.responses(context).tickets(tickets, isBatch: isBatch))
  }

  private func submit(_ request: TaskRequestReader.Request, _ context: RequestContext) -> String {
    let (behaviour, now, wall) = (context.behaviour, context.now, WallTime.nanoseconds)
    return store.withLock { store in
      if store.submitted == behaviour.tasks.restartAfter { store.restart() }
      let number = store.submitted
      let overtakes = behaviour.has(.overtakesTasks) && number % 2 == 1
      let work =
        overtakes ? 0 : behaviour.images.nanoseconds(steps: request.steps, images: max(1, min(request.count, 1000)))
      let task = SimulatedTask(request, number: number, behaviour, now: now, wall: wall)
      store.submit(task, work: work, workers: overtakes ? Int.max : behaviour.tasks.workers)
      return task.id
    }
  }

  // MARK: - State and results

  private func status(_ context: RequestContext) -> Response {
    guard let task = task(context) ?? Self.unknownTask(context) else {
      return .refusal(context.format.response(.detail(status: 404, "Task not found")))
    }
    let status = Self.responses(context).status(task, at: context.now)
    return broken(.status, context) ?? .fixed(status)
  }

  private func download(_ context: RequestContext) -> Response {
    let (behaviour, format) = (context.behaviour, context.format)
    func refused(_ refusal: Refusal) -> Response { .fixed(format.response(refusal)) }
    guard let task = task(context) else { return refused(.detail(status: 404, "Task not found")) }
    let query = context.request.head.uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
    let text = query.split(separator: "&").first { $0.hasPrefix("image_index=") }?.dropFirst("image_index=".count)
    guard var index = text.map({ Int($0) }) ?? 0 else {
      return refused(.field("image_index", type: "int_parsing", message: "Input should be a valid integer"))
    }
    guard task.phase(at: context.now) == .completed else { return refused(.detail(status: 400, "Task not completed")) }
    if behaviour.has(.ignoresImageIndex) { index = 0 }
    // The published server counts back from the end.
    if index < 0, behaviour.tasks.wireProtocol == .code { index += task.painters.count }
    guard task.painters.indices.contains(index) else { return refused(.detail(status: 404, "Image not found")) }
    guard !behaviour.tasks.misplacesResults else { return refused(.detail(status: 404, "Image file not found")) }
    let painter = task.painters[index]
    let name = ("content-disposition", "attachment; filename=\"\(context.name)_image_\(index).png\"")
    let fault = nextFault(.download, behaviour)
    let script =
      fault?.script(streams: false, format: format, contentType: "image/png")
      ?? DocumentScript(due: 0, fault: fault, format: format) {
        .init(contentType: "image/png", body: ByteBuffer(bytes: painter.png()), headers: [name])
      }
    return Response(script: script, fault: fault)
  }

  /// The task that the path names.
  private func task(_ context: RequestContext) -> SimulatedTask? {
    let waits = context.behaviour.has(.waitsForClients)
    return store.withLock { waits ? $0.asked(context.name) : $0[context.name] }
  }

  /// What stands for a task that was never submitted, where a flaw asks for it.
  private static func unknownTask(_ context: RequestContext) -> SimulatedTask? {
    guard context.behaviour.has(.acceptsUnknownTasks) else { return nil }
    return SimulatedTask(
      id: context.name, painters: [], fate: .hangs, submitted: context.now, begins: .max, ends: .max,
      wall: WallTime.nanoseconds)
  }

  // MARK: - Faults

  /// The fault of a request of a route, if it is the one where things go wrong.
  private func nextFault(_ route: TaskBehaviour.FaultRoute, _ behaviour: Behaviour) -> Fault? {
    guard behaviour.tasks.faultRoute == route, behaviour.fault != nil else { return nil }
    let index = store.withLock { store in
      defer { store.faultCount += 1 }
      return store.faultCount
    }
    return behaviour.fault(forRequest: index)
  }

  /// What a request of a route gets that meets the fault.
  private func broken(_ route: TaskBehaviour.FaultRoute, _ context: RequestContext) -> Response? {
    guard let fault = nextFault(route, context.behaviour) else { return nil }
    let script =
      fault.script(streams: false, format: context.format, contentType: "application/json")
      ?? DocumentScript(due: 0, fault: fault, format: context.format) {
        .init(
          contentType: "application/json",
          body: ByteBuffer(string: #"{"task_id":"0","status":"queued","progress":0}"#))
      }
    return Response(script: script, fault: fault)
  }
}

extension RequestContext {
  /// When the request came, in nanoseconds: the clock of the tasks.
  fileprivate var now: Int64 { Int64(request.receivedAt.uptimeNanoseconds) }
}
