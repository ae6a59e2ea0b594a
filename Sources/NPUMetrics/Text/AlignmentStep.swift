/// One step of an alignment, where it is known whether the tokens are equal.
enum AlignmentStep: Sendable {
  case hit, substitution, deletion, insertion

  @inline(__always)
  init(_ step: EditStep, _ equal: Bool) {
    switch step {
    case .deletion: self = .deletion
    case .insertion: self = .insertion
    case .diagonal: self = equal ? .hit : .substitution
    }
  }

  /// Goes back over the step.
  @inline(__always)
  func move(_ row: inout Int, _ column: inout Int) {
    if self != .insertion { row -= 1 }
    if self != .deletion { column -= 1 }
  }
}
