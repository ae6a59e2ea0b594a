internal import HTTPTypes
internal import NPUBase
package import NPULoad
public import NPUServices
public import NPUTransport

extension DrillStage {
  /// What came back, as far as a scenario looks at it.
  package enum Returned: Sendable {
    /// A response of any status.
    case response(TransferResponse)
    /// The text of a good response.
    case text(String)
    /// The record of a stream.
    case record(RequestRecord)
  }

  /// Sends one request and notes how it ended.
  ///
  /// - Parameters:
  ///   - name: What is tried.
  ///   - send: Sends it to the service, which has the limit of a request and opens a connection for each.
  public func attempt(
    _ name: String, _ send: @Sendable (Service) async throws -> TransferResponse
  ) async {
    await attempt(name, returning: { .response(try await send($0)) })
  }

  /// Sends one request and notes how it ended.
  package func attempt(_ name: String, returning send: @Sendable (Service) async throws -> Returned) async {
    add(await tried(name, send))
  }

  /// Sends several requests at once and notes how each ended.
  func attemptAll(_ attempts: [PlannedAttempt]) async {
    await withTaskGroup(of: DrillAttempt.self) { group in
      for attempt in attempts { group.addTask { await self.tried(attempt.name, attempt.send) } }
      for await attempt in group { add(attempt) }
    }
  }

  /// Starts something that should fail, and notes how it ended.
  func attemptStart(_ name: String, _ start: () async throws -> StartEnd?) async throws {
    let began = now
    let end = try await start()
    var attempt = DrillAttempt(name: name, end: .notMade, detail: "a second one cannot be started by this drill")
    if let end {
      let words = Excerpt.of(end.output, limit: 200)
      switch end.status {
      case nil: (attempt.end, attempt.detail) = (.startHung, "it did not end by itself: \"\(words)\"")
      case 0?: (attempt.end, attempt.detail) = (.startPassed, "it ended with status 0: \"\(words)\"")
      case let status?:
        let isSilent = end.output.allSatisfy(\.isWhitespace)
        attempt.end = isSilent ? .startPassed : .startFailed
        attempt.detail = "status \(status), " + (isSilent ? "without a word of the reason" : "\"\(words)\"")
      }
    }
    attempt.milliseconds = began.duration(to: now).milliseconds
    add(attempt)
  }

  private func tried(
    _ name: String, _ send: @Sendable (Service) async throws -> Returned
  ) async -> DrillAttempt {
    let began = now
    let asked = service.bounded(by: limits.request)
    var attempt: DrillAttempt
    do {
      attempt = DrillAttempt(name, try await send(asked))
    } catch {
      attempt = DrillAttempt(name, error)
    }
    attempt.milliseconds = began.duration(to: now).milliseconds
    return attempt
  }
}

/// A request that waits for its turn.
struct PlannedAttempt: Sendable {
  let name: String
  let send: @Sendable (Service) async throws -> DrillStage.Returned

  init(_ name: String, _ send: @escaping @Sendable (Service) async throws -> DrillStage.Returned) {
    (self.name, self.send) = (name, send)
  }
}

extension DrillAttempt {
  init(_ name: String, _ returned: DrillStage.Returned) {
    switch returned {
    case .text(let text):
      let isEmpty = text.allSatisfy(\.isWhitespace)
      self.init(
        name: name, end: isEmpty ? .empty : .completed,
        detail: isEmpty ? "a response without words" : "\"\(Excerpt.of(text, limit: 80))\"")
    case .record(let record): self.init(name, record.outcome)
    case .response(let response):
      let status = response.head.status.code
      let error = ErrorBody(response.body)
      if status >= 400 {
        self.init(name: name, end: .refused, detail: "status \(status) \"\(Excerpt.of(error.message, limit: 100))\"")
      } else if error.form == .errorObject || error.form == .errorText {
        self.init(
          name: name, end: .refused,
          detail: "an error in a response of status \(status): \"\(Excerpt.of(error.message, limit: 100))\"")
      } else {
        self.init(
          name: name, end: response.body.isEmpty ? .empty : .completed,
          detail: "status \(status), \(response.body.count) bytes")
      }
    }
  }

  init(_ name: String, _ error: any Error) {
    let outcome = Outcome(error)
    let kind = (error as? ServiceError)?.kind
    if kind == .invalidRequest || kind == .invalidEndpoint {
      self.init(name: name, end: .notMade, detail: "\(error)")
    } else if kind == .emptyResponse {
      self.init(name: name, end: .empty, detail: "\(error)")
    } else {
      self.init(name, outcome)
    }
  }

  /// Whether the service said that it does not do what was asked.
  private static func isRefusal(_ outcome: Outcome) -> Bool {
    if let status = outcome.status, status >= 400 { return true }
    let kinds = [ServiceError.Kind.errorEvent, .failedFinish, .rawTextError]
    return kinds.contains { $0.rawValue == outcome.kind.rawValue }
  }

  init(_ name: String, _ outcome: Outcome) {
    let detail = Excerpt.of(outcome.message ?? "", limit: 160)
    if outcome.isSuccess {
      self.init(name: name, end: .completed)
    } else if let kind = TransportError.Kind(rawValue: outcome.kind.rawValue) {
      switch kind {
      case _ where kind.isSilence: self.init(name: name, end: .timedOut, detail: detail)
      case .clientDescriptors, .clientPorts, .clientMemory, .invalidRequest, .cancelled, .shutDown:
        self.init(name: name, end: .notMade, detail: detail)
      default: self.init(name: name, end: .broken, detail: detail)
      }
    } else if outcome.kind == .emptyResponse {
      self.init(name: name, end: .empty, detail: detail)
    } else if Self.isRefusal(outcome) {
      self.init(name: name, end: .refused, detail: detail)
    } else {
      // What cannot be read was accepted all the same.
      self.init(name: name, end: .broken, detail: detail)
    }
  }
}
