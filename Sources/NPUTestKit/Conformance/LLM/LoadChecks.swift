internal import NPUBase
internal import NPUServices

extension Check where Context == LLMCheckContext {
  /// Many requests at once are all answered.
  static var concurrent: Check {
    Check(
      "llm.concurrent", "Many requests at once are all answered",
      requirement:
        "Many requests, 50 by default, sent at once are all answered with 200 and a regular finish reason, and none hangs.",
      tags: [.load], isolation: .alone
    ) { context in
      let count = context.concurrentRequests
      try Finding.presume(count > 1, "\(count) requests are not many; ask for 2 or more")
      // A limit that hidden reasoning takes whole leaves no text.
      let first = try? await context.chat.complete(context.numberRequest(0, tokens: 16))
      let tokens = first?.hiddenReasoning == nil ? 16 : context.semanticTokens
      let findings = await withTaskGroup(of: Finding?.self) { group in
        for number in 0..<count {
          group.addTask { await context.problem(with: number, tokens: tokens) }
        }
        return await group.reduce(into: [Finding]()) { if let finding = $1 { $0.append(finding) } }
      }
      guard let first = findings.first(where: { $0.verdict == .fail }) ?? findings.first else {
        return .pass("\(count) of \(count) requests at once were answered")
      }
      try Task.checkCancellation()
      guard first.verdict == .fail else {
        return .inconclusive("\(findings.count) of \(count) responses cannot be judged; one of them: \(first.reason)")
      }
      return .fail("\(findings.count) of \(count) requests at once were not answered; one of them: \(first.reason)")
    }
  }

  /// Requests are answered side by side.
  static var overlap: Check {
    Check(
      "llm.concurrent.overlap", "Requests are answered side by side",
      requirement:
        "Eight streams asked for at once overlap in time, or take together less than half the time of eight one by one.",
      knownDeviations: "llama-cpp-python and single-slot servers answer one request after the other.",
      severity: .recommended, tags: [.load, .stream], isolation: .alone
    ) { context in
      let count = 8
      let before = try await context.stay(of: context.longRequest())
      let stays = try await withThrowingTaskGroup(of: Stay.self) { group in
        for _ in 0..<count { group.addTask { try await context.stay(of: context.longRequest()) } }
        return try await group.reduce(into: [Stay]()) { $0.append($1) }
      }
      let after = try await context.stay(of: context.longRequest())
      return judge(stays, alone: min(before.length, after.length))
    }
  }

  /// Judges by pieces of text that alternate, which are proof.
  ///
  /// Where each stream comes in a moment, as short ones do, the time that all
  /// take together has to tell.
  private static func judge(_ stays: [Stay], alone: Duration) -> Finding {
    let inOrder = stays.sorted { $0.first < $1.first }
    if zip(inOrder, inOrder.dropFirst()).contains(where: { $1.first < $0.last }) {
      return .pass("of \(stays.count) streams at once, some overlap in time")
    }
    guard let start = stays.map(\.sent).min(), let end = stays.map(\.last).max() else {
      return .inconclusive("no stream had text")
    }
    let together = start.duration(to: end)
    let times =
      "\(stays.count) streams at once took \(NumberText.fixed(together.seconds, decimals: 3)) s, one alone "
      + "\(NumberText.fixed(alone.seconds, decimals: 3)) s"
    let oneByOne = alone * stays.count
    if together < oneByOne / 2 { return .pass("\(times): they were generated side by side") }
    if together >= oneByOne * 3 / 4 {
      return .fail("each of \(stays.count) streams begins after the one before has ended: \(times)")
    }
    return .inconclusive("too close to tell: \(times)")
  }
}

/// How long one stream took.
private struct Stay: Sendable {
  /// When the request was on its way.
  var sent: MonotonicInstant
  /// When the first and the last piece of text arrived.
  var first: MonotonicInstant
  var last: MonotonicInstant

  var length: Duration { sent.duration(to: last) }
}

extension LLMCheckContext {
  /// One of many requests.
  fileprivate func numberRequest(_ number: Int, tokens: Int) -> ChatRequest {
    request("Say the number \(number) in words.", tokens: tokens)
  }

  /// Sends one of many requests; gives what is wrong with its response.
  fileprivate func problem(with number: Int, tokens: Int) async -> Finding? {
    do {
      let answer = try await chat.complete(numberRequest(number, tokens: tokens))
      let reason = answer.choices.first?.finishReason
      guard reason?.isRegular == true else { return .fail("the finish reason is \(reason?.rawValue ?? "missing")") }
      try answer.demandText()
      return nil
    } catch let finding as Finding {
      return finding
    } catch let error as ServiceError where error.status == 429 {
      // Here, and only here, a limit of the rate is what is asked about.
      return .fail("\(error)")
    } catch {
      // So is whether all of many are reached.
      return .fail(Finding(error).reason)
    }
  }

  /// How long a stream took.
  fileprivate func stay(of request: ChatRequest) async throws -> Stay {
    let transcript = try await transcript(request)
    guard let sent = transcript.sent, let span = transcript.span else {
      throw Finding.inconclusive("a stream has no text, so that no two can overlap")
    }
    return Stay(sent: sent, first: span.first, last: span.last)
  }
}
