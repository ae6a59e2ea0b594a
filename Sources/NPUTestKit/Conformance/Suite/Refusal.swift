import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// Judges the response to a request that must be refused.
struct Refusal: Sendable {
  /// What is wrong with the request, for messages.
  var name: String

  /// Bodies that are no JSON, by what is wrong with them.
  ///
  /// - Parameter whole: A body that the service takes.
  /// - Returns: The bodies by name.
  static func malformedBodies(insteadOf whole: [UInt8]) -> [String: [UInt8]] {
    [
      "JSON cut in half": Array(whole.prefix(whole.count / 2)), "text that is not JSON": Array("prompt: hello".utf8),
    ]
  }

  /// Sends the request by a function; a response that is no error fails the check.
  ///
  /// - Returns: How it was refused.
  func judge(_ send: () async throws -> TransferResponse) async throws -> String {
    let response = try await answer(send)
    if let note = try note(of: response) { return note }
    let isHidden = [.errorObject, .errorText].contains(ErrorBody(response.body).form)
    let status = response.head.status.code
    throw Finding.fail(
      isHidden
        ? "\(name): the error stands in a response of status \(status), which clients take for success"
        : "\(name): accepted with status \(status): \(Self.shown(response))")
  }

  /// The response for a message: a text in part, of anything else its kind and size.
  private static func shown(_ response: TransferResponse) -> String {
    let isText = String(validating: response.body, as: UTF8.self) != nil
    return isText
      ? "\"\(Excerpt.of(response.body, limit: 160))\""
      : "\(response.body.count) bytes of \(MediaType.of(response.head).shown)"
  }

  /// The response, whatever its status; a connection that breaks fails the check.
  func answer(_ send: () async throws -> TransferResponse) async throws -> TransferResponse {
    do {
      return try await send()
    } catch let error as ServiceError where error.kind == .transport {
      let finding = Finding(error)
      throw finding.verdict == .fail
        ? Finding.fail("\(name): the connection broke in place of a response: \(error)") : finding
    }
  }

  /// How a request was refused; `nil` if it was not.
  func note(of response: TransferResponse) throws -> String? {
    let status = response.head.status.code
    let message = Excerpt.of(ErrorBody(response.body).message, limit: 100)
    switch status {
    case 401, 403, 429:
      // The service has refused the sender and not the request.
      throw Finding.inconclusive("\(name): status \(status) \"\(message)\"")
    case 400...499: return "\(name): status \(status) \"\(message)\""
    // Whose fault it was is a question of its own: see ``Refusal/blame(_:)``.
    case 500...599: return "\(name): status \(status) \"\(message)\", an error that blames the server"
    default: return nil
    }
  }

  /// Judges whose fault the service takes bad requests for: an answer of 5xx says that something in it broke.
  ///
  /// Requests that are not refused at all are left to the checks that are about them.
  ///
  /// - Parameter attempts: Bad requests by name.
  /// - Returns: A pass, a failure that names the requests, or neither where none was refused.
  /// - Throws: A finding where the sender is refused or the connection breaks; what sending throws.
  static func blame(_ attempts: [(name: String, send: () async throws -> TransferResponse)]) async throws -> Finding {
    var (client, server): ([String], [String]) = ([], [])
    for attempt in attempts {
      let refusal = Refusal(name: attempt.name)
      let response = try await refusal.answer(attempt.send)
      // Says that the sender was refused and not the request.
      _ = try refusal.note(of: response)
      let shown = "\(attempt.name): status \(response.head.status.code)"
      switch response.head.status.code {
      case 400...499: client.append(shown)
      case 500...599: server.append("\(shown) \"\(Excerpt.of(ErrorBody(response.body).message, limit: 80))\"")
      default: continue
      }
    }
    guard server.isEmpty else {
      return .fail(
        "a request that is the client's fault is answered as a fault of the server: " + server.joined(separator: "; "))
    }
    guard !client.isEmpty else {
      return .inconclusive("of \(attempts.count) bad requests none was refused; see the checks that are about them")
    }
    return .pass(client.joined(separator: "; "))
  }

  /// Makes sure that the service still answers a good request.
  func demandResponse(_ ask: () async throws -> Void) async throws {
    do {
      try await ask()
    } catch let error as CancellationError {
      throw error
    } catch {
      throw Finding.fail("after \(name) the service no longer answers a good request: \(error)")
    }
  }
}
