internal import NPUBase
package import NPUTransport

extension PreparedRequest {
  /// Sends the request once, outside any load, and records it as a load would.
  ///
  /// - Parameter transport: What carries it.
  /// - Returns: The record; a request that failed has its outcome in it. Cancelling the task cancels the request.
  package func record(over transport: any Transport) async -> RequestRecord {
    switch work {
    case .exchange(let request, let expectation):
      let ended = OneShot<StreamRecorder>()
      let recorder = StreamRecorder(
        index: 0, requestID: requestID, requested: requested, expectation: expectation, limits: request.limits,
        onEnd: { ended.give($0) })
      recorder.service = service
      recorder.redactor = { Redactor(request, over: transport) }
      recorder.examination = examination
      let handle = transport.start(request, observer: recorder)
      return await withTaskCancellationHandler {
        await ended.wait().makeRecord()
      } onCancel: {
        handle.cancel()
      }
    case .operation(let operation):
      let started = transport.now
      let end = await operation.end(over: transport)
      let record = RequestRecord(
        end, index: 0, phase: .measured, intended: nil, of: self, started: started, returned: transport.now)
      return EndedOperation(record, end, of: self).makeRecord()
    }
  }
}

extension RequestRecord {
  /// The record of an operation.
  init(
    _ end: OperationEnd, index: Int, phase: Phase, intended: MonotonicInstant?, of prepared: PreparedRequest,
    started: MonotonicInstant, returned: MonotonicInstant
  ) {
    let result = end.result
    let timeline = StreamTimeline(
      intended: intended, started: started, sent: result.instants.sent, head: result.instants.head,
      firstByte: result.instants.firstByte, closed: result.instants.ended ?? returned)
    let record = RequestRecord(
      index: index, phase: phase, service: prepared.service, requestID: result.requestID ?? prepared.requestID,
      timeline: timeline, outcome: result.outcome, requested: prepared.requested, transfer: result.transfer,
      measures: result.measures, text: result.text)
    self = record.showable(end.redactor)
  }
}
