import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

extension Check where Context == TaskCheckContext {
  /// A task that was never submitted is not known.
  static var unknownTask: Check {
    refusal(
      "task.error.unknown-id", "A task that was never submitted is not known",
      requirement: "Questions for the state and the image of an identity that was never given out are errors."
    ) { context in
      let id = "no-such-task-4f1c"
      return [
        ("the state of an unknown task", { try await context.get("/status/\(id)") }),
        ("the image of an unknown task", { try await context.get("/download/\(id)?image_index=0") }),
      ]
    }
  }

  /// An image that a task did not make is refused.
  static var imageIndex: Check {
    refusal(
      "task.error.image-index", "An image that a task did not make is refused",
      requirement:
        "The download of image 1000 of a completed task of one image, and of one with a word as index, are errors."
    ) { context in
      let id = PathSegment.encode(try await context.completeTask().id)
      return [
        ("image_index=1000", { try await context.get("/download/\(id)?image_index=1000") }),
        ("image_index=first", { try await context.get("/download/\(id)?image_index=first") }),
      ]
    }
  }

  /// A submission that is not JSON is refused.
  static var malformedSubmission: Check {
    refusal(
      "task.error.malformed-json", "Malformed JSON is refused",
      requirement: "A submission that is not JSON is an error."
    ) { context in
      let whole = try context.service.json(context.task, for: "/submit")
      return [
        ("JSON cut in half", { try await context.submit(raw: Array(whole.prefix(whole.count / 2))) }),
        ("text that is not JSON", { try await context.submit(raw: Array("prompt: a cat".utf8)) }),
      ]
    }
  }

  /// A task without a prompt is refused.
  static var missingTaskPrompt: Check {
    refusal(
      "task.error.missing-prompt", "A task without a prompt is refused",
      requirement: "A submission without a prompt, and one with a list as prompt, are errors."
    ) { context in
      var without = context.task
      without.prompt = nil
      var list = without
      list.extras["prompt"] = .array([])
      let bodies = [try context.service.json(without, for: "/submit"), try context.service.json(list, for: "/submit")]
      return [
        ("no prompt", { try await context.submit(raw: bodies[0]) }),
        ("a list as prompt", { try await context.submit(raw: bodies[1]) }),
      ]
    }
  }

  /// A resolution that cannot be made is an error in the end.
  static var badResolution: Check {
    Check(
      "task.error.bad-resolution", "An impossible resolution is an error in the end",
      requirement: "A resolution that is none is refused at once, or its task fails; the next task is completed.",
      tags: [.errors], isolation: .alone
    ) { context in
      var task = context.task
      task.resolution = context.badResolution
      let body = try context.service.json(task, for: "/submit")
      let refusal = Refusal(name: "the resolution \"\(context.badResolution)\"")
      let response = try await context.submit(raw: body)
      guard response.head.status.kind == .successful else {
        let note = try await refusal.judge { response }
        try await refusal.demandResponse { try await context.completeTask() }
        return .pass(note + "; the next task was completed")
      }
      let ticket = try ServiceExchange.document(
        TaskTicket.self, head: response.head, body: response.body, request: "POST /submit")
      let end = try await context.client.finish(ticket, policy: context.polling)
      guard case .failed(let reason) = end.outcome else {
        return .fail(
          "the task of \(refusal.name) ended as \(end.outcome.shortDescription) \(end.outcome.message)")
      }
      try await refusal.demandResponse { try await context.completeTask() }
      return .pass("the task failed, \"\(Excerpt.of(reason, limit: 100))\"; the next one was completed")
    }
  }

  /// Refusals blame the client.
  static var refusalStatus: Check {
    blamesClient("task.error.status", knownDeviations: "A published server answers every internal error with 500.") {
      context in
      let whole = try context.service.json(context.task, for: "/submit")
      var list = context.task
      list.prompt = nil
      list.extras["prompt"] = .array([])
      let wrong = try context.service.json(list, for: "/submit")
      return [
        ("JSON cut in half", { try await context.submit(raw: Array(whole.prefix(whole.count / 2))) }),
        ("a list as prompt", { try await context.submit(raw: wrong) }),
        ("the state of an unknown task", { try await context.get("/status/no-such-task-4f1c") }),
        ("the image of an unknown task", { try await context.get("/download/no-such-task-4f1c?image_index=0") }),
      ]
    }
  }

  private typealias Attempt = (name: String, send: @Sendable () async throws -> TransferResponse)

  /// A check that some requests are refused, each with an error, and that a good task is completed afterwards.
  private static func refusal(
    _ identifier: String, _ title: String, requirement: String,
    attempts: @escaping @Sendable (TaskCheckContext) async throws -> [Attempt]
  ) -> Check {
    Check(
      identifier, title, requirement: requirement + " Afterwards a task is completed.", tags: [.errors],
      isolation: .alone
    ) { context in
      var notes: [String] = []
      for attempt in try await attempts(context) {
        let refusal = Refusal(name: attempt.name)
        notes.append(try await refusal.judge(attempt.send))
        try await refusal.demandResponse { try await context.completeTask() }
      }
      return .pass(notes.joined(separator: "; ") + "; tasks are completed afterwards")
    }
  }
}
