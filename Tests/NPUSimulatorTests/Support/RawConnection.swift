import Dispatch
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How reading from a connection ended.
enum ReadEnd: Equatable, Sendable {
  /// The response was whole by the rules of HTTP.
  case complete
  /// The server closed the connection.
  case closed
  /// The server reset it.
  case reset
  /// Nothing came for as long as the test was ready to wait.
  case silent
  /// The test had read as much as it wanted.
  case enough
}

/// One blocking socket, driven from threads that may block; it knows nothing of the simulator's own code.
final class RawConnection: Sendable {
  private let descriptor: Int32

  /// Connects to a port of this machine.
  ///
  /// - Parameters:
  ///   - host: One of its loopback addresses.
  ///   - port: The port.
  ///   - receiveBuffer: How many bytes the kernel may hold for the reader, if not as many as it likes.
  /// - Throws: The system's error if nobody listens there.
  init(host: String = "127.0.0.1", port: Int, receiveBuffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var receiveBuffer {
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    unsafe inet_pton(AF_INET, host, &address.sin_addr)
    let result = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .ECONNREFUSED) }
  }

  init(unixSocket path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix(107)) }
    let result = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .ECONNREFUSED) }
  }

  deinit {
    close(descriptor)
  }

  func send(_ text: String) {
    send(Array(text.utf8))
  }

  func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes[sent...].withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  /// Says that nothing more will be sent; what comes can still be read.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Reads one response.
  ///
  /// - Parameters:
  ///   - patience: How many milliseconds of silence end the reading.
  ///   - limit: How many bytes are enough.
  /// - Returns: What was read and how it ended.
  func receive(patience: Int32 = 300_000, limit: Int = 1 << 26) async -> RawResponse {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: self.blockingReceive(patience, limit)) }
    }
  }

  private func blockingReceive(_ patience: Int32, _ limit: Int) -> RawResponse {
    var response = RawResponse()
    var block = [UInt8](repeating: 0, count: 65_536)
    while response.bytes.count < limit {
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&entry, 1, patience) > 0 else { return response.ended(.silent) }
      let count = unsafe block.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
      if count == 0 { return response.ended(.closed) }
      if count < 0 { return response.ended(errno == ECONNRESET ? .reset : .closed) }
      response.append(block[..<count])
      if response.isComplete { return response.ended(.complete) }
    }
    return response.ended(.enough)
  }
}
