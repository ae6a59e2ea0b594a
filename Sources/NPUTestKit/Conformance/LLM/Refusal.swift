import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// Judges the answer to a request that must be refused.
struct Refusal: Sendable {
  /// What is wrong with the request, for messages.
  var name: String

  /// Sends the request; an answer that is no error fails the check.
  ///
  /// - Returns: How it was refused.
  func judge(_ body: [UInt8], in context: LLMCheckContext) async throws -> String {
    try await judge { try await context.send(raw: body) }
  }

  /// Sends the request by a function; an answer that is no error fails the check.
  ///
  /// - Returns: How it was refused.
  func judge(_ send: () async throws -> HTTPReply) async throws -> String {
    let reply = try await answer(send)
    if let note = try note(of: reply) { return note }
    let isHidden = [.errorObject, .errorText].contains(ErrorBody(reply.body).form)
    let status = reply.head.status.code
    throw Finding.fail(
      isHidden
        ? "\(name): the error stands in an answer of status \(status), which clients take for success"
        : "\(name): accepted with status \(status): \(Self.shown(reply))")
  }

  /// The answer for a message: a text in part, of anything else its kind and size.
  private static func shown(_ reply: HTTPReply) -> String {
    let isText = String(validating: reply.body, as: UTF8.self) != nil
    return isText
      ? "\"\(Excerpt.of(reply.body, limit: 160))\"" : "\(reply.body.count) bytes of \(MediaType.of(reply.head).shown)"
  }

  /// The answer, whatever its status; a connection that breaks fails the check.
  func answer(_ send: () async throws -> HTTPReply) async throws -> HTTPReply {
    do {
      return try await send()
    } catch let error as ServiceError where error.kind == .transport {
      let finding = Finding(error)
      throw finding.verdict == .fail
        ? Finding.fail("\(name): the connection broke in place of an answer: \(error)") : finding
    }
  }

  /// How a request was refused; `nil` if it was not.
  func note(of reply: HTTPReply) throws -> String? {
    let status = reply.head.status.code
    let message = Excerpt.of(ErrorBody(reply.body).message, limit: 100)
    switch status {
    case 401, 403, 429:
      // The service has refused the sender and not the request.
      throw Finding.inconclusive("\(name): status \(status) \"\(message)\"")
    case 400...499: return "\(name): status \(status) \"\(message)\""
    case 500...599: return "\(name): status \(status), an error, though one that blames the server; \"\(message)\""
    default: return nil
    }
  }

  /// Makes sure that the service still answers.
  func demandAnswer(in context: LLMCheckContext) async throws {
    try await demandAnswer { _ = try await context.chat.complete(context.request("Say hello.", tokens: 4)) }
  }

  /// Makes sure that the service still answers a good request.
  func demandAnswer(_ ask: () async throws -> Void) async throws {
    do {
      try await ask()
    } catch let error as CancellationError {
      throw error
    } catch {
      throw Finding.fail("after \(name) the service no longer answers a good request: \(error)")
    }
  }
}
