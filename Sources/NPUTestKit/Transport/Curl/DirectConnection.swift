internal import NPUBase
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A connection that libcurl has made and handed over: from here on its socket is read and written directly.
///
/// It closes the socket when it is closed or let go.
final class DirectConnection {
  /// What libcurl measured while it made a connection; durations count from its own start.
  struct Opening {
    var nameLookup: Duration?
    var connect: Duration?
    var localAddress: String?
    var remoteAddress: String?
  }

  /// What became of a read or a write.
  enum Result {
    case bytes(Int)
    /// The peer has closed its side.
    case end
    /// Not now.
    case later
    case failed(Errno)
  }

  let socket: Int32
  /// Scheme and authority that it leads to.
  let origin: String
  let opening: Opening
  /// Its place among all of the loop.
  let slot: Int
  /// The exchange that has it now.
  var transfer: DirectTransfer?
  /// What the poller watches it for; `nil` if for nothing.
  var interest: (reading: Bool, writing: Bool)?
  /// Since when no exchange has it.
  var idleSince = MonotonicInstant(nanoseconds: 0)
  private var isOpen = true

  init(socket: Int32, origin: String, opening: Opening, slot: Int) {
    self.socket = socket
    self.origin = origin
    self.opening = opening
    self.slot = slot
  }

  deinit { close() }

  func close() {
    guard isOpen else { return }
    isOpen = false
    #if canImport(Glibc)
      _ = Glibc.close(socket)
    #elseif canImport(Musl)
      _ = Musl.close(socket)
    #else
      _ = Darwin.close(socket)
    #endif
  }

  /// Whether it is silent and open, as an idle connection must be that is to be used again.
  var isAlive: Bool {
    var byte: UInt8 = 0
    return unsafe recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) < 0
      && (errno == EAGAIN || errno == EWOULDBLOCK)
  }

  /// Reads what has come, as far as there is room.
  func read(into room: UnsafeMutableRawBufferPointer) -> Result {
    let count = unsafe recv(socket, room.baseAddress, room.count, 0)
    if count > 0 { return .bytes(count) }
    return count == 0 ? .end : .after(errno)
  }

  /// Writes as many of the bytes as the system takes.
  func write(_ bytes: UnsafeRawBufferPointer) -> Result {
    let count = unsafe send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    return count >= 0 ? .bytes(count) : .after(errno)
  }
}

extension DirectConnection.Result {
  /// What an error of a system call means.
  fileprivate static func after(_ code: Int32) -> Self {
    switch code {
    case EAGAIN, EWOULDBLOCK, EINTR: .later
    default: .failed(Errno(rawValue: code))
    }
  }
}
