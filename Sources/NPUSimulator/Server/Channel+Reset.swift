internal import NIOCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension Channel {
  /// Breaks the connection off: what is unsent is discarded, and the peer sees a reset in place of an end.
  func reset() {
    guard let options = self as? any SocketOptionProvider else {
      close(promise: nil)
      return
    }
    options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in self.close(promise: nil) }
  }
}
