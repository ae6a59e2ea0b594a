internal import Dispatch
internal import Synchronization
package import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// One thread that gives way to every other: where records are made and journals written during a load.
///
/// On a busy core the scheduler would otherwise let that work run on for milliseconds while the network thread has
/// bytes to stamp. A process may always lower the priority of its own threads, so this needs no rights.
package final class BackgroundExecutor: TaskExecutor {
  private let jobs = JobQueue()
  private let thread: JoinableThread

  package init() throws(Errno) {
    thread = try JoinableThread { [jobs] in
      #if os(Linux)
        // Of one thread and not of the process: Linux numbers threads as processes, and 0 is the caller.
        _ = setpriority(Int32(PRIO_PROCESS.rawValue), 0, 19)
      #endif
      while let job = jobs.next() { job() }
    }
  }

  deinit {
    jobs.close()
    thread.join()
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedTaskExecutor()
    jobs.add { unsafe job.runSynchronously(on: executor) }
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
