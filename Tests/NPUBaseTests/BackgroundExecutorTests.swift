#if os(Linux)
  import Foundation
  import NPUBase
  import Synchronization
  import Testing

  @Suite("Work that gives way")
  struct BackgroundExecutorTests {
    /// How much the calling thread gives way: 19 most.
    private static var niceness: Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }

    private final class Urgency: Sendable {
      let isUrgent = Mutex(false)
    }

    @Test("Of a job that is urgent the thread has the usual priority, of all others the lowest")
    func priorities() async throws {
      let usual = Self.niceness
      let urgency = Urgency()
      let executor = try BackgroundExecutor { urgency.isUrgent.withLock(\.self) }
      let seen = await withTaskExecutorPreference(executor) {
        var seen = [Self.niceness]
        for isUrgent in [true, true, false] {
          urgency.isUrgent.withLock { $0 = isUrgent }
          await Task.yield()
          seen.append(Self.niceness)
        }
        return seen
      }
      #expect(seen == [19, usual, usual, 19])
    }
  }
#endif
