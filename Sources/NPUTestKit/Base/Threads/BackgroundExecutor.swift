internal import Dispatch
internal import Synchronization
package import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// A thread that gives way to every other: where records are made and journals written during a load.
///
/// On a busy core the scheduler would otherwise let that work run on for milliseconds while the network thread has
/// bytes to stamp. A process may always lower the priority of its own threads, so this needs no rights. The lowest
/// priority alone is not enough: a thread that has just begun its turn may finish it, some milliseconds, whoever wakes
/// meanwhile. One that runs only on an otherwise idle core is stopped at once.
///
/// Where other programs keep all cores busy such a thread gets next to nothing, and a load that waits for its work
/// would stand still. Work that is urgent has a second thread, of the usual priority: none can be raised again.
package final class BackgroundExecutor: TaskExecutor {
  private let (quiet, urgent) = (JobQueue(), JobQueue())
  private let threads: [JoinableThread]
  private let isUrgent: @Sendable () -> Bool

  /// Creates an executor.
  ///
  /// - Parameters:
  ///   - needsIdleCore: Whether the work may stand still while others want the core, rather than get the least share.
  ///   - isUrgent: Whether a job that is enqueued now cannot wait for an idle core; called with no lock held.
  /// - Throws: The error of the system where there can be no thread.
  package init(
    needsIdleCore: Bool = false, isUrgent: @escaping @Sendable () -> Bool = { false }
  ) throws(Errno) {
    self.isUrgent = isUrgent
    let usual = try JoinableThread { [urgent] in
      while let job = urgent.next() { job() }
    }
    do throws(Errno) {
      let background = try JoinableThread { [quiet] in
        #if os(Linux)
          // Of one thread and not of the process: Linux numbers threads as processes, and 0 is the caller.
          _ = setpriority(Int32(PRIO_PROCESS.rawValue), 0, 19)
          if needsIdleCore {
            var parameter = sched_param()
            _ = unsafe sched_setscheduler(0, Self.idlePolicy, &parameter)
          }
        #endif
        while let job = quiet.next() { job() }
      }
      threads = [usual, background]
    } catch {
      urgent.close()
      usual.join()
      throw error
    }
  }

  /// `SCHED_IDLE` of Linux, which Swift's modules of the C libraries leave out.
  private static let idlePolicy: Int32 = 5

  /// Whether the calling thread gives way to every other.
  package static var givesWay: Bool {
    #if os(Linux)
      getpriority(Int32(PRIO_PROCESS.rawValue), 0) == 19
    #else
      false
    #endif
  }

  deinit {
    urgent.close()
    quiet.close()
    for thread in threads { thread.join() }
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedTaskExecutor()
    (isUrgent() ? urgent : quiet).add { unsafe job.runSynchronously(on: executor) }
  }
}

/// Jobs in the order in which they came, for one thread that takes them.
private final class JobQueue: Sendable {
  private let jobs = Mutex<(waiting: [@Sendable () -> Void], isClosed: Bool)>(([], false))
  private let arrivals = DispatchSemaphore(value: 0)

  func add(_ job: @escaping @Sendable () -> Void) {
    jobs.withLock { $0.waiting.append(job) }
    arrivals.signal()
  }

  func close() {
    jobs.withLock { $0.isClosed = true }
    arrivals.signal()
  }

  /// Waits for the next job; `nil` after the last one, once the queue is closed.
  func next() -> (@Sendable () -> Void)? {
    arrivals.wait()
    return jobs.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
  }
}
