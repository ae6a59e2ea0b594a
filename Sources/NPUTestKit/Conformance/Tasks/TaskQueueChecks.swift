import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

extension Check where Context == TaskCheckContext {
  /// Tasks are done in the order in which they came.
  static var order: Check {
    Check(
      "task.order", "Tasks are done in the order in which they came",
      requirement: "Of four tasks submitted one after another none has ended while an earlier one has not.",
      knownDeviations: "Services of several workers end tasks side by side, in any order.", severity: .recommended,
      tags: [.queue], isolation: .alone
    ) { context in
      var tickets: [TaskTicket] = []
      for _ in 0..<4 { tickets.append(try await context.client.submit(context.task)) }
      let deadline = context.transport.now.advanced(by: context.polling.deadline)
      while true {
        // The last one first: what ended before it was asked for has ended when the others are asked for.
        var hasEnded: [Bool] = []
        for ticket in tickets.reversed() { hasEnded.insert(try await context.hasEnded(ticket), at: 0) }
        if let first = hasEnded.firstIndex(of: false), let later = hasEnded[first...].firstIndex(of: true) {
          return .fail("task \(later + 1) of 4 has ended, and task \(first + 1) has not")
        }
        if hasEnded.allSatisfy({ $0 }) { return .pass("four tasks ended in their order") }
        try Finding.demand(
          context.transport.now < deadline,
          "\(hasEnded.filter { !$0 }.count) of 4 tasks have not ended after \(context.polling.deadline)")
        try await context.transport.wait(until: context.transport.now.advanced(by: context.polling.first))
      }
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
      for _ in 0..<4 { await context.submitAndLeave() }
      let abandoned = try await context.client.submit(context.task)
      let ending = try await context.completeTask()
      return .pass("the task \(ending.id) was completed; nobody had asked for \(abandoned.id)")
    }
  }
}

extension TaskCheckContext {
  /// Whether a task has ended, well or badly.
  fileprivate func hasEnded(_ ticket: TaskTicket) async throws -> Bool {
    do {
      return try await client.status(of: ticket.id).state.phase.isFinal
    } catch let error as ServiceError where error.status.map({ $0 >= 500 }) == true {
      // A service that cannot tell its state shows the end by the download.
      let response = try await get("/download/\(PathSegment.encode(ticket.id))?image_index=0")
      return response.head.status.kind == .successful
    }
  }

  /// Submits a task and breaks off at once.
  fileprivate func submitAndLeave() async {
    let client = client
    let task = task
    let leaving = Task { try? await client.submit(task) }
    leaving.cancel()
    _ = await leaving.value
  }
}
