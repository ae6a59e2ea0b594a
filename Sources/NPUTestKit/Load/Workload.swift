/// What a load sends: makes one request after another, each ready for the transport.
public protocol Workload: Sendable {
  /// Prepares a request; called ahead of its start, in the order of the indices.
  ///
  /// - Parameter index: Position of the request in the load, from 0.
  /// - Returns: The request, or `nil` when the workload has no more.
  /// - Throws: Whatever keeps the workload from going on; it ends the run.
  func prepare(_ index: Int) async throws -> PreparedRequest?
}

/// A request that only waits for its turn.
public struct PreparedRequest: Sendable, Hashable {
  /// What to send.
  public var request: TransferRequest
  /// The identity that goes with it, where the protocol has one.
  public var requestID: String?
  /// What is asked for.
  public var requested: RequestedLengths
  /// How to read the answer.
  public var expectation: StreamRecorder.Expectation

  /// Creates a prepared request.
  public init(
    request: TransferRequest, requestID: String? = nil, requested: RequestedLengths = RequestedLengths(),
    expectation: StreamRecorder.Expectation = StreamRecorder.Expectation()
  ) {
    self.request = request
    self.requestID = requestID
    self.requested = requested
    self.expectation = expectation
  }
}
