/// Who may be answered now and who waits, first come, first served.
struct AdmissionQueue: Sendable {
  /// A request that waits.
  struct Entry: Sendable {
    var ticket: Int
    var limit: Int
    var start: @Sendable () -> Void
  }

  private(set) var running = 0
  private var entries: [Entry] = []
  private var head = 0

  /// Requests that wait.
  var waiting: Int { entries.count - head }

  /// Lets a request in, or queues it.
  ///
  /// - Parameters:
  ///   - ticket: The request's number.
  ///   - limit: How many may run at once, or nothing for no limit.
  ///   - start: What is called when its turn comes later.
  /// - Returns: Whether it may start at once.
  mutating func enter(_ ticket: Int, limit: Int?, start: @escaping @Sendable () -> Void) -> Bool {
    guard let limit, running >= limit || waiting > 0 else {
      running += 1
      return true
    }
    entries.append(Entry(ticket: ticket, limit: limit, start: start))
    return false
  }

  /// Takes a request out that ended or whose client left.
  ///
  /// - Returns: Those whose turn it is now.
  mutating func leave(_ ticket: Int) -> [@Sendable () -> Void] {
    if let index = entries[head...].firstIndex(where: { $0.ticket == ticket }) {
      entries.remove(at: index)
    } else {
      running -= 1
    }
    var starts: [@Sendable () -> Void] = []
    while head < entries.count, running < entries[head].limit {
      starts.append(entries[head].start)
      head += 1
      running += 1
    }
    if head > 1024 || head == entries.count {
      entries.removeFirst(head)
      head = 0
    }
    return starts
  }
}
