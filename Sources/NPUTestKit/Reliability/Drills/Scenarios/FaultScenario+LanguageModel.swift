internal import HTTPTypes
internal import NPUBase
internal import NPULoad
internal import NPUServices
internal import NPUTransport

/// Faults of the clients of a language model.
extension FaultScenario {
  /// A request for more tokens than any memory holds.
  public static let outOfMemoryTokens = FaultScenario(
    "oom-tokens", "A request asks for more tokens than the memory holds",
    expectation: "A max_tokens far beyond the context is refused with 400 or 500, and the service lives on.",
    guide: GuideRow(.llm, "OOM trigger"), service: .llm, demands: [.refuses, .sparesNeighbours]
  ) { stage in
    try await stage.beside {
      await stage.attempt(
        "max_tokens \(stage.limits.oversizedTokens)",
        returning: { service in
          try await service.beginning(
            of: try await service.chatRequest("Count upwards, for ever.", tokens: stage.limits.oversizedTokens))
        })
    }
  }

  /// Many streams are abandoned in the middle, at once.
  public static let disconnects = FaultScenario(
    "disconnects", "Many streams are abandoned in the middle, at once",
    expectation:
      "What was abandoned leaves the server: requests that run and wait, and the use of the KV cache, are what they "
      + "were.",
    service: .llm, demands: [.requests([.left, .completed]), .drains]
  ) { stage in
    let count = stage.limits.disconnects
    let preflight = try Preflight.prepare(connections: count)
    guard preflight.verdict != .insufficient else {
      throw CannotAct(description: preflight.advice.joined(separator: " "))
    }
    try await stage.beside {
      await withTaskGroup(of: DrillAttempt.self) { group in
        for index in 0..<count {
          group.addTask { await stage.abandoned(index) }
        }
        for await attempt in group { stage.add(attempt) }
      }
    }
  }

  /// Clients that read slowly.
  public static let slowReader = FaultScenario(
    "slow-reader", "Clients read their streams slowly",
    expectation: "A client that reads slowly gets its whole response, and holds up nobody else.", service: .llm,
    demands: [.completes, .holdsUpNobody, .sparesNeighbours]
  ) { stage in
    let pause = ReadingPause(readers: max(1, stage.limits.slowReaders))
    let tokens = stage.limits.slowTokens
    try await stage.beside {
      try await withThrowingTaskGroup(of: Void.self) { group in
        defer { pause.end() }
        group.addTask {
          await stage.attemptAll(
            (1...pause.readers).map { number in
              PlannedAttempt("slow reader \(number)") { .record(try await $0.readSlowly(pause, tokens: tokens)) }
            })
        }
        try await stage.hold(by: pause)
      }
      stage.note(pause)
    }
  }

  /// Many clients connect anew at once.
  public static let reconnectStorm = FaultScenario(
    "reconnect-storm", "Many clients connect anew at once",
    expectation: "Each is answered, or refused in order; the service goes on.", service: .llm,
    demands: [.requests([.completed, .refused])]
  ) { stage in
    let count = stage.limits.reconnects
    let preflight = try Preflight.prepare(connections: count)
    guard preflight.verdict != .insufficient else {
      throw CannotAct(description: preflight.advice.joined(separator: " "))
    }
    try await stage.beside {
      await stage.attemptAll(
        (1...max(1, count)).map { number in
          PlannedAttempt("client \(number)") { service in
            .record(try await service.chat.measure(try await service.chatRequest("Say hello.", tokens: 4)))
          }
        })
    }
  }

  /// A body that arrives slowly.
  public static let trickledUpload = FaultScenario(
    "trickled-upload", "The body of a request arrives slowly",
    expectation: "A slow upload is answered or refused, and holds up nobody else.", service: .llm, needs: [.network],
    demands: [.requests([.completed, .refused]), .holdsUpNobody, .sparesNeighbours]
  ) { stage in
    guard let network = stage.network else { return }
    // Enough for the longest time: whatever has not arrived when enough was seen arrives at once.
    let bytes = stage.limits.trickle * max(1, Int(stage.limits.longestHold.components.seconds))
    let response = Latch()
    try await stage.beside {
      try await network.trickle(bytesPerSecond: stage.limits.trickle)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          await stage.attempt(
            "a body at \(stage.limits.trickle) bytes per second",
            returning: { .record(try await $0.through(network).upload(bytes: bytes)) })
          response.set()
        }
        try await stage.undoing({ try await network.restore() }) {
          // The head of the request is to have arrived.
          try await stage.service.transport.wait(until: stage.now.advanced(by: stage.limits.interval))
          try await stage.hold(
            unless: { response.isSet }, "the request had its response before its body was to be there")
        }
      }
    }
  }

  /// A body beyond every limit.
  public static let oversizedBody = FaultScenario(
    "oversized-body", "A body is beyond every limit",
    expectation: "A body of many megabytes is refused, and the service lives on.", service: .llm,
    demands: [.refuses, .sparesNeighbours]
  ) { stage in
    try await stage.beside {
      await stage.attempt(
        "a body of \(stage.limits.oversizedBody) bytes",
        returning: { service in
          let text = String(repeating: "a ", count: max(1, stage.limits.oversizedBody / 2))
          return try await service.beginning(of: try await service.chatRequest(text, tokens: 4))
        })
    }
  }

  /// Bodies that are no JSON.
  public static let corruptedJSON = FaultScenario(
    "corrupted-json", "Bodies are no JSON",
    expectation: "JSON that is cut, and text that is no JSON, are refused; the service lives on.", service: .llm,
    demands: [.refuses, .sparesNeighbours]
  ) { stage in
    try await stage.beside {
      let whole = #"{"messages":[{"role":"user","content":"Say hello."}],"max_tokens":4}"#
      for (name, text) in [("JSON cut in half", String(whole.prefix(whole.count / 2))), ("a text", "prompt: hello")] {
        await stage.attempt(name) { service in
          let request = try service.request(
            .post, service.chat.route, body: .bytes(Array(text.utf8)), contentType: "application/json")
          return try await service.transport.response(to: request)
        }
      }
    }
  }

  /// Many different requests at once.
  public static let parallelChats = FaultScenario(
    "parallel-50", "Fifty different requests at once",
    expectation: "Fifty parallel requests, streamed and whole, short and long, are all answered, and none hangs.",
    guide: GuideRow(.llm, "Concurrent requests"), service: .llm, demands: [.completes]
  ) { stage in
    try await stage.beside {
      await stage.attemptAll(
        (1...50).map { number in
          PlannedAttempt("request \(number)") { service in
            let request = try await service.chatRequest(
              "Tell me about the number \(number).", tokens: number.isMultiple(of: 3) ? 64 : 8)
            return number.isMultiple(of: 2)
              ? .record(try await service.chat.measure(request))
              : .response(try await service.chat.response(to: request))
          }
        })
    }
  }

  /// Why a scenario cannot be acted out on this machine.
  struct CannotAct: Error, CustomStringConvertible {
    let description: String
  }
}
