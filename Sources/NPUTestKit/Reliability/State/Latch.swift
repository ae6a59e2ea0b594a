internal import Synchronization

/// Something that has happened or not.
final class Latch: Sendable {
  private let state = Mutex(false)

  /// Whether it has.
  var isSet: Bool { state.withLock(\.self) }

  /// Notes that it has.
  func set() { state.withLock { $0 = true } }
}
