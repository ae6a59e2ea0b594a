/// One task: what is to be done, and when.
///
/// Everything about it follows from the clock: nobody has to run for a task to go on.
struct SimulatedTask: Sendable, Hashable {
  /// What becomes of it.
  enum Fate: Sendable, Hashable {
    case completes
    case fails(String)
    /// It stops half-way.
    case hangs
  }

  /// What a task is doing.
  enum Phase: Sendable, Hashable {
    case queued
    case processing
    case completed
    case failed(String)
  }

  var id: String
  /// The images it makes.
  var painters: [ImagePainter]
  var fate: Fate
  /// When it was submitted, when it is begun and when it ends, on one clock in nanoseconds.
  var submitted: Int64
  var begins: Int64
  var ends: Int64
  /// The wall clock at submission, in nanoseconds since 1970.
  var wall: Int64

  /// What it is doing at an instant.
  func phase(at now: Int64) -> Phase {
    if now < begins { return .queued }
    if now < ends || fate == .hangs { return .processing }
    if case .fails(let reason) = fate { return .failed(reason) }
    return .completed
  }

  /// How far the work is, in percent and in the steps in which services tell it.
  func progress(at now: Int64) -> Int {
    switch phase(at: now) {
    case .queued: return 0
    case .completed: return 100
    case .failed: return 10
    case .processing:
      let share = ends > begins ? Double(now - begins) / Double(ends - begins) : 0
      return min(fate == .hangs ? 50 : 95, 10 + Int(85 * min(1, share)))
    }
  }
}

extension SimulatedTask {
  /// The task that a request asks for; one that cannot be made fails when its turn comes.
  ///
  /// - Parameters:
  ///   - request: What was asked for.
  ///   - number: The number of the task.
  ///   - behaviour: How the service works.
  ///   - now: The instant on the clock of the tasks.
  ///   - wall: The same instant by the wall clock.
  init(_ request: TaskRequestReader.Request, number: Int, _ behaviour: Behaviour, now: Int64, wall: Int64) {
    id = Self.identity(number, seed: behaviour.seed, wireProtocol: behaviour.tasks.wireProtocol)
    painters = []
    fate = .completes
    (submitted, begins, ends) = (now, now, now)
    self.wall = wall
    var sides = (try? ImageRequestReader.sides(request.resolution)) ?? (nil, nil)
    if behaviour.has(.acceptsBadSizes) { sides = (behaviour.images.side, behaviour.images.side) }
    if let width = sides.0, let height = sides.1, (1...8192).contains(width), (1...8192).contains(height),
      (1...ImageBehaviour.mostImages).contains(request.count), (1...1_000_000).contains(request.steps)
    {
      let seed = request.seed ?? SplitMix64.mix(behaviour.seed, UInt64(number), 0x74_61_73_6B)
      painters = (0..<request.count).map {
        ImagePainter(
          origin: ImagePainter.origin(request.prompt, seed), index: $0, width: width, height: height,
          perturbation: behaviour.images.perturbation)
      }
    } else {
      fate = .fails("invalid value: resolution '\(request.resolution)', \(request.steps) steps")
    }
    if behaviour.tasks.failed.contains(number) {
      fate = .fails("The simulated pipeline failed, as its behaviour asks")
    }
    if behaviour.tasks.stuck.contains(number) { fate = .hangs }
  }

  private static func identity(_ number: Int, seed: UInt64, wireProtocol: TaskBehaviour.WireProtocol) -> String {
    let first = SplitMix64.mix(seed, UInt64(number), 1).hexDigits
    guard wireProtocol == .readme else { return "img_\(first)" }
    let second = SplitMix64.mix(seed, UInt64(number), 2).hexDigits
    return
      "\(first.prefix(8))-\(first.dropFirst(8).prefix(4))-4\(first.suffix(3))-a\(second.prefix(3))-\(second.suffix(12))"
  }
}
