internal import HTTPTypes
internal import NPUBase
internal import SystemPackage

/// Exchanges whose connections libcurl has made and our own reader reads.
///
/// Per event libcurl looks twice at each socket and keeps accounts that nobody asks for, which costs more than all that
/// is done with the bytes.
extension TransferLoop {
  // MARK: - Beginning

  /// The head of a request that needs nothing of libcurl but a connection; `nil` for all others.
  func directHead(of request: TransferRequest) -> RequestHead? {
    guard configuration.readsPlainHTTP, request.head.scheme == "http", request.redirectLimit == 0,
      !request.hasNarrowSockets, request.unixSocketPath == nil, request.signature == nil, configuration.proxy == nil,
      configuration.httpVersion != .http2PriorKnowledge,
      (try? request.url()) != nil
    else { return nil }
    return RequestHead(request, userAgent: configuration.userAgent)
  }

  /// A connection that an earlier exchange has left open, if the request may have it.
  func idleConnection(for request: TransferRequest) -> DirectConnection? {
    guard request.connection == .keepAlive else { return nil }
    while let connection = connections.takeIdle(request.origin) {
      if connection.isAlive, connection.idleSince.duration(to: .now) < configuration.longestIdle {
        return connection
      }
      close(connection)
    }
    return nil
  }

  /// Takes a connection over from libcurl, which has made it, and sends the request on it.
  func takeOver(_ transfer: CurlTransfer, thenSend head: RequestHead) {
    let state = transfer.state
    let opening = transfer.opening
    let socket = transfer.easy.takeSocket()
    guard socket >= 0 else {
      let error = TransportError(
        kind: .connectionLost, message: TransferState.staleMessage, request: state.request.identity)
      return finish(.curl(transfer), error: error, reusable: false)
    }
    transfer.multi.remove(transfer.easy)
    spareHandles.append(transfer.easy)
    let connection = connections.add(socket, origin: state.request.origin, opening)
    send(state, head, on: connection, isKept: false)
  }

  func send(_ state: TransferState, _ head: RequestHead, on connection: DirectConnection, isKept: Bool) {
    let transfer = DirectTransfer(state: state, connection: connection, head: head)
    connection.transfer = transfer
    transfers[state.id] = .direct(transfer)
    transfer.begin(at: .now, onKeptConnection: isKept)
    goOnSending(transfer)
  }

  private func goOnSending(_ transfer: DirectTransfer) {
    if let error = transfer.send() { return settle(transfer, transfer.connectionFailed(error)) }
    watch(transfer)
  }

  /// Has the poller tell of what the exchange waits for.
  private func watch(_ transfer: DirectTransfer) {
    let connection = transfer.connection
    let writing = !transfer.sendingIsOver
    let known = connection.interest
    guard known?.reading != true || known?.writing != writing else { return }
    connection.interest = (true, writing)
    poller.watch(
      connection.socket, owner: SocketPoller.Readiness.owner(ofSlot: connection.slot), reading: true, writing: writing,
      known: known != nil)
  }

  /// Keeps a connection for the next request, and sees it when its peer closes it.
  func park(_ connection: DirectConnection, at now: MonotonicInstant) {
    connections.park(connection, at: now)
    let known = connection.interest
    guard known?.reading != true || known?.writing != false else { return }
    connection.interest = (true, false)
    poller.watch(
      connection.socket, owner: SocketPoller.Readiness.owner(ofSlot: connection.slot), reading: true, writing: false,
      known: known != nil)
  }

  private func forget(_ connection: DirectConnection) {
    guard connection.interest != nil else { return }
    connection.interest = nil
    poller.forget(connection.socket)
  }

  func close(_ connection: DirectConnection) {
    forget(connection)
    connections.remove(connection)
  }

  // MARK: - Reading

  func socketReady(_ readiness: SocketPoller.Readiness, slot: Int) {
    guard let connection = connections[slot], connection.socket == readiness.socket else { return }
    // One that waits for a request has nothing to say: it was closed, or is of no use.
    guard let transfer = connection.transfer else { return close(connection) }
    if readiness.writable, !transfer.sendingIsOver { goOnSending(transfer) }
    guard readiness.readable || readiness.failed, connection.transfer === transfer else { return }
    switch unsafe connection.read(into: room.socket) {
    case .bytes(let count):
      let now = MonotonicInstant.now
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: room.socket[..<count]).bindMemory(to: UInt8.self)
      settle(transfer, unsafe transfer.feed(bytes.span, at: now, room))
    case .end: settle(transfer, transfer.peerClosed())
    case .later: break
    case .failed(let error): settle(transfer, transfer.connectionFailed(error))
    }
  }

  func resume(_ transfer: DirectTransfer) {
    guard transfer.state.isPaused else { return }
    settle(transfer, transfer.resume(at: .now, room))
  }

  private func settle(_ transfer: DirectTransfer, _ outcome: DirectTransfer.Outcome) {
    switch outcome {
    case .open: watch(transfer)
    case .resting: forget(transfer.connection)
    case .ended(let reusable): finish(.direct(transfer), error: nil, reusable: reusable)
    case .broken:
      let error = transfer.error
      if transfer.state.diedOnStaleConnection(error, at: .now) {
        close(transfer.connection)
        transfer.state.beginAgain(at: .now)
        connect(transfer.state, thenSend: transfer.head)
      } else {
        finish(.direct(transfer), error: error, reusable: false)
      }
    }
  }
}

extension TransferRequest {
  /// What connections are told apart by.
  fileprivate var origin: String { head.authority ?? "" }
}

extension CurlTransfer {
  /// What was measured of the connection that was made, to be asked before the handle is reset.
  fileprivate var opening: DirectConnection.Opening {
    let metrics = metrics(until: state.started)
    let before = state.started.duration(to: state.attemptBegan)
    return DirectConnection.Opening(
      nameLookup: metrics.nameLookup.map { $0 - before }, connect: metrics.connect.map { $0 - before },
      localAddress: metrics.localAddress, remoteAddress: metrics.remoteAddress)
  }
}
