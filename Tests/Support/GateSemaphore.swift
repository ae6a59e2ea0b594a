internal import Foundation
internal import Synchronization

/// The half of a gate that blocks threads: once signalled it lets everyone pass.
package final class GateSemaphore: Sendable {
  private let condition = NSCondition()
  private let isOpen = Mutex(false)

  package init() {}

  package func signal() {
    condition.lock()
    isOpen.withLock { $0 = true }
    condition.broadcast()
    condition.unlock()
  }

  package func wait() {
    condition.lock()
    while !isOpen.withLock(\.self) { condition.wait() }
    condition.unlock()
  }
}
