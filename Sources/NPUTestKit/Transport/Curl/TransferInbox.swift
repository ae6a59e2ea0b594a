internal import CNPUCurl
internal import NPUBase
internal import Synchronization
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// What other threads ask of a network thread.
enum TransferCommand: Sendable {
  case start(id: UInt64, TransferRequest, any TransferObserver)
  case cancel(id: UInt64)
  case resume(id: UInt64)
  case call(at: MonotonicInstant, @Sendable () -> Void)
  case shutDown
}

/// The one place where other threads and a network thread meet: a list of commands and the means to wake the sleeper.
final class TransferInbox: Sendable {
  fileprivate struct State {
    var commands: [TransferCommand] = []
    var loopSleeps = false
    var isClosed = false
    var nextID: UInt64 = 0
  }

  /// Becomes readable when the network thread should look at the commands.
  let waker: Int32
  private let state = Mutex(State())
  private let unfinished = Atomic(0)

  /// Exchanges that were queued here and have not ended.
  var exchanges: Int { unfinished.load(ordering: .relaxed) }

  init() throws(Errno) {
    waker = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    guard waker >= 0 else { throw Errno(rawValue: errno) }
  }

  deinit { close(waker) }

  /// Queues a new exchange; `nil` if the loop takes none any more.
  func start(_ request: TransferRequest, _ observer: any TransferObserver) -> UInt64? {
    let (id, wake) = state.withLock { state -> (UInt64?, Bool) in
      guard !state.isClosed else { return (nil, false) }
      state.nextID += 1
      unfinished.add(1, ordering: .relaxed)
      state.commands.append(.start(id: state.nextID, request, observer))
      return (state.nextID, state.takeSleep())
    }
    if wake { self.wake() }
    return id
  }

  /// Queues any other command; without effect after the end.
  func post(_ command: TransferCommand) {
    let wake = state.withLock { state -> Bool in
      guard !state.isClosed else { return false }
      if case .shutDown = command { state.isClosed = true }
      state.commands.append(command)
      return state.takeSleep()
    }
    if wake { self.wake() }
  }

  /// Notes that an exchange has ended.
  func exchangeEnded() { unfinished.subtract(1, ordering: .relaxed) }

  /// Hands over what was queued and gives the emptied list back for use.
  func drain(into commands: inout [TransferCommand]) {
    commands.removeAll(keepingCapacity: true)
    state.withLock { swap(&$0.commands, &commands) }
  }

  /// Announces that the loop goes to sleep; false if there is work, so that it must not.
  func prepareToSleep() -> Bool {
    state.withLock { state in
      guard state.commands.isEmpty else { return false }
      state.loopSleeps = true
      return true
    }
  }

  /// Announces that the loop is awake, so that nobody needs to wake it.
  func awake() {
    state.withLock { $0.loopSleeps = false }
  }

  private func wake() {
    var one: UInt64 = 1
    _ = unsafe write(waker, &one, 8)
  }
}

extension TransferInbox.State {
  /// Whether the loop must be woken; the first asker does it.
  fileprivate mutating func takeSleep() -> Bool {
    defer { loopSleeps = false }
    return loopSleeps
  }
}
