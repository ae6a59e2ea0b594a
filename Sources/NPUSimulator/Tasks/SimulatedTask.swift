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
