internal import NPUBase
internal import NPUTransport

/// One of the two services that are compared: one that is asked now, or a recording of what one said.
public struct ComparedSide<Case: AskedCase>: Sendable {
  /// What is said of the side, and what all its requests have in common.
  public let manifest: RecordingManifest
  /// The folder of a recording; nil for a service that is asked now.
  public let folder: String?
  /// The identities of the cases of a recording, each once and in their order; empty for a service that is asked now.
  let recorded: [String]
  private let respond: @Sendable (Case, Int) async throws -> CaseResponse?

  /// A service that is asked now.
  ///
  /// - Parameters:
  ///   - manifest: The address without secrets, the model and what all requests have in common.
  ///   - ask: Asks a case; an error becomes a response that failed. What a response holds is recorded and reported as it
  ///     is: secrets must not be in it.
  public init(
    asking manifest: RecordingManifest, _ ask: @escaping @Sendable (Case) async throws -> CaseResponse
  ) {
    self.init(asking: manifest, cleanedBy: Redactor([]), ask)
  }

  /// A service that is asked now, whose responses may repeat the secrets of its requests.
  init(
    asking manifest: RecordingManifest, cleanedBy redactor: Redactor,
    _ ask: @escaping @Sendable (Case) async throws -> CaseResponse
  ) {
    self.manifest = manifest
    folder = nil
    recorded = []
    respond = { asked, _ in try await CaseResponse.of(cleanedBy: redactor) { try await ask(asked) } }
  }

  /// A recording.
  public init(_ recording: Recording) {
    manifest = recording.manifest
    folder = recording.folder
    var seen: Set<String> = []
    recorded = recording.cases.map(\.id).filter { seen.insert($0).inserted }
    let cases = Dictionary(recording.cases.map { (Key($0.id, $0.repetition), $0) }) { first, _ in first }
    respond = { asked, repetition in
      guard let recorded = cases[Key(asked.id, repetition)] else { return nil }
      try recording.requireUnchanged(recorded, asking: asked.request)
      return CaseResponse(recorded.response, file: try recording.file(of: recorded))
    }
  }

  private struct Key: Hashable {
    let id: String
    let repetition: Int

    init(_ id: String, _ repetition: Int) { (self.id, self.repetition) = (id, repetition) }
  }

  /// The side in a few words: the address, or the folder of a recording with the address.
  public var name: String { folder.map { "\(manifest.service), recorded in \($0)" } ?? manifest.service }

  /// The responses to a case, one after the other.
  ///
  /// - Parameters:
  ///   - asked: The case.
  ///   - count: How often it is asked; a recording gives as many as it has.
  /// - Returns: The responses; those that failed say why.
  /// - Throws: ``AccuracyError`` if a recording asked something else or cannot be read; `CancellationError`.
  public func responses(to asked: Case, atMost count: Int) async throws -> [CaseResponse] {
    var responses: [CaseResponse] = []
    while responses.count < max(1, count), let response = try await respond(asked, responses.count) {
      responses.append(response)
    }
    return responses
  }

  /// Records what the service says; cases that the recording has are not asked again.
  ///
  /// What failed in passing, such as at a service that is busy or too slow, says nothing of the case: it is not
  /// recorded, and the next run asks again. See ``RecordedResponse/failedInPassing``. All other faults are what the
  /// service says, and are recorded.
  ///
  /// - Parameters:
  ///   - cases: The cases.
  ///   - repeats: How often each is asked.
  ///   - writer: The recording.
  ///   - progress: Is told after each case how many have been dealt with.
  /// - Returns: How many cases were left out, each with its remaining repetitions, as the service failed in passing.
  /// - Throws: ``AccuracyError`` if the recording asked something else or cannot be written; ``CaseFault`` where nobody
  ///   can be asked any more, since the server is gone or denies access: what was recorded stays, and the next run goes
  ///   on.
  @discardableResult
  public func record(
    _ cases: [Case], repeats: Int, into writer: RecordingWriter, progress: (Int) -> Void = { _ in }
  ) async throws -> Int {
    var leftOut = 0
    for (index, asked) in cases.enumerated() {
      for repetition in 0..<max(1, repeats) {
        if try writer.contains(asked.id, repetition: repetition, request: asked.request) { continue }
        try Task.checkCancellation()
        guard let answer = try await respond(asked, repetition) else { continue }
        // A server that is gone says nothing of the case, nor does one that lets nobody in, and so for all that follow.
        if let fault = answer.fault, answer.response.deniesAccess || fault.saysServerIsGone { throw fault }
        if answer.response.failedInPassing {
          leftOut += 1
          break
        }
        let recorded = RecordedCase(
          id: asked.id, repetition: repetition, request: asked.request, response: answer.response, in: writer.manifest)
        try writer.append(recorded, file: answer.file)
      }
      progress(index + 1)
    }
    return leftOut
  }
}

extension CaseFault {
  /// Whether the fault will be that of the next case too: nobody is there, or nothing more can be sent from here.
  fileprivate var saysServerIsGone: Bool {
    guard let kind = TransportError.Kind(rawValue: kind) else { return false }
    let gone: [TransportError.Kind] = [
      .nameResolution, .connectionRefused, .connectionFailed, .tls, .proxy, .shutDown,
    ]
    return (gone + TransportError.clientLimits).contains(kind)
  }
}
