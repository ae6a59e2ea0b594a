#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The clock of the calendar, for what is compared with the clocks of other machines; it may step.
package enum WallClock {
  /// Whole seconds since 1970-01-01, UTC.
  package static var secondsSince1970: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec)
  }
}
