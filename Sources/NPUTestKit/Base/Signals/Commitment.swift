internal import Synchronization

/// Something that was handed over to be done; tells when it is thrown away before it was.
///
/// A transport that shuts down drops what it was to call, and nobody must wait for that for ever.
package final class Commitment: Sendable {
  private let isKept = Atomic(false)
  private let onBreak: @Sendable () -> Void

  /// Creates a commitment; the closure runs when the last reference goes and it was not kept.
  package init(onBreak: @escaping @Sendable () -> Void) { self.onBreak = onBreak }

  /// Notes that it was done.
  package func keep() { isKept.store(true, ordering: .relaxed) }

  deinit {
    if !isKept.load(ordering: .relaxed) { onBreak() }
  }
}
