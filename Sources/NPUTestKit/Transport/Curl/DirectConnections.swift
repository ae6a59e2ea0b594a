internal import NPUBase

/// The connections of a loop that are read directly: those in use, and those that wait for the next request.
struct DirectConnections {
  private var slots: [DirectConnection?] = []
  private var freeSlots: [Int] = []
  /// By origin, the one that was used last at the end.
  private var idle: [String: [Int]] = [:]

  /// The connection at a place; `nil` if it is gone.
  subscript(slot: Int) -> DirectConnection? { slots.indices.contains(slot) ? slots[slot] : nil }

  /// Takes a socket over.
  mutating func add(_ socket: Int32, origin: String, _ opening: DirectConnection.Opening) -> DirectConnection {
    let slot = freeSlots.popLast() ?? slots.count
    let connection = DirectConnection(socket: socket, origin: origin, opening: opening, slot: slot)
    if slot == slots.count { slots.append(connection) } else { slots[slot] = connection }
    return connection
  }

  /// A connection to an origin that waits for a request, dead or alive.
  mutating func takeIdle(_ origin: String) -> DirectConnection? {
    guard let slot = idle[origin]?.popLast() else { return nil }
    if idle[origin]?.isEmpty == true { idle[origin] = nil }
    return self[slot]
  }

  /// Keeps a connection for the next request.
  mutating func park(_ connection: DirectConnection, at now: MonotonicInstant) {
    connection.transfer = nil
    connection.idleSince = now
    idle[connection.origin, default: []].append(connection.slot)
  }

  /// Closes a connection.
  mutating func remove(_ connection: DirectConnection) {
    if connection.transfer == nil { idle[connection.origin]?.removeAll { $0 == connection.slot } }
    connection.transfer = nil
    connection.close()
    guard slots[connection.slot] === connection else { return }
    slots[connection.slot] = nil
    freeSlots.append(connection.slot)
  }

  /// Closes all that wait.
  mutating func removeIdle() {
    for slot in idle.values.flatMap(\.self) { if let connection = self[slot] { remove(connection) } }
    idle = [:]
  }
}

/// Memory that all reads of one thread have in common; what is to last is copied out of it.
@safe
final class ReadingRoom {
  /// Where bytes of a socket are read to.
  let socket = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
  /// Where packed bodies are unpacked to; a piece of a body is no larger.
  let unpacked = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 16 << 10)

  deinit {
    unsafe socket.deallocate()
    unsafe unpacked.deallocate()
  }
}
