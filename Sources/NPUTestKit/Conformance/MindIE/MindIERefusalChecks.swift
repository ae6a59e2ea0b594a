internal import NPUBase
internal import NPUServices

extension Check where Context == MindIECheckContext {
  /// Bad requests are refused, and the service lives on.
  static var mindIERefusals: Check {
    Check(
      "mindie.error", "Bad requests are refused",
      requirement:
        "A body that is no JSON, one without a prompt, one with an empty prompt, and a word in place of a number are "
        + "errors. Afterwards the service still answers.",
      tags: [.errors], isolation: .alone
    ) { context in
      var notes: [String] = []
      for (name, body) in try context.badBodies().sorted(by: { $0.key < $1.key }) {
        notes.append(try await Refusal(name: name).judge { try await context.send(raw: body) })
        try await Refusal(name: name).demandResponse {
          _ = try await context.client.generate(context.request(tokens: 4))
        }
      }
      return .pass(notes.joined(separator: "; ") + "; the service answers afterwards")
    }
  }

  /// Refusals blame the client.
  static var mindIERefusalStatus: Check {
    Check(
      "mindie.error.status", "Errors of the client are answered with 4xx",
      requirement:
        "Whoever sends a bad request is told so with a status of 4xx and an object with error and error_type.",
      severity: .recommended, tags: [.errors], isolation: .alone
    ) { context in
      let bodies = try context.badBodies().sorted { $0.key < $1.key }
      return try await Refusal.blame(bodies.map { name, body in (name, { try await context.send(raw: body) }) })
    }
  }
}

extension MindIECheckContext {
  /// Bodies that must be refused, by what is wrong with them.
  fileprivate func badBodies() throws -> [String: [UInt8]] {
    func body(_ change: (inout MindIERequest) -> Void) throws -> [UInt8] {
      var request = request(tokens: 4)
      change(&request)
      return try service.json(MindIEBody(request, wireProtocol, streams: false), for: "/")
    }
    let name =
      switch wireProtocol {
      case .tgi, .infer: "inputs"
      case .triton: "text_input"
      case .vllm: "prompt"
      }
    var bodies = Refusal.malformedBodies(insteadOf: try body { _ in })
    bodies["no prompt"] = Array("{}".utf8)
    bodies["an empty prompt"] = try body { $0.prompt = "" }
    bodies["a number in place of the prompt"] = try body { $0.extras = [name: 7] }
    bodies["a word in place of a number"] = try body {
      $0.extras = wireProtocol == .vllm ? ["max_tokens": "many"] : ["parameters": ["max_new_tokens": "many"]]
    }
    return bodies
  }
}
