public import NPUBase
internal import NPUTransport

extension TaskClient {
  /// Looks at a task again and again until it has ended.
  ///
  /// - Parameters:
  ///   - ticket: The task.
  ///   - policy: When to look, and when to give up.
  ///   - submitted: From when the deadline counts; without it from the start of the iteration.
  /// - Returns: What each look gives; the last one says how the task ended.
  public func follow(
    _ ticket: TaskTicket, policy: PollingPolicy = PollingPolicy(), since submitted: MonotonicInstant? = nil
  ) -> TaskUpdates {
    TaskUpdates(client: self, id: ticket.id, policy: policy, submitted: submitted)
  }

  /// Follows a task to its end.
  ///
  /// - Parameters:
  ///   - ticket: The task.
  ///   - policy: When to look, and when to give up.
  ///   - timing: When the task was submitted and taken.
  ///   - onUpdate: Gets each look.
  /// - Returns: How it ended; that it failed, was lost or is stuck is an outcome and no error.
  /// - Throws: ``ServiceError`` when it is pointless to ask again; `CancellationError`.
  public func finish(
    _ ticket: TaskTicket, policy: PollingPolicy = PollingPolicy(), timing: TaskTiming? = nil,
    onUpdate: @Sendable (TaskUpdate) -> Void = { _ in }
  ) async throws -> TaskEnd {
    var timing = timing ?? TaskTiming(submitted: transport.now)
    var looks = follow(ticket, policy: policy, since: timing.submitted).makeAsyncIterator()
    var status: TaskStatus?
    while let update = try await looks.next() {
      timing.add(update)
      status = update.status ?? status
      onUpdate(update)
      if let outcome = update.outcome {
        return TaskEnd(id: ticket.id, outcome: outcome, status: status, timing: timing, image: looks.image)
      }
    }
    throw CancellationError()
  }

  /// Submits a task and follows it to its end.
  ///
  /// - Throws: ``ServiceError`` if the service does not take it, or it is pointless to ask again; `CancellationError`.
  public func run(_ task: TaskRequest, policy: PollingPolicy = PollingPolicy()) async throws -> TaskEnd {
    let submitted = transport.now
    let ticket = try await submit(task)
    return try await finish(
      ticket, policy: policy, timing: TaskTiming(submitted: submitted, accepted: transport.now))
  }

  /// Fetches every result of a task that is done.
  ///
  /// Each is downloaded by its number; where the service says that it has no such file, from the address that it gave.
  ///
  /// - Parameters:
  ///   - end: The task.
  ///   - task: What was asked; its number of images is fetched where the service gave no addresses.
  /// - Returns: The images, in order, checked to be as many and as large as asked for.
  /// - Throws: ``ServiceError``; one of kind `unexpectedContent` for a task that is not done.
  public func results(of end: TaskEnd, to task: TaskRequest) async throws -> [GeneratedImage] {
    guard end.outcome == .completed else {
      throw ServiceError(
        kind: .unexpectedContent,
        message: "the task \(Excerpt.of(end.id, limit: 100)) has no results: \(end.outcome.shortDescription) "
          + end.outcome.message
      ).redacted(by: Redactor(service, over: transport))
    }
    let urls = end.status?.resultURLs ?? []
    // A service cannot make us fetch more than was asked for.
    let count = max(1, task.imagesPerPrompt ?? 1)
    var images = end.image.map { [$0] } ?? []
    while images.count < count {
      let index = images.count
      do {
        images.append(try await download(end.id, index: index))
      } catch let error as ServiceError where error.status == 404 && index < urls.count {
        images.append(try await result(at: urls[index]))
      }
    }
    try task.expectation.check(images)
    return images
  }
}

/// One part of a path, made of text from outside.
package enum PathSegment {
  /// The text with everything escaped that is not unreserved (RFC 3986, 2.3).
  package static func encode(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      if byte < 0x80,
        scalar.properties.isAlphabetic || (0x30...0x39).contains(byte) || "-._~".unicodeScalars.contains(scalar)
      {
        encoded.unicodeScalars.append(scalar)
      } else {
        encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return encoded
  }
}
