internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Why a simulator cannot listen where it was told to.
public struct ListeningError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The address, and the reason with what to do about it.
  public var message: String

  /// The message.
  public var description: String { message }

  init(_ address: HTTPServer.Address, _ error: any Error) {
    let (place, isSocket) =
      switch address {
      case .tcp(let host, let port): ("\(host), port \(port)", false)
      case .unixSocket(let path): (path, true)
      }
    message = "cannot listen on \(place): \(Self.reason(error, isSocket: isSocket))"
  }

  private static func reason(_ error: any Error, isSocket: Bool) -> String {
    switch error {
    case let error as IOError:
      let text = unsafe String(cString: strerror(error.errnoCode))
      return switch error.errnoCode {
      case EADDRINUSE: "\(text); choose another port, or 0 for a free one."
      case EADDRNOTAVAIL: "\(text); name an address of this machine."
      case ENOENT where isSocket: "\(text); create its folder first."
      default: "\(text)."
      }
    case is SocketAddressError.UnknownHost: return "there is no such host; name an address of this machine."
    case SocketAddressError.unixDomainSocketPathTooLong: return "the path of a socket has 107 bytes at most."
    case is SocketInUse: return "a server accepts connections there; stop it, or name another path."
    case is UnixDomainSocketPathWrongType: return "it is there and no socket; name another path."
    default: return "\(error)"
    }
  }
}

/// Somebody accepts connections at the path of a socket.
struct SocketInUse: Error {}
