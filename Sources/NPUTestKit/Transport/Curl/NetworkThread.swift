internal import NPUBase
internal import SystemPackage

/// One network thread of a transport: a loop that nobody else touches, and the inbox through which it is reached.
final class NetworkThread: Sendable {
  let inbox: TransferInbox
  private let thread: JoinableThread

  /// Starts a thread with a loop of its own.
  init(_ configuration: TransportConfiguration) throws(Errno) {
    let inbox = try TransferInbox()
    // Proof for the unchecked crossing: the loop is made here, handed to the thread, and touched by nobody else again.
    nonisolated(unsafe) let loop = try TransferLoop(inbox: inbox, configuration: configuration)
    thread = try JoinableThread { unsafe loop.run() }
    self.inbox = inbox
  }

  /// Whether the caller runs on this thread.
  var isCurrent: Bool { thread.isCurrent }

  /// Has the thread end its exchanges and itself.
  func beginToEnd() { inbox.post(.shutDown) }

  /// Waits until the thread is gone, unless the caller runs on it; to be called once.
  func join() { thread.join() }
}

extension [NetworkThread] {
  /// The thread for the next exchange: the one with the fewest, or the caller's own if it has hardly more.
  ///
  /// Where the end of one exchange starts the next, no thread has to be woken so, and a connection is at hand. Among
  /// equals it is the first, so that requests one after the other use one connection.
  var leastBusy: NetworkThread? {
    guard count > 1, let least = self.min(by: { $0.inbox.exchanges < $1.inbox.exchanges }) else { return first }
    guard let own = first(where: \.isCurrent) else { return least }
    let fewest = least.inbox.exchanges
    return own.inbox.exchanges <= fewest + Swift.max(1, fewest / 8) ? own : least
  }
}
