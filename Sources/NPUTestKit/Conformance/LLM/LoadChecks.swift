internal import NPUBase
internal import NPUServices

extension Check where Context == LLMCheckContext {
  /// Many requests at once are all answered.
  static var concurrent: Check {
    Check(
      "llm.concurrent", "Many requests at once are all answered",
      requirement: "50 requests sent at once are all answered with 200 and a regular finish reason, and none hangs.",
      tags: [.load], isolation: .alone
    ) { context in
      let count = context.concurrentRequests
      try Finding.presume(count > 1, "\(count) requests are not many; ask for 2 or more")
      let findings = await withTaskGroup(of: Finding?.self) { group in
        for number in 0..<count {
          group.addTask { await context.problem(with: number) }
        }
        return await group.reduce(into: [Finding]()) { if let finding = $1 { $0.append(finding) } }
      }
      guard let first = findings.first(where: { $0.verdict == .fail }) ?? findings.first else {
        return .pass("\(count) of \(count) requests at once were answered")
      }
      try Task.checkCancellation()
      return .fail("\(findings.count) of \(count) requests at once were not answered; one of them: \(first.reason)")
    }
  }

  /// Requests are answered side by side.
  static var overlap: Check {
    Check(
      "llm.concurrent.overlap", "Requests are answered side by side",
      requirement:
        "Of eight streams asked for at once at least two overlap in time: the first has not ended when the other begins.",
      knownDeviations: "llama-cpp-python and single-slot servers answer one request after the other.",
      severity: .recommended, tags: [.load, .stream], isolation: .alone
    ) { context in
      let spans = try await withThrowingTaskGroup(of: ClosedRange<MonotonicInstant>?.self) { group in
        for _ in 0..<8 { group.addTask { try await context.span(of: context.longRequest()) } }
        return try await group.reduce(into: [ClosedRange<MonotonicInstant>]()) { if let span = $1 { $0.append(span) } }
      }
      let long = spans.filter { $0.lowerBound < $0.upperBound }.sorted { $0.lowerBound < $1.lowerBound }
      try Finding.presume(
        long.count >= 2,
        "\(spans.count - long.count) of \(spans.count) streams came in one moment, so that no two can overlap")
      let overlaps = zip(long, long.dropFirst()).contains { $0.overlaps($1) }
      try Finding.demand(overlaps, "each of \(long.count) streams begins after the one before has ended")
      return .pass("of \(long.count) streams at once, some overlap in time")
    }
  }
}

extension LLMCheckContext {
  /// Sends one of many requests; gives what is wrong with its response.
  fileprivate func problem(with number: Int) async -> Finding? {
    do {
      let answer = try await chat.complete(request("Say the number \(number) in words.", tokens: 16))
      let reason = answer.choices.first?.finishReason
      guard reason?.isRegular == true else { return .fail("the finish reason is \(reason?.rawValue ?? "missing")") }
      return answer.generated.isBlank ? .fail("the response says nothing") : nil
    } catch let error as ServiceError where error.status == 429 {
      // Here, and only here, a limit of the rate is what is asked about.
      return .fail("\(error)")
    } catch {
      return Finding(error)
    }
  }

  /// From the first to the last piece of text of a stream; `nil` if it had none.
  fileprivate func span(of request: ChatRequest) async throws -> ClosedRange<MonotonicInstant>? {
    var span: ClosedRange<MonotonicInstant>?
    for try await chunk in chat.stream(request)
    where !chunk.isWholeResponse && chunk.choices.contains(where: \.delta.bearsToken) {
      span = (span?.lowerBound ?? chunk.receivedAt)...chunk.receivedAt
    }
    return span
  }
}
