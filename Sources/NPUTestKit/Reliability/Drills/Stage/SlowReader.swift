internal import HTTPTypes
internal import NPUBase
internal import NPULoad
internal import NPUTransport
internal import Synchronization

/// The pause that several readers of long streams make at once, until somebody ends it.
final class ReadingPause: Sendable {
  /// What lies between a server and a reader that has stopped to read, at most.
  ///
  /// These are the buffers of both sockets, which are narrow on our side. Between two Linux sockets 60 KB were measured.
  static let buffered = 96 << 10

  private struct State {
    var ended = 0
    /// When each reader stopped to read, and when what lies on the way to it is full.
    var stops: [(at: MonotonicInstant, full: MonotonicInstant)] = []
    var resumes: [@Sendable () -> Void] = []
    var isOver = false
    /// Readers to which more came after the pause than can have lain on the way.
    var felt = 0
  }

  /// How many readers there are.
  let readers: Int
  private let state = Mutex(State())

  init(readers: Int) { self.readers = readers }

  /// Whether all readers have ended.
  var hasEnded: Bool { state.withLock { $0.ended >= readers } }
  /// Whether each reader has stopped or ended.
  var isComplete: Bool { state.withLock { $0.stops.count + $0.ended >= readers } }
  /// When the first reader stopped to read.
  var began: MonotonicInstant? { state.withLock { $0.stops.map { $0.at }.min() } }
  /// When what lies on the way is full for all that have stopped.
  var full: MonotonicInstant? { state.withLock { $0.stops.map { $0.full }.max() } }
  /// Readers whose server waited for them: more came after the pause than can have lain on the way.
  var felt: Int { state.withLock(\.felt) }

  /// Lets a reader stop, unless the pause is over.
  ///
  /// - Parameters:
  ///   - instant: When.
  ///   - rate: Bytes a second that came until then.
  ///   - resume: Lets it go on.
  /// - Returns: Whether it is to stop.
  func stop(at instant: MonotonicInstant, rate: Double, resume: @escaping @Sendable () -> Void) -> Bool {
    let filling = Duration.clamped(seconds: Double(Self.buffered) / max(1, rate))
    return state.withLock { state in
      guard !state.isOver else { return false }
      state.stops.append((instant, instant.advanced(by: filling)))
      state.resumes.append(resume)
      return true
    }
  }

  /// Lets all go on.
  func end() {
    let resumes = state.withLock { state in
      defer { state.resumes = [] }
      state.isOver = true
      return state.resumes
    }
    for resume in resumes { resume() }
  }

  /// Notes the end of a reader, and how many bytes came to it after its pause; `nil` for one that made none.
  func ended(bytesAfterwards: Int?) {
    state.withLock { state in
      state.ended += 1
      if let bytesAfterwards, bytesAfterwards > Self.buffered { state.felt += 1 }
    }
  }
}

/// Passes on what comes, and stops to read once it is known how fast it comes.
final class SlowReader: TransferObserver {
  private struct State {
    var handle: TransferHandle?
    /// The pause was over before the handle was there.
    var isOverdue = false
    var began: MonotonicInstant?
    var bytes = 0
    /// The bytes that had come before the pause.
    var bytesBefore: Int?
  }

  /// Bytes that are read before the pause: those of some thirty events.
  private static let beginning = 8 << 10

  private let recorder: StreamRecorder
  private let pause: ReadingPause
  private let state = Mutex(State())

  init(_ recorder: StreamRecorder, _ pause: ReadingPause) { (self.recorder, self.pause) = (recorder, pause) }

  func take(_ handle: TransferHandle) {
    let isOverdue = state.withLock { state in
      state.handle = handle
      return state.isOverdue
    }
    if isOverdue { handle.resume() }
  }

  func transferStarted(at instant: MonotonicInstant) { recorder.transferStarted(at: instant) }
  func transferSent(at instant: MonotonicInstant) { recorder.transferSent(at: instant) }
  func transferReceived(head: HTTPResponse, at instant: MonotonicInstant) {
    recorder.transferReceived(head: head, at: instant)
  }

  func transferReceived(body bytes: Span<UInt8>, at instant: MonotonicInstant) -> TransferDemand {
    let demand = recorder.transferReceived(body: bytes, at: instant)
    let count = bytes.count
    let rate = state.withLock { state -> Double? in
      let began = state.began ?? instant
      state.began = began
      state.bytes += count
      guard state.bytesBefore == nil, state.bytes >= Self.beginning else { return nil }
      state.bytesBefore = state.bytes
      return Double(state.bytes) / max(1e-6, began.duration(to: instant).seconds)
    }
    guard let rate, demand == .more || demand == .moreOfSilence,
      pause.stop(at: instant, rate: rate, resume: { [weak self] in self?.resume() })
    else { return demand }
    return .pause
  }

  func transferEnded(_ end: TransferEnd) {
    pause.ended(bytesAfterwards: state.withLock { state in state.bytesBefore.map { state.bytes - $0 } })
    recorder.transferEnded(end)
  }

  private func resume() {
    let handle = state.withLock { state in
      if state.handle == nil { state.isOverdue = true }
      return state.handle
    }
    handle?.resume()
  }
}
