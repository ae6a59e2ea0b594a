internal import CNPUCurl
internal import NPUBase

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The limits of this side that keep an exchange from being begun, and must not be laid at the service's door.
package enum ClientLimit {
  /// The limit that a system error stands for.
  ///
  /// - Parameter code: The error of the system call that failed; 0 where nobody kept it, and then whether a descriptor
  ///   is to be had is tried.
  /// - Returns: The kind of failure; `nil` if the error is no limit.
  package static func kind(of code: Int32) -> TransportError.Kind? {
    switch code {
    case EMFILE, ENFILE: .clientDescriptors
    case EADDRNOTAVAIL: .clientPorts
    case ENOMEM, ENOBUFS: .clientMemory
    case 0: descriptorsAreUsedUp ? .clientDescriptors : nil
    default: nil
    }
  }

  /// The limit that kept a request from being sent, by what libcurl says of it.
  ///
  /// - Parameters:
  ///   - result: The result code of the transfer, which ended before it had a connection.
  ///   - systemError: The error of the last system call that failed for it; 0 for none.
  /// - Returns: The kind of failure; `nil` if it was no limit of this side.
  package static func kind(ofResult result: UInt32, systemError: Int32) -> TransportError.Kind? {
    // What took too long is the service's, whatever failed on the way.
    guard result != CURLE_OPERATION_TIMEDOUT.rawValue else { return nil }
    return kind(of: systemError) ?? (result == CURLE_OUT_OF_MEMORY.rawValue ? .clientMemory : nil)
  }

  /// Whether not one more descriptor can be had for a connection or a body.
  static var descriptorsAreUsedUp: Bool {
    let descriptor = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard descriptor < 0 else {
      close(descriptor)
      return cnpu_is_spare_descriptor(descriptor)
    }
    return errno == EMFILE || errno == ENFILE
  }

  /// What is short, and what helps.
  package static func message(_ kind: TransportError.Kind) -> String? {
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
