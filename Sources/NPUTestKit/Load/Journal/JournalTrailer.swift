internal import NPUBase

/// The last line of a journal, written only when the run ended as planned or was stopped in good order.
struct JournalTrailer: Hashable {
  /// Whether the run did all that was planned.
  var complete: Bool
  /// Requests of an open loop that were due before the end but never started.
  var overdue = 0
  /// For how long a request was due that was not prepared yet.
  var unpreparedTime = Duration.zero
  /// What kept the run from going on, where that ended it.
  var failure: String?

  /// How the journal ended.
  var end: JournalReader.End {
    if let failure { return .failed(reason: failure) }
    return complete ? .complete : .stopped
  }

  /// Writes the trailer as one object.
  func write(to json: inout JSONByteWriter) {
    json.beginObject()
    json.key("complete")
    json.value(complete)
    if overdue > 0 {
      json.key("overdue")
      json.value(overdue)
    }
    if unpreparedTime > .zero {
      json.key("unprepared_ns")
      json.value(unpreparedTime.wholeNanoseconds)
    }
    if let failure {
      json.key("failure")
      json.value(failure)
    }
    json.endObject()
  }
}
