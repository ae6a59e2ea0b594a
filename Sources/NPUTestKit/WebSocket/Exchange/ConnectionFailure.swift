internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import NPUBase
internal import NPUTransport

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Tells what an error of a connection means, in the words of the other transport.
enum ConnectionFailure {
  /// The kind and the message of an error.
  ///
  /// - Parameters:
  ///   - error: The error.
  ///   - isConnected: Whether the connection stood, with TLS where it has any.
  /// - Returns: What it was.
  static func describe(_ error: any Error, isConnected: Bool) -> (TransportError.Kind, String) {
    switch error {
    case let error as NIOConnectionError:
      if let cause = error.connectionErrors.first?.error { return describe(cause, isConnected: isConnected) }
      return (
        .nameResolution, "the host name \(Excerpt.of(error.host, limit: 200)) does not resolve; check its spelling"
      )
    case let error as IOError:
      if let kind = ClientLimit.kind(of: error.errnoCode), let message = ClientLimit.message(kind) {
        return (kind, message)
      }
      if isConnected { return (.connectionLost, "the connection was lost: \(reason(error))") }
      return error.errnoCode == ECONNREFUSED
        ? (.connectionRefused, "nobody listens there: \(reason(error))")
        : (.connectionFailed, "the connection cannot be made: \(reason(error))")
    case ChannelError.connectTimeout: return (.connectTimeout, "no connection in time")
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
      return (.tls, "TLS failed: \(Excerpt.of("\(error)")); check the certificates, or trust the authority")
    default:
      let kind = isConnected ? TransportError.Kind.connectionLost : .connectionFailed
      return (kind, Excerpt.of("\(error)"))
    }
  }

  private static func reason(_ error: IOError) -> String {
    "\(unsafe String(cString: strerror(error.errnoCode))) (errno \(error.errnoCode))"
  }
}
