internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Accepts connections, and serves the routes that were registered on them.
final class HTTPServer: Sendable {
  /// Where a server listens.
  enum Address: Sendable, Hashable {
    /// A port of an address; 0 for a free one.
    case tcp(host: String, port: Int)
    /// A socket in the file system, which replaces one that a server has left behind.
    case unixSocket(path: String)
  }

  /// The port on which it listens; nothing for a Unix-domain socket.
  let port: Int?
  /// The port of its other routes, if it has any elsewhere.
  let otherPort: Int?

  private let state: ServerState
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel
  private let other: (any Channel)?

  private init(
    state: ServerState, group: MultiThreadedEventLoopGroup, channel: any Channel, port: Int?,
    other: (any Channel)? = nil
  ) {
    self.state = state
    self.group = group
    self.channel = channel
    self.port = port
    self.other = other
    otherPort = other?.localAddress?.port
  }

  /// Starts a server.
  ///
  /// - Parameters:
  ///   - address: Where it listens.
  ///   - state: What its connections share.
  ///   - routes: What it serves; of several routes for one path the first that exists counts.
  ///   - others: What it serves on another port of the same host.
  ///   - threads: Event loop threads.
  ///   - backlog: How many connections wait in the kernel to be accepted.
  /// - Returns: The server, which accepts connections from now on.
  /// - Throws: ``ListeningError`` if the address cannot be had.
  static func start(
    at address: Address, state: ServerState, routes: [Route], others: (port: Int, routes: [Route])? = nil,
    threads: Int, backlog: Int32
  ) async throws -> HTTPServer {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, threads))
    let bootstrap = bootstrap(group, state, Router(routes), backlog)
    do {
      switch address {
      case .tcp(let host, let port):
        func bind(_ bootstrap: ServerBootstrap, _ port: Int) async throws -> any Channel {
          try await bootstrap
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: host, port: port).get()
        }
        let channel = try await bind(bootstrap, port)
        var other: (any Channel)?
        if let others {
          other = try await bind(Self.bootstrap(group, state, Router(others.routes), backlog), others.port)
        }
        return HTTPServer(
          state: state, group: group, channel: channel, port: channel.localAddress?.port ?? port, other: other)
      case .unixSocket(let path):
        try await checkThatNobodyListens(at: path, group)
        let channel = try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        return HTTPServer(state: state, group: group, channel: channel, port: nil)
      }
    } catch {
      try await group.shutdownGracefully()
      throw ListeningError(address, error)
    }
  }

  /// Refuses to take the place of a server that lives.
  ///
  /// - Throws: ``SocketInUse`` if somebody accepts connections at a path, or the error of the attempt to connect.
  private static func checkThatNobodyListens(at path: String, _ group: MultiThreadedEventLoopGroup) async throws {
    do {
      try await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get().close()
    } catch let error as IOError {
      switch error.errnoCode {
      // Nothing, or what is left of a server; a file of another kind is refused later.
      case ENOENT, ECONNREFUSED: return
      case EAGAIN: break  // so many wait to be accepted that one more cannot
      default: throw error
      }
    }
    throw SocketInUse()
  }

  private static func bootstrap(
    _ group: MultiThreadedEventLoopGroup, _ state: ServerState, _ router: Router, _ backlog: Int32
  ) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: backlog)
      .childChannelOption(.writeBufferWaterMark, value: .init(low: 65_536, high: 262_144))
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let number = register(channel, state) else {
            channel.close(promise: nil)
            return
          }
          let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
          try channel.pipeline.syncOperations.addHandlers(
            TurnHandler(state: state, connection: number), decoder,
            ConnectionHandler(state: state, router: router, connection: number))
        }
      }
  }

  /// Counts a connection, unless it is to be closed at once.
  private static func register(_ channel: any Channel, _ state: ServerState) -> Int? {
    let number = state.withValues { values -> Int? in
      let number = values.counters.connections
      values.counters.connections += 1
      if values.isStopping || values.behaviour.fault(forRequest: number)?.kind == .closeOnAccept { return nil }
      values.channels[number] = channel
      values.counters.openConnections += 1
      values.counters.peakConnections = max(values.counters.peakConnections, values.counters.openConnections)
      return number
    }
    guard let number else { return nil }
    channel.closeFuture.whenComplete { _ in
      state.withValues {
        $0.channels[number] = nil
        $0.counters.openConnections -= 1
      }
    }
    return number
  }

  /// Stops accepting connections, breaks off those that are open and ends the threads.
  ///
  /// Calling it again does nothing. Anyone who waits for a condition is woken with a cancellation error.
  func shutDown() async throws {
    let isFirst = state.withValues { values in
      defer { values.isStopping = true }
      return !values.isStopping
    }
    guard isFirst else { return }
    defer { state.cancelWaiters() }
    // What fails first is told last: the connections and the threads must go all the same.
    let closing: Result<Void, any Error>
    do { closing = .success(try await channel.close().get()) } catch { closing = .failure(error) }
    try? await other?.close().get()
    for channel in state.withValues({ Array($0.channels.values) }) { channel.close(promise: nil) }
    try await group.shutdownGracefully()
    try closing.get()
  }
}
