import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport
import Synchronization

extension Check where Context == TaskCheckContext {
  /// Tasks are done in the order in which they came.
  static var order: Check {
    Check(
      "task.order", "Tasks are done in the order in which they came",
      requirement: "Of four tasks submitted one after another none has ended while an earlier one has not.",
      knownDeviations: "Services of several workers end tasks side by side, in any order.", severity: .recommended,
      tags: [.queue], isolation: .alone
    ) { context in
      try await context.withLongerTasks { try await order(of: $0) }
    }
  }

  private static func order(of context: TaskCheckContext) async throws -> Finding {
    var tickets: [TaskTicket] = []
    for _ in 0..<4 { tickets.append(try await context.client.submit(context.task)) }
    let deadline = context.transport.now.advanced(by: context.polling.deadline)
    var sawOrder = false
    while true {
      // The last one first: what ended before it was asked for has ended when the others are asked for.
      var hasEnded: [Bool] = []
      for ticket in tickets.reversed() { hasEnded.insert(try await context.hasEnded(ticket), at: 0) }
      if let first = hasEnded.firstIndex(of: false), let later = hasEnded[first...].firstIndex(of: true) {
        return .fail("task \(later + 1) of 4 has ended, and task \(first + 1) has not")
      }
      if hasEnded.allSatisfy({ $0 }) {
        try Finding.presume(
          sawOrder,
          "all four tasks had ended when their states were first read, so that no order was seen; give them more steps")
        return .pass("four tasks ended in their order")
      }
      sawOrder = sawOrder || hasEnded.contains(true)
      try Finding.demand(
        context.transport.now < deadline,
        "\(hasEnded.filter { !$0 }.count) of 4 tasks have not ended after \(context.polling.deadline)")
      try await context.transport.wait(until: context.transport.now.advanced(by: context.polling.first))
    }
  }

  /// A client that leaves holds up nobody.
  static var leavingClient: Check {
    Check(
      "task.leaving-client", "A client that leaves holds up nobody",
      requirement:
        "After clients that break off a request, and one that never asks for its task again, another task is completed.",
      tags: [.queue], isolation: .alone
    ) { context in
      var sent = 0
      for _ in 0..<4 where try await context.submitAndLeave() { sent += 1 }
      try Finding.presume(sent > 0, "no client could break off a request that had been sent")
      let abandoned = try await context.client.submit(context.task)
      let end = try await context.completeTask()
      return .pass(
        "after \(sent) clients had left, the task \(end.id) was completed; nobody waited for \(abandoned.id)")
    }
  }
}

extension TaskCheckContext {
  /// Whether a task has ended; one that ended badly fails the check.
  fileprivate func hasEnded(_ ticket: TaskTicket) async throws -> Bool {
    do {
      let status = try await client.status(of: ticket.id)
      let phase = status.state.phase
      try Finding.demand(
        phase != .failed && phase != .cancelled,
        "the task \(ticket.id) did not complete: \(phase.rawValue) \(status.error ?? "")")
      return phase == .completed
    } catch let error as ServiceError where error.status.map({ $0 >= 500 }) == true {
      // A service that cannot tell its state shows the end by the download.
      let response = try await get("/download/\(PathSegment.encode(ticket.id))?image_index=0")
      return response.head.status.kind == .successful
    }
  }

  /// Submits a task and breaks off as soon as the request is on its way.
  ///
  /// - Returns: Whether it was sent before the end of the exchange.
  fileprivate func submitAndLeave() async throws -> Bool {
    let request = try service.transferRequest(.post, "/submit", json: try service.json(task, for: "/submit"))
    return await withCheckedContinuation { done in
      let leaver = LeavingClient { done.resume(returning: $0) }
      leaver.hold(transport.start(request, observer: leaver))
    }
  }
}

/// A client that breaks off its request once that has been sent.
private final class LeavingClient: TransferObserver {
  private struct State {
    var handle: TransferHandle?
    var wasSent = false
  }

  private let state = Mutex(State())
  private let onEnd: @Sendable (Bool) -> Void

  init(onEnd: @escaping @Sendable (Bool) -> Void) { self.onEnd = onEnd }

  /// Keeps what cancels the exchange, and cancels it if the request is out already.
  func hold(_ handle: TransferHandle) {
    let isSent = state.withLock { state in
      state.handle = handle
      return state.wasSent
    }
    if isSent { handle.cancel() }
  }

  func transferStarted(at instant: MonotonicInstant) {}

  func transferSent(at instant: MonotonicInstant) {
    let handle = state.withLock { state in
      state.wasSent = true
      return state.handle
    }
    handle?.cancel()
  }

  func transferReceived(head: HTTPResponse, at instant: MonotonicInstant) {}

  func transferReceived(body bytes: Span<UInt8>, at instant: MonotonicInstant) -> TransferDemand { .more }

  func transferEnded(_ end: TransferEnd) { onEnd(state.withLock(\.wasSent)) }
}
