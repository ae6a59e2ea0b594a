internal import Synchronization

/// How many bytes the bodies may have that are being collected, all together.
///
/// A limit for each body is none for many at once: the memory is one.
package final class BodyBudget: Sendable {
  /// The budget of the process: 1 GiB.
  package static let process = BodyBudget(limit: 1 << 30)

  /// The most bytes.
  package let limit: Int
  private let taken = Mutex(0)

  /// Creates a budget.
  package init(limit: Int) { self.limit = limit }

  /// Bytes that are taken.
  package var used: Int { taken.withLock(\.self) }

  /// Takes room for bytes; false where there is too little, and then takes none.
  package func take(_ count: Int) -> Bool {
    taken.withLock { taken in
      guard count <= limit - taken else { return false }
      taken += count
      return true
    }
  }

  /// Why a body was broken off for which there was no room.
  ///
  /// - Parameter count: The bytes of it that were taken.
  /// - Returns: The limit, the bytes, and what to do.
  package func refusal(after count: Int) -> String {
    "the bodies of all responses that are being received exceed \(limit) bytes together, of which this one has "
      + "\(count); send fewer requests at a time"
  }

  /// Gives room back that was taken.
  package func give(back count: Int) { taken.withLock { $0 -= count } }
}
