internal import NPUBase
internal import NPUTransport

extension TaskTicket {
  /// The ticket without the secrets of its request in what the service says; its identity stays what to ask for.
  func redacted(by redactor: Redactor) -> TaskTicket {
    guard !redactor.isIdle else { return self }
    var ticket = self
    ticket.message = message.map(redactor.clean)
    ticket.state = state?.redacted(by: redactor)
    ticket.extras = extras.mapValues(redactor.clean)
    return ticket
  }
}

extension TaskStatus {
  /// The status without the secrets of its request in what the service says; the addresses stay where to fetch from.
  func redacted(by redactor: Redactor) -> TaskStatus {
    guard !redactor.isIdle else { return self }
    var status = self
    status.error = error.map(redactor.clean)
    status.state = state.redacted(by: redactor)
    status.extras = extras.mapValues(redactor.clean)
    return status
  }
}

extension TaskState {
  /// A word that is known here stays, whatever else it is: the task could not be followed without it.
  fileprivate func redacted(by redactor: Redactor) -> TaskState {
    phase == .unknown ? TaskState(rawValue: redactor.clean(rawValue)) : self
  }
}

extension Redactor {
  /// The value with each secret replaced, in keys too; JSON is read to a fixed depth, and so is this.
  fileprivate func clean(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(clean(text))
    case .array(let values): .array(values.map(clean))
    case .object(let object):
      .object(Dictionary(object.map { (clean($0.key), clean($0.value)) }) { first, _ in first })
    default: value
    }
  }
}
