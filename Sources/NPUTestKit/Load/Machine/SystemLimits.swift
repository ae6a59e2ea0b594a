#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The limits that a process with many connections meets.
package struct SystemLimits: Sendable, Hashable {
  /// File descriptors that this process may have open; it may raise this up to the hard limit.
  package var softDescriptors: UInt64
  /// The highest value that the soft limit may be given without privileges.
  package var hardDescriptors: UInt64
  /// File descriptors that are open now.
  package var openDescriptors: Int
  /// The ports that connections get at this end; missing where the system does not tell.
  package var localPorts: ClosedRange<Int>?

  /// Creates a set of limits.
  package init(
    softDescriptors: UInt64, hardDescriptors: UInt64, openDescriptors: Int, localPorts: ClosedRange<Int>? = nil
  ) {
    self.softDescriptors = softDescriptors
    self.hardDescriptors = hardDescriptors
    self.openDescriptors = openDescriptors
    self.localPorts = localPorts
  }

  /// Reads the limits of this process.
  ///
  /// - Throws: ``PreflightError`` if the limit on descriptors cannot be read.
  package static func read() throws(PreflightError) -> SystemLimits {
    let limit = try descriptorLimit()
    return SystemLimits(
      softDescriptors: UInt64(limit.rlim_cur), hardDescriptors: UInt64(limit.rlim_max),
      openDescriptors: countOpenDescriptors(),
      localPorts: (try? String(contentsOfFile: portRangePath, encoding: .utf8)).flatMap(parsePortRange))
  }

  /// Raises the soft limit on descriptors of this process; a limit that is already as high is left alone.
  ///
  /// - Parameter wanted: The new soft limit, at most the hard one.
  /// - Throws: ``PreflightError`` with the system's reason if it refuses.
  package static func raiseSoftDescriptors(to wanted: UInt64) throws(PreflightError) {
    var limit = try descriptorLimit()
    guard UInt64(limit.rlim_cur) < wanted else { return }
    let before = limit.rlim_cur
    limit.rlim_cur = rlim_t(wanted)
    guard unsafe setrlimit(descriptorResource, &limit) == 0 else {
      throw PreflightError(
        message: "The limit of \(before) file descriptors could not be raised to \(wanted): \(reason(errno)).")
    }
  }

  /// Makes the kernel's table of this process's descriptors large enough now.
  ///
  /// Linux doubles the table when it is full, and in a process with several threads it then waits for every core to
  /// pass a quiet point: 5 to 20 ms in which whoever opens a connection stands still, at 256, 512, 1,024 descriptors
  /// and so on. In the middle of a load that is the largest error of all. A copy of any descriptor at a high number
  /// grows the table at once.
  ///
  /// - Parameter count: The number of descriptors to make room for; a table that is as large already is left alone.
  package static func reserveDescriptors(_ count: Int) {
    guard let limit = try? descriptorLimit(), count > 0, count < Int(clamping: UInt64(limit.rlim_cur)) else { return }
    let any = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard any >= 0 else { return }
    defer { close(any) }
    let high = fcntl(any, F_DUPFD_CLOEXEC, Int32(clamping: count))
    if high >= 0 { close(high) }
  }

  /// Reads a range of ports as the kernel writes it: two numbers with white space between them.
  static func parsePortRange(_ text: String) -> ClosedRange<Int>? {
    let numbers = text.split(whereSeparator: \.isWhitespace).map { Int($0) }
    guard numbers.count == 2, let low = numbers[0], let high = numbers[1], low > 0, low <= high, high <= 65_535 else {
      return nil
    }
    return low...high
  }

  private static let portRangePath = "/proc/sys/net/ipv4/ip_local_port_range"

  #if canImport(Glibc)
    // Glibc types the resource as an enumeration and the functions' parameter as an integer.
    private static var descriptorResource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
  #else
    private static var descriptorResource: Int32 { RLIMIT_NOFILE }
  #endif

  private static func descriptorLimit() throws(PreflightError) -> rlimit {
    var limit = rlimit()
    guard unsafe getrlimit(descriptorResource, &limit) == 0 else {
      throw PreflightError(message: "The limit on file descriptors could not be read: \(reason(errno)).")
    }
    return limit
  }

  private static func countOpenDescriptors() -> Int {
    #if canImport(Darwin)
      let folder = "/dev/fd"
    #else
      let folder = "/proc/self/fd"
    #endif
    // The listing itself holds one descriptor open. Without a listing, count what every process has.
    return (try? FileManager.default.contentsOfDirectory(atPath: folder)).map { max(0, $0.count - 1) } ?? 3
  }

  private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
