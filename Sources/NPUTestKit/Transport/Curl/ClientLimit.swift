internal import NPUBase

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The limits of this side that keep an exchange from being begun, and must not be laid at the service's door.
enum ClientLimit {
  /// The limit that a system error stands for.
  ///
  /// - Parameter code: The error of the system call that failed; 0 where nobody kept it, and then whether a descriptor
  ///   is to be had is tried.
  /// - Returns: The kind of failure; `nil` if the error is no limit.
  static func kind(of code: Int32) -> TransportError.Kind? {
    switch code {
    case EMFILE, ENFILE: .clientDescriptors
    case EADDRNOTAVAIL: .clientPorts
    case ENOMEM, ENOBUFS: .clientMemory
    case 0: descriptorsAreUsedUp ? .clientDescriptors : nil
    default: nil
    }
  }

  /// Whether not one more descriptor can be had.
  static var descriptorsAreUsedUp: Bool {
    let descriptor = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard descriptor < 0 else {
      close(descriptor)
      return false
    }
    return errno == EMFILE || errno == ENFILE
  }

  /// What is short, and what helps.
  static func message(_ kind: TransportError.Kind) -> String? {
    switch kind {
    case .clientDescriptors:
      "this process has no file descriptor left for the connection, which says nothing of the service: "
        + "raise the limit (ulimit -n) or lower the concurrency"
    case .clientPorts:
      "this machine has no local port or address left for the connection, which says nothing of the service: "
        + "keep connections alive, lower the concurrency, or widen net.ipv4.ip_local_port_range"
    case .clientMemory:
      "this machine has no memory left for the connection, which says nothing of the service: lower the concurrency"
    default: nil
    }
  }
}
