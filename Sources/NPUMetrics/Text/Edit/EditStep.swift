/// How an alignment reaches a cell of the edit matrix.
enum EditStep {
  /// From above: a token of the reference is lost.
  case deletion
  /// From the left: a token of the hypothesis is new.
  case insertion
  /// From above left: a hit or a substitution, as the tokens say.
  case diagonal
}

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
