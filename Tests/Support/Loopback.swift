#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Bare sockets on 127.0.0.1.
package enum Loopback {
  /// A call of the system that failed.
  package struct Failure: Error {
    package let call: String
    package let code: Int32
  }

  /// A listening socket on a port of the system's choice.
  package static func listen(backlog: Int32) throws -> (socket: Int32, port: Int) {
    let socket = try bound()
    guard Glibc.listen(socket, backlog) == 0 else { throw failed("listen", socket) }
    return (socket, try port(of: socket))
  }

  /// Runs something with a port on which nobody listens.
  ///
  /// A socket that is bound to it and does not listen keeps everybody else from it for as long as the closure runs.
  package static func withUnusedPort<Result>(_ body: (Int) async throws -> Result) async throws -> Result {
    let socket = try bound()
    defer { close(socket) }
    return try await body(try port(of: socket))
  }

  /// A port that was free a moment ago, for a program that takes no socket: somebody else may be faster.
  package static func portToTry() throws -> Int {
    let socket = try bound()
    defer { close(socket) }
    return try port(of: socket)
  }

  /// Begins a connection without waiting for it.
  package static func beginConnection(to port: Int) throws -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = Glibc.socket(AF_INET, type, 0)
    guard socket >= 0 else { throw Failure(call: "socket", code: errno) }
    var address = self.address(port: port)
    _ = unsafe withAddress(&address) { unsafe connect(socket, $0, $1) }
    return socket
  }

  package static func close(_ socket: Int32) { Glibc.close(socket) }

  package static func disableDelay(_ socket: Int32) {
    var on: Int32 = 1
    unsafe setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func bound() throws -> Int32 {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw Failure(call: "socket", code: errno) }
    var address = self.address(port: 0)
    guard unsafe withAddress(&address, { unsafe bind(socket, $0, $1) }) == 0 else { throw failed("bind", socket) }
    return socket
  }

  private static func port(of socket: Int32) throws -> Int {
    var address = self.address(port: 0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(socket, $0, &size) }
    }
    guard result == 0 else { throw failed("getsockname", socket) }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  private static func address(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  private static func withAddress(
    _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private static func failed(_ call: String, _ socket: Int32) -> Failure {
    defer { close(socket) }
    return Failure(call: call, code: errno)
  }
}
