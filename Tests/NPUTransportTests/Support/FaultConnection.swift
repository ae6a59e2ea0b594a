internal import Synchronization
import TestSupport

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The server's end of one TCP connection, read and written byte by byte by the thread that serves it.
final class FaultConnection: Sendable {
  /// The peer is gone, or the server stops; it ends the script of the connection.
  struct Gone: Error {}

  /// One request as it stood on the wire.
  struct Request: Sendable, Hashable {
    /// Everything before the body, the blank line included.
    var head: String
    var body: [UInt8]

    var line: String { String(head.prefix { $0 != "\r\n" }) }
    var lines: [String] { head.split(separator: "\r\n").map(String.init) }
    /// The size of head and body on the wire.
    var size: Int { head.utf8.count + body.count }

    /// The values of a field, in order.
    func values(_ name: String) -> [String] {
      lines.dropFirst().compactMap { line in
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == name.lowercased() else { return nil }
        return String(parts[1].drop { $0 == " " })
      }
    }
  }

  /// How the peer ended the connection.
  enum PeerEnd: Sendable {
    case closed, reset
  }

  /// Which connection of the server this is, from 0.
  let number: Int
  private let socket: Int32
  private let state = Mutex((isOpen: true, surplus: [UInt8]()))

  init(socket: Int32, number: Int) {
    self.socket = socket
    self.number = number
  }

  deinit { close() }

  // MARK: - Reading

  /// Reads one request: its head, and as much of a body as its length announces.
  func readRequest() throws -> Request {
    let head = try readHead()
    let request = Request(head: head, body: [])
    let length = request.values("content-length").first.flatMap(Int.init) ?? 0
    return Request(head: head, body: try read(length))
  }

  /// Reads up to and with the next blank line.
  func readHead() throws -> String {
    var bytes = state.withLock { state in
      defer { state.surplus = [] }
      return state.surplus
    }
    var searched = 0
    while true {
      if let end = FaultConnection.endOfHead(bytes, from: max(0, searched - 3)) {
        state.withLock { $0.surplus = Array(bytes[end...]) }
        return String(decoding: bytes[..<end], as: UTF8.self)
      }
      searched = bytes.count
      let more = try receive()
      guard !more.isEmpty else { throw Gone() }
      bytes += more
    }
  }

  /// Reads as many bytes.
  func read(_ count: Int) throws -> [UInt8] {
    var bytes = state.withLock { state in
      defer { state.surplus = [] }
      return state.surplus
    }
    while bytes.count < count {
      let more = try receive()
      guard !more.isEmpty else { throw Gone() }
      bytes += more
    }
    state.withLock { $0.surplus = Array(bytes[count...]) }
    return Array(bytes[..<count])
  }

  /// Reads and forgets until the peer closes or resets the connection.
  func waitForPeerEnd() -> PeerEnd {
    do {
      while !(try receive().isEmpty) {}
      return .closed
    } catch {
      return .reset
    }
  }

  /// Some bytes of those that are not yet read; none when the peer has closed.
  func receive() throws -> [UInt8] {
    let kept = state.withLock { state in
      defer { state.surplus = [] }
      return state.surplus
    }
    guard kept.isEmpty else { return kept }
    var failed = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
      let result = unsafe recv(socket, buffer.baseAddress, buffer.count, 0)
      failed = result < 0
      count = max(0, result)
    }
    if failed { throw Gone() }
    return bytes
  }

  private static func endOfHead(_ bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count >= 4 else { return nil }
    for index in start..<max(start, bytes.count - 3) where bytes[index] == 13 {
      if bytes[index + 1] == 10, bytes[index + 2] == 13, bytes[index + 3] == 10 { return index + 4 }
    }
    return nil
  }

  // MARK: - Writing

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// Writes all of these bytes, however long the peer lets it wait.
  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[sent...])
        return unsafe sendNow(rest, flags: 0)
      }
      guard count > 0 else { throw Gone() }
      sent += count
    }
  }

  /// Writes copies of a block, up to a limit, until the system has refused more for as many milliseconds; gives the
  /// bytes taken.
  func sendUntilRefused(_ block: [UInt8], patience: Int32, limit: Int) throws -> Int {
    var sent = 0
    while sent < limit {
      let start = sent % block.count
      let count = unsafe block.withUnsafeBytes { buffer in
        let end = min(block.count, start + limit - sent)
        return unsafe sendNow(UnsafeRawBufferPointer(rebasing: buffer[start..<end]), flags: Int32(MSG_DONTWAIT))
      }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        var waiting = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        if unsafe poll(&waiting, 1, patience) == 0 { return sent }
      } else {
        throw Gone()
      }
    }
    return sent
  }

  private func sendNow(_ bytes: UnsafeRawBufferPointer, flags: Int32) -> Int {
    unsafe Glibc.send(socket, bytes.baseAddress, bytes.count, flags | Int32(MSG_NOSIGNAL))
  }

  /// Lets time pass, in milliseconds; false as soon as the peer says something or leaves.
  func rests(milliseconds: Int32) -> Bool {
    var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&waiting, 1, milliseconds) == 0
  }

  // MARK: - Ending

  /// Closes in order: the peer reads what was sent, then the end.
  func close() {
    guard takeOpen() else { return }
    Glibc.close(socket)
  }

  /// Closes with a TCP reset.
  func reset() {
    guard takeOpen() else { return }
    var setting = linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &setting, socklen_t(MemoryLayout<linger>.size))
    Glibc.close(socket)
  }

  /// Makes every read and write of the connection's thread fail.
  func interrupt() {
    state.withLock { state in
      if state.isOpen { _ = shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }

  private func takeOpen() -> Bool {
    state.withLock { state in
      defer { state.isOpen = false }
      return state.isOpen
    }
  }
}
