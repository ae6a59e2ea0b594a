internal import NIOCore
internal import NIOHTTP1

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension RequestDispatcher {
  private var now: Int64 { Int64(request.receivedAt.uptimeNanoseconds) }
  private var taskAnswers: TaskAnswers {
    TaskAnswers(behaviour: behaviour.tasks, format: format, overstates: behaviour.has(.overstatesProgress))
  }

  /// The answer of a task service.
  mutating func tasks(_ route: TaskRoute) -> Decision {
    switch route {
    case .submit, .batch:
      let isBatch = route == .batch
      do throws(ImageRefusal) {
        let document = try taskDocument()
        do {
          try override(with: document)
        } catch {
          return fixed(format.response(error))
        }
        return try submission(document, isBatch: isBatch)
      } catch {
        state.withValues { $0.hasRefused = true }
        return fixed(response(error))
      }
    case .info: return fixed(taskAnswers.info)
    case .status(let id):
      guard let task = task(id) ?? unknownTask(id) else {
        state.withValues { $0.hasRefused = true }
        return fixed(response(.detail(status: 404, "Task not found")))
      }
      return faulty(.status, fixed(taskAnswers.status(task, at: now)), "application/json")
    case .download(let id): return download(id)
    case .file(let name): return imageFile(name)
    }
  }

  func taskHealth() -> ByteBuffer {
    let now = now
    let (counts, total) = state.withValues { ($0.tasks.counts(at: now), $0.tasks.total) }
    return taskAnswers.health(waiting: counts.waiting, active: counts.active, total: total)
  }

  private func task(_ id: String) -> SimulatedTask? {
    let waits = behaviour.has(.waitsForClients)
    return state.withValues { waits ? $0.tasks.asked(id) : $0.tasks[id] }
  }

  /// What stands for a task that was never submitted, where a flaw asks for it.
  private func unknownTask(_ id: String) -> SimulatedTask? {
    guard behaviour.has(.acceptsUnknownTasks) else { return nil }
    return SimulatedTask(
      id: id, painters: [], fate: .hangs, submitted: now, begins: .max, ends: .max, wall: Self.wallNanoseconds)
  }

  private func taskDocument() throws(ImageRefusal) -> JSONValue {
    do {
      return try JSONParser.parse(request.bytes)
    } catch {
      if behaviour.has(.acceptsMalformedJSON) { return .object([.init(key: "prompt", value: .string("a cat"))]) }
      throw .field("body", type: "json_invalid", message: "JSON decode error")
    }
  }

  private func submission(_ document: JSONValue, isBatch: Bool) throws(ImageRefusal) -> Decision {
    guard behaviour.tasks.isReady else { throw .detail(status: 503, "Pipeline not ready") }
    let needsPrompt = !behaviour.has(.acceptsWrongTypes)
    var requests: [TaskRequestReader.Request] = []
    if isBatch {
      guard let list = document["requests"]?.arrayValue else {
        throw .field("requests", type: "missing", message: "Field required")
      }
      for element in list {
        requests.append(try TaskRequestReader(document: element, needsPrompt: needsPrompt).request())
      }
    } else {
      requests = [try TaskRequestReader(document: document, needsPrompt: needsPrompt).request()]
    }
    // Decided before the tasks are taken: a submission that breaks may have been taken all the same, as with real services.
    let decision = faulty(.submit, nil, "application/json")
    if let decision { return decision }
    var tickets = requests.map { (id: submit($0), estimate: $0.estimate) }
    if behaviour.has(.sharesTaskIdentity), let first = tickets.first {
      tickets = tickets.map { (first.id, $0.estimate) }
    }
    return fixed(taskAnswers.tickets(tickets, isBatch: isBatch))
  }

  private func submit(_ request: TaskRequestReader.Request) -> String {
    let (behaviour, now, wall) = (behaviour, now, Self.wallNanoseconds)
    return state.withValues { values in
      if values.tasks.submitted == behaviour.tasks.restartAfter { values.tasks.restart() }
      let number = values.tasks.submitted
      let id = Self.identity(number, seed: behaviour.seed, dialect: behaviour.tasks.dialect)
      var sides = (try? ImageRequestReader.sides(request.resolution)) ?? (nil, nil)
      if behaviour.has(.acceptsBadSizes) { sides = (behaviour.images.side, behaviour.images.side) }
      var task = SimulatedTask(
        id: id, painters: [], fate: .completes, submitted: now, begins: now, ends: now, wall: wall)
      if let width = sides.0, let height = sides.1, (1...8192).contains(width), (1...8192).contains(height),
        (1...ImageBehaviour.mostImages).contains(request.count), (1...1_000_000).contains(request.steps)
      {
        let seed = request.seed ?? SplitMix64.mix(behaviour.seed, UInt64(number), 0x74_61_73_6B)
        task.painters = (0..<request.count).map {
          ImagePainter(
            origin: ImagePainter.origin(request.prompt, seed), index: $0, width: width, height: height,
            perturbation: behaviour.images.perturbation)
        }
      } else {
        task.fate = .fails("invalid value: resolution '\(request.resolution)', \(request.steps) steps")
      }
      if behaviour.tasks.failed.contains(number) {
        task.fate = .fails("The simulated pipeline failed, as its behaviour asks")
      }
      if behaviour.tasks.stuck.contains(number) { task.fate = .hangs }
      let overtakes = behaviour.has(.overtakesTasks) && number % 2 == 1
      let work =
        overtakes ? 0 : behaviour.images.nanoseconds(steps: request.steps, images: max(1, min(request.count, 1000)))
      values.tasks.submit(task, work: work, workers: overtakes ? Int.max : behaviour.tasks.workers)
      return id
    }
  }

  private func download(_ id: String) -> Decision {
    guard let task = task(id) else { return fixed(response(.detail(status: 404, "Task not found"))) }
    let query = request.head.uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
    let text = query.split(separator: "&").first { $0.hasPrefix("image_index=") }?.dropFirst("image_index=".count)
    guard var index = text.map({ Int($0) }) ?? 0 else {
      return fixed(response(.field("image_index", type: "int_parsing", message: "Input should be a valid integer")))
    }
    guard task.phase(at: now) == .completed else {
      return fixed(response(.detail(status: 400, "Task not completed")))
    }
    if behaviour.has(.ignoresImageIndex) { index = 0 }
    // The published server counts back from the end.
    if index < 0, behaviour.tasks.dialect == .code { index += task.painters.count }
    guard task.painters.indices.contains(index) else {
      return fixed(response(.detail(status: 404, "Image not found")))
    }
    guard !behaviour.tasks.misplacesResults else {
      return fixed(response(.detail(status: 404, "Image file not found")))
    }
    let painter = task.painters[index]
    let name = ("content-disposition", "attachment; filename=\"\(id)_image_\(index).png\"")
    let fault = nextFault(.download)
    if let fault, let script = GenerationAnswer.broken(fault, streams: false, format: format, contentType: "image/png")
    {
      return Decision(script: script, fault: fault)
    }
    let script = DocumentScript(due: 0, fault: fault, format: format) {
      .init(contentType: "image/png", body: ByteBuffer(bytes: painter.png()), headers: [name])
    }
    return Decision(script: script, fault: fault)
  }

  /// The fault of a request of a route, if it is the one where things go wrong.
  private func nextFault(_ route: TaskBehaviour.FaultRoute) -> Fault? {
    guard behaviour.tasks.faultRoute == route, behaviour.fault != nil else { return nil }
    let index = state.withValues { values in
      defer { values.tasks.faultCount += 1 }
      return values.tasks.faultCount
    }
    return behaviour.fault(forRequest: index)
  }

  private func faulty(_ route: TaskBehaviour.FaultRoute, _ decision: Decision, _ type: String) -> Decision {
    faulty(route, Optional(decision), type) ?? decision
  }

  private func faulty(_ route: TaskBehaviour.FaultRoute, _ decision: Decision?, _ type: String) -> Decision? {
    guard let fault = nextFault(route) else { return decision }
    if let script = GenerationAnswer.broken(fault, streams: false, format: format, contentType: type) {
      return Decision(script: script, fault: fault)
    }
    let script = DocumentScript(due: 0, fault: fault, format: format) {
      .init(contentType: type, body: ByteBuffer(string: #"{"task_id":"0","status":"queued","progress":0}"#))
    }
    return Decision(script: script, fault: fault)
  }

  private static func identity(_ number: Int, seed: UInt64, dialect: TaskBehaviour.Dialect) -> String {
    func hex(_ value: UInt64) -> String {
      let digits = String(value, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    let first = hex(SplitMix64.mix(seed, UInt64(number), 1))
    guard dialect == .readme else { return "img_\(first)" }
    let second = hex(SplitMix64.mix(seed, UInt64(number), 2))
    return
      "\(first.prefix(8))-\(first.dropFirst(8).prefix(4))-4\(first.suffix(3))-a\(second.prefix(3))-\(second.suffix(12))"
  }

  private static var wallNanoseconds: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension Simulator {
  /// Forgets all tasks of the task service, as a restart of its process does.
  public func restartTasks() { state.withValues { $0.tasks.restart() } }
}
