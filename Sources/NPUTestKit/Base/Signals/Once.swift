internal import Synchronization

/// Something that happens once, whoever of several comes first.
package final class Once: Sendable {
  private let isClaimed = Atomic(false)

  /// Creates a claim that nobody has made.
  package init() {}

  /// Whether the caller is the first.
  package func claim() -> Bool { !isClaimed.exchange(true, ordering: .acquiringAndReleasing) }
}
