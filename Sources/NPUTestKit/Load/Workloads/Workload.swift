public import NPUTransport

/// What a load sends: makes one request after another, each ready for the transport.
public protocol Workload: Sendable {
  /// Prepares a request; called ahead of its start, in the order of the indices.
  ///
  /// - Parameter index: Position of the request in the load, from 0.
  /// - Returns: The request, or `nil` when the workload has no more.
  /// - Throws: Whatever keeps the workload from going on; it ends the run.
  func prepare(_ index: Int) async throws -> PreparedRequest?

  /// What the requests go to, for reports and journals; by default nothing is said.
  ///
  /// - Parameter transport: What will carry the requests; nothing is sent.
  /// - Returns: What is known of the target.
  func target(over transport: any Transport) -> WorkloadTarget

  /// What a report says of that which is sent; by default nothing.
  var dataset: DatasetDescription? { get }
}

extension Workload {
  /// Says nothing.
  public func target(over transport: any Transport) -> WorkloadTarget { WorkloadTarget() }
  /// Nothing.
  public var dataset: DatasetDescription? { nil }
}

/// A request that only waits for its turn.
public struct PreparedRequest: Sendable {
  /// What is done when the turn has come.
  public enum Work: Sendable {
    /// One exchange, whose answer is stamped and read on the network thread as it arrives.
    case exchange(TransferRequest, StreamRecorder.Expectation)
    /// A call of a typed client.
    case operation(ServiceOperation)
  }

  /// What is done.
  public var work: Work
  /// The identity that goes with it, where the protocol has one.
  public var requestID: String?
  /// What is asked for.
  public var requested: RequestedLengths
  /// Which service of a mixed load the request goes to.
  package var service: String?
  /// What examines the response, where somebody does.
  package var examination: ResponseExamination?
  /// What the request asks for, where somebody examines images or sounds.
  package var mediaRequest: ExaminedMediaRequest?
  /// What examines them.
  package var mediaExamination: MediaExamination?

  /// Creates a request that is one exchange.
  public init(
    request: TransferRequest, requestID: String? = nil, requested: RequestedLengths = RequestedLengths(),
    expectation: StreamRecorder.Expectation = StreamRecorder.Expectation()
  ) {
    work = .exchange(request, expectation)
    self.requestID = requestID
    self.requested = requested
  }

  /// Creates a request that is a call of a typed client.
  public init(
    operation: ServiceOperation, requestID: String? = nil, requested: RequestedLengths = RequestedLengths()
  ) {
    work = .operation(operation)
    self.requestID = requestID
    self.requested = requested
  }

  /// Bytes of the body that wait in memory, as far as is known.
  var bodyBytes: Int {
    switch work {
    case .exchange(let request, _): request.body.bytesInMemory
    case .operation: 0
    }
  }
}
