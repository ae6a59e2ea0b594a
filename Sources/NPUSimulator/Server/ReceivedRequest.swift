/// One request as the simulator received it, for tests to look at.
public struct ReceivedRequest: Sendable, Hashable, Codable {
  /// A header field as it stood in the request.
  public struct Header: Sendable, Hashable, Codable {
    /// The name in the client's spelling.
    public var name: String
    /// The value; that of an `Authorization` header is replaced.
    public var value: String
  }

  /// The number of the request from 0, counted over all routes.
  public var number: Int
  /// The number of its connection from 0.
  public var connection: Int
  /// The method.
  public var method: String
  /// The path and query as they stood in the request line.
  public var path: String
  /// The header fields in their order.
  public var headers: [Header]
  /// The bytes of the body.
  public var bodySize: Int
  /// The body, cut to the first 64 KiB.
  public var body: [UInt8]
  /// When its last byte was read, in nanoseconds of the machine's monotonic clock.
  public var receivedAt: Int64
  /// Connections that were open at that moment.
  public var openConnections: Int
  /// The most connections that had been open at once up to that moment.
  public var peakConnections: Int
  /// The fault that the request met.
  public var fault: Fault.Kind?
  /// When the first generated token was handed to the connection, in nanoseconds of the monotonic clock; nothing before
  /// the end of the response.
  public var firstTokenAt: Int64?
  /// When the response was complete or given up, in nanoseconds of the monotonic clock; nothing before.
  public var endedAt: Int64?
  /// Generated tokens written to the connection.
  public var tokens = 0
  /// Whether the client closed the connection before the response was complete.
  public var clientLeft = false

  /// The value of the first header of a name, compared without regard to case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// How much the simulator has seen since it started.
public struct SimulatorCounters: Sendable, Hashable, Codable {
  /// Requests received, of all routes.
  public var requests = 0
  /// Requests for generated text that were found valid.
  public var generations = 0
  /// Requests being answered or waiting.
  public var active = 0
  /// Requests that wait for their turn.
  public var waiting = 0
  /// Connections accepted.
  public var connections = 0
  /// Connections open now.
  public var openConnections = 0
  /// The most connections open at once.
  public var peakConnections = 0
  /// Requests whose client closed the connection before the response was complete.
  public var disconnectedClients = 0
  /// Responses sent to their end, whatever their status.
  public var completed = 0
}
