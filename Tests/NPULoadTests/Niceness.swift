#if os(Linux)
  import Foundation

  /// How much a thread gives way to others.
  enum Niceness {
    /// 19 for the most.
    static var ofThisThread: Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
  }
#endif
