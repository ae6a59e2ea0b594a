internal import Foundation
internal import Synchronization
import TestSupport

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A TCP server on loopback that does to each connection exactly what a script says, HTTP or not.
///
/// Every connection has a thread of its own, on which the script may wait as long as it likes.
final class FaultServer: Sendable {
  typealias Script = @Sendable (FaultConnection) throws -> Void

  private struct State {
    var isStopped = false
    var accepted = 0
    var running = 0
    var connections: [Int: FaultConnection] = [:]
  }

  let port: Int
  var authority: String { "127.0.0.1:\(port)" }
  /// How many connections were accepted so far.
  var accepted: Int { state.withLock(\.accepted) }
  /// How many connections are open now.
  var open: Int { state.withLock { $0.connections.count } }

  private let listener: Int32
  private let script: Script
  private let state = Mutex(State())
  private let ended = NSCondition()

  init(script: @escaping Script) throws {
    let (listener, port) = try Loopback.listen(backlog: 1024)
    self.listener = listener
    self.port = port
    self.script = script
    state.withLock { $0.running += 1 }
    Thread.detachNewThread { [self] in
      accept()
      leave()
    }
  }

  /// Breaks off all connections and waits for all threads.
  func stop() {
    let connections = state.withLock { state in
      state.isStopped = true
      return Array(state.connections.values)
    }
    shutdown(listener, Int32(SHUT_RDWR))
    for connection in connections { connection.interrupt() }
    ended.lock()
    while state.withLock(\.running) > 0 { ended.wait() }
    ended.unlock()
    close(listener)
  }

  private func accept() {
    while true {
      let socket = Glibc.accept(listener, nil, nil)
      guard socket >= 0 else { return }
      // A child process of another test must not hold the connection open.
      _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
      Loopback.disableDelay(socket)
      let connection = state.withLock { state -> FaultConnection? in
        guard !state.isStopped else { return nil }
        let connection = FaultConnection(socket: socket, number: state.accepted)
        state.accepted += 1
        state.running += 1
        state.connections[connection.number] = connection
        return connection
      }
      guard let connection else {
        close(socket)
        return
      }
      Thread.detachNewThread { [self] in
        // A peer that goes away is what most tests are about: it ends the script and nothing else.
        try? script(connection)
        connection.close()
        state.withLock { $0.connections[connection.number] = nil }
        leave()
      }
    }
  }

  private func leave() {
    ended.lock()
    state.withLock { $0.running -= 1 }
    ended.broadcast()
    ended.unlock()
  }
}

/// Runs a server for as long as a closure runs.
func withFaultServer<Result>(
  _ script: @escaping FaultServer.Script, _ body: (FaultServer) async throws -> Result
) async throws -> Result {
  let server = try FaultServer(script: script)
  defer { server.stop() }
  return try await body(server)
}

/// A server that answers every request of every connection with the same bytes, and notes what it was asked.
func withAnswer<Result>(
  _ answer: String, _ body: (FaultServer, RequestNotes) async throws -> Result
) async throws -> Result {
  let notes = RequestNotes()
  return try await withFaultServer { connection in
    while true {
      notes.add(try connection.readRequest(), connection.number)
      try connection.send(answer)
    }
  } _: {
    try await body($0, notes)
  }
}

/// The requests that a server was sent.
final class RequestNotes: Sendable {
  private let state = Mutex<[(request: FaultConnection.Request, connection: Int)]>([])

  var requests: [FaultConnection.Request] { state.withLock { $0.map(\.request) } }
  /// The number of the connection that each of them came by.
  var connections: [Int] { state.withLock { $0.map(\.connection) } }

  func add(_ request: FaultConnection.Request, _ connection: Int) {
    state.withLock { $0.append((request, connection)) }
  }
}
