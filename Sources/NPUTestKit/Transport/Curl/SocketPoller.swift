internal import CNPUCurl
internal import NPUBase
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

#if os(Linux)
  /// Waits for sockets, for an instant, and for another thread: epoll, a timer and an event descriptor in one.
  ///
  /// The timer is a descriptor and not the timeout of `epoll_wait`, which counts milliseconds and is rounded up.
  @safe
  struct SocketPoller: ~Copyable {
    /// What a socket is ready for.
    struct Readiness {
      let socket: Int32
      let owner: Int32
      let readable: Bool
      let writable: Bool
      let failed: Bool

      /// The place of the connection that has the socket; `nil` if a multi handle has it.
      var directSlot: Int? { owner < -1 ? -2 - Int(owner) : nil }

      /// What stands for the connection at a place in ``owner``, whose other values are multi handles.
      static func owner(ofSlot slot: Int) -> Int32 { Int32(truncatingIfNeeded: -2 - slot) }
    }

    private let set: Int32
    private let timer: Int32
    private let waker: Int32
    private var armed: MonotonicInstant?
    private var ready = unsafe [epoll_event](repeating: epoll_event(), count: 256)

    /// Creates a poller that also wakes when the event descriptor is written to.
    ///
    /// The descriptor stays the caller's.
    init(waker: Int32) throws(Errno) {
      let set = epoll_create1(Int32(EPOLL_CLOEXEC))
      guard set >= 0 else { throw Errno(rawValue: errno) }
      let timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK) | Int32(TFD_CLOEXEC))
      guard timer >= 0 else {
        let reason = Errno(rawValue: errno)
        close(set)
        throw reason
      }
      self.set = set
      self.timer = timer
      self.waker = waker
      control(EPOLL_CTL_ADD, timer, owner: -1, events: EPOLLIN.rawValue | EPOLLET.rawValue)
      control(EPOLL_CTL_ADD, waker, owner: -1, events: EPOLLIN.rawValue)
    }

    deinit {
      close(timer)
      close(set)
    }

    /// Watches a socket from now on for what is named, instead of what it was watched for before.
    func watch(_ socket: Int32, owner: Int32, reading: Bool, writing: Bool, known: Bool) {
      let events = (reading ? EPOLLIN.rawValue : 0) | (writing ? EPOLLOUT.rawValue : 0)
      // A descriptor that libcurl closed and the system gave out again is unknown to epoll although it was added
      // before, and the other way round; the second attempt settles both.
      if control(known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, owner: owner, events: events) != 0 {
        control(known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, owner: owner, events: events)
      }
    }

    /// Forgets a socket.
    func forget(_ socket: Int32) {
      control(EPOLL_CTL_DEL, socket, owner: -1, events: 0)
    }

    /// Waits for readiness, for the deadline or for a wake-up, and gives the number of sockets that are ready.
    ///
    /// The sockets are asked for one by one with ``readiness(at:)``, because what is done for one of them changes what
    /// is watched.
    mutating func wait(until deadline: MonotonicInstant?) -> Int {
      let timeout: Int32 = arm(deadline) ? -1 : 0
      let count = unsafe epoll_wait(set, &ready, Int32(ready.count), timeout)
      return max(0, Int(count))  // a signal interrupts: nothing is ready
    }

    /// The socket at a position of the last wait; `nil` for the poller's own descriptors.
    func readiness(at index: Int) -> Readiness? {
      let event = unsafe ready[index]
      let socket = Int32(truncatingIfNeeded: unsafe event.data.u64 & 0xFFFF_FFFF)
      if socket == timer { return nil }  // edge-triggered: arming it again rearms it
      if socket == waker {
        var counter: UInt64 = 0
        _ = unsafe read(waker, &counter, 8)
        return nil
      }
      return Readiness(
        socket: socket, owner: Int32(truncatingIfNeeded: unsafe event.data.u64 >> 32),
        readable: unsafe event.events & EPOLLIN.rawValue != 0, writable: unsafe event.events & EPOLLOUT.rawValue != 0,
        failed: unsafe event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0)
    }

    /// Sets the timer; false if the deadline has passed, so that there is nothing to wait for.
    private mutating func arm(_ deadline: MonotonicInstant?) -> Bool {
      guard let deadline else { return true }
      if deadline <= .now { return false }
      guard deadline != armed else { return true }
      armed = deadline
      var setting = itimerspec()
      setting.it_value.tv_sec = Int(deadline.nanoseconds / 1_000_000_000)
      setting.it_value.tv_nsec = Int(deadline.nanoseconds % 1_000_000_000)
      unsafe timerfd_settime(timer, Int32(TFD_TIMER_ABSTIME), &setting, nil)
      return true
    }

    @discardableResult
    private func control(_ operation: Int32, _ socket: Int32, owner: Int32, events: UInt32) -> Int32 {
      var event = unsafe epoll_event()
      unsafe event.events = events
      unsafe event.data.u64 = UInt64(UInt32(bitPattern: owner)) << 32 | UInt64(UInt32(bitPattern: socket))
      return unsafe epoll_ctl(set, operation, socket, &event)
    }
  }
#endif
