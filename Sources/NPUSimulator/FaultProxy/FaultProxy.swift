internal import NIOCore
internal import NIOPosix

/// A proxy that stands before a service and lets the network fail as one asks for, while it runs.
///
/// It forwards TCP connections and understands nothing of them but the paths of HTTP requests. It needs no rights, no
/// network namespace and no iptables: tests point a client at ``baseURL`` in place of the service.
///
/// ```swift
/// let proxy = try await FaultProxy.start(to: "127.0.0.1:8000")
/// proxy.set([FaultProxy.Rule(.latency(.milliseconds(200), jitter: .milliseconds(50)))])
/// proxy.set([FaultProxy.Rule(.reset(afterBytes: 2000), path: "/v1/chat", share: 0.1)])
/// proxy.clear()
/// print(proxy.figures.affected(by: .reset))
/// try await proxy.shutDown()
/// ```
///
/// Without rules every byte passes as it came, half-closed connections and resets included. Memory is bounded: a side
/// that does not read makes the other wait, as a socket does.
public final class FaultProxy: Sendable {
  /// The port on which it listens.
  public let port: Int
  /// The address for clients, such as `http://127.0.0.1:40001`; a proxy before an `https` service carries that, too,
  /// and then the client has to ask for it.
  public let baseURL: String

  private let state: ProxyState
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel

  private init(state: ProxyState, group: MultiThreadedEventLoopGroup, channel: any Channel, host: String, port: Int) {
    self.state = state
    self.group = group
    self.channel = channel
    self.port = port
    baseURL = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }

  /// Starts a proxy.
  ///
  /// - Parameters:
  ///   - address: Where the service listens, such as `127.0.0.1:8000`, `http://127.0.0.1:8000` or
  ///     `unix:/run/vllm.sock`. It need not run yet: each connection is made when a client asks for it.
  ///   - host: The address to listen on.
  ///   - port: The port; 0 lets the system choose a free one.
  ///   - seed: From which follow the connections that a share of all falls to, the jitter, and the changed bytes.
  /// - Returns: The proxy, which accepts connections from now on. Stop it with ``shutDown()``.
  /// - Throws: ``FaultProxyError`` for an address that is none, ``ListeningError`` if the port cannot be had.
  public static func start(
    to address: String, host: String = "127.0.0.1", port: Int = 0, seed: UInt64 = 0
  ) async throws -> FaultProxy {
    let state = ProxyState(target: try ProxyTarget(address), seed: seed)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      let channel = try await bootstrap(group, state).bind(host: host, port: port).get()
      return FaultProxy(
        state: state, group: group, channel: channel, host: host, port: channel.localAddress?.port ?? port)
    } catch {
      try await group.shutdownGracefully()
      throw ListeningError(.tcp(host: host, port: port), error)
    }
  }

  private static func bootstrap(_ group: MultiThreadedEventLoopGroup, _ state: ProxyState) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let accepted = state.accept() else { return channel.close(promise: nil) }
          guard !accepted.isRefused else { return channel.reset() }
          let connection = ProxiedConnection(accepted.number, client: channel, state: state)
          try channel.pipeline.syncOperations.addHandler(RelayHandler(connection, .client))
          let loop = channel.eventLoop
          let bound = NIOLoopBound(connection, eventLoop: loop)
          state.add(
            accepted.number,
            ProxyState.Entry(
              wake: { loop.execute { bound.value.rulesChanged() } },
              close: { loop.execute { bound.value.closeBoth() } }))
          connection.start()
        }
      }
  }

  /// Replaces the rules; of those set before none is left.
  ///
  /// They hold at once, for open connections, too. Faults that are over let pass what they held back.
  public func set(_ rules: [Rule]) { state.set(rules) }

  /// Takes all rules away.
  public func clear() { state.set([]) }

  /// What it has carried, and what its faults did.
  public var figures: Figures { state.figures }

  /// Suspends until the figures meet a condition.
  ///
  /// - Parameter condition: What is waited for; it is asked at every change and must be quick.
  /// - Returns: The figures that met it.
  /// - Throws: `CancellationError` if the task is cancelled or the proxy is stopped.
  @discardableResult
  public func wait(until condition: @escaping @Sendable (Figures) -> Bool) async throws -> Figures {
    try await state.wait(until: condition)
  }

  /// Stops accepting connections, closes those that are open and ends the thread.
  ///
  /// Calling it again does nothing. Anyone who waits for a condition is woken with a cancellation error.
  public func shutDown() async throws {
    guard let entries = state.stop() else { return }
    defer { state.end() }
    // What fails first is told last: the connections and the thread must go all the same.
    let closing: Result<Void, any Error>
    do { closing = .success(try await channel.close().get()) } catch { closing = .failure(error) }
    for entry in entries { entry.close() }
    try await group.shutdownGracefully()
    try closing.get()
  }
}

/// Runs a proxy for as long as a closure runs, and stops it whether the closure returns or throws.
///
/// - Parameters:
///   - address: Where the service listens.
///   - seed: From which chance follows.
///   - body: What uses it.
/// - Returns: What the closure returns.
/// - Throws: What the closure throws, or what starting and stopping throw.
@discardableResult
public func withFaultProxy<Result>(
  to address: String, seed: UInt64 = 0, _ body: (FaultProxy) async throws -> Result
) async throws -> Result {
  let proxy = try await FaultProxy.start(to: address, seed: seed)
  do {
    let result = try await body(proxy)
    try await proxy.shutDown()
    return result
  } catch {
    // The closure's error says more than one of stopping would.
    try? await proxy.shutDown()
    throw error
  }
}
