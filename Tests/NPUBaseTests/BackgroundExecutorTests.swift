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
      await withTaskExecutorPreference(executor) {
        #expect(Self.niceness == 19)
        #expect(BackgroundExecutor.givesWay)
        for (isUrgent, niceness) in [(true, usual), (false, 19), (true, usual)] {
          urgency.isUrgent.withLock { $0 = isUrgent }
          // A yield may be over before this thread has let the task go, and then it stays.
          while Self.niceness != niceness { await Task.yield() }
          await Task.yield()
          #expect(Self.niceness == niceness)
        }
      }
    }
  }
#endif
