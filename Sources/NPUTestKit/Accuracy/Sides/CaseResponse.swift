internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// What one side responded to one repetition of a case.
public struct CaseResponse: Sendable, Hashable {
  /// The response as a recording holds it: its text, or why there is none.
  public var response: RecordedResponse
  /// The image or the sound.
  public var file: [UInt8]?

  /// Creates a response.
  public init(_ response: RecordedResponse = RecordedResponse(), file: [UInt8]? = nil) {
    self.response = response
    self.file = file
  }

  /// Why there is no response; nil if there is one.
  public var fault: CaseFault? { response.error.map { CaseFault(recorded: $0) } }

  /// Asks a service; what keeps it from responding is a response, too.
  ///
  /// - Parameters:
  ///   - redactor: Takes secrets out that the service wrote into its response.
  ///   - ask: Asks.
  /// - Returns: The response.
  /// - Throws: `CancellationError` alone.
  static func of(
    cleanedBy redactor: Redactor, _ ask: () async throws -> CaseResponse
  ) async throws -> CaseResponse {
    var response: CaseResponse
    do { response = try await ask() } catch let error as CancellationError {
      throw error
    } catch {
      // A request that was cancelled is no response.
      if Task.isCancelled { throw CancellationError() }
      response = CaseResponse(RecordedResponse(error: CaseFault(error).recorded))
    }
    guard !redactor.isIdle else { return response }
    response.response.text = response.response.text.map(redactor.clean)
    response.response.finishReason = response.response.finishReason.map(redactor.clean)
    response.response.error = response.response.error.map(redactor.clean)
    return response
  }
}

/// Why there is nothing to compare: a cause from a bounded set, and what was wrong.
public struct CaseFault: Error, Sendable, Hashable {
  /// The cause, such as `http_503`, `shape_mismatch` or `blank`.
  public var kind: String
  /// What was wrong, with the values that explain it.
  public var message: String

  /// Creates a fault.
  public init(kind: String, message: String) {
    self.kind = kind
    self.message = message
  }

  /// The fault of an error.
  init(_ error: any Error) {
    if let fault = error as? CaseFault {
      self = fault
      return
    }
    let known = error as? ServiceError
    self.init(kind: known?.shortDescription ?? "error", message: known?.message ?? Excerpt.of("\(error)"))
  }

  /// Reads a fault as a recording has it.
  init(recorded text: String) {
    guard let colon = text.firstRange(of: ": ") else {
      self.init(kind: "error", message: text)
      return
    }
    self.init(kind: String(text[..<colon.lowerBound]), message: String(text[colon.upperBound...]))
  }

  /// The fault as a recording has it.
  var recorded: String { "\(kind): \(message)" }
}

extension CaseFault: CustomStringConvertible {
  /// The message and the cause.
  public var description: String { "\(message) [\(kind)]" }
}
