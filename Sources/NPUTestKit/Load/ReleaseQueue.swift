/// The requests that were handed out and wait for their instant, in the order of these instants.
///
/// A first-in-first-out queue with constant amortised cost. Its owner bounds its length.
struct ReleaseQueue: Sendable {
  struct Release: Sendable, Hashable {
    var index: Int
    var instant: MonotonicInstant
  }

  private var items: [Release] = []
  /// Where the queue begins in the array; what lies before has left it.
  private var head = 0

  var count: Int { items.count - head }

  var first: Release? { head < items.count ? items[head] : nil }

  mutating func append(_ release: Release) { items.append(release) }

  mutating func popFirst() -> Release? {
    guard let release = first else { return nil }
    head += 1
    // Half of the array is dead: moving the rest costs no more than the removals before it did.
    if head * 2 >= items.count {
      items.removeFirst(head)
      head = 0
    }
    return release
  }

  /// Removes what has reached its instant.
  mutating func release(until now: MonotonicInstant) {
    while let release = first, release.instant <= now { _ = popFirst() }
  }
}
