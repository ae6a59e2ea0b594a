internal import NPUBase
internal import NPUServices
public import NPUTransport

/// What one operation of a load gave.
public struct OperationResult: Sendable, Hashable {
  /// The identity that the service gave, such as that of a task.
  public var requestID: String?
  /// Whether it succeeded; an operation that throws has failed anyhow.
  public var outcome: Outcome
  /// The steps of its main exchange; where the end is missing, the operation ended when it returned.
  public var instants: TransferInstants
  /// What the transport measured of that exchange.
  public var transfer: TransferMetrics
  /// Quantities of the service, such as seconds of audio or number of images.
  public var measures: [Measure: Double]
  /// The text of the response, where the run keeps it.
  public var text: String?
  /// The response itself, where somebody examines it.
  package var media: ExaminedMedia?

  /// Creates a result.
  public init(
    requestID: String? = nil, outcome: Outcome = Outcome(.success), instants: TransferInstants = TransferInstants(),
    transfer: TransferMetrics = TransferMetrics(), measures: [Measure: Double] = [:], text: String? = nil
  ) {
    self.requestID = requestID
    self.outcome = outcome
    self.instants = instants
    self.transfer = transfer
    self.measures = measures
    self.text = text
  }
}

extension Outcome {
  /// The outcome of an operation that threw.
  ///
  /// A ``ServiceError`` or ``TransportError`` keeps its class and message; anything else is a `client_error`.
  public init(_ error: any Error) {
    switch error {
    case let error as ServiceError:
      self.init(Kind(rawValue: error.shortDescription), status: error.status, message: error.description)
    case let error as TransportError:
      self.init(Kind(error.kind), message: error.description)
    case is CancellationError:
      self.init(Kind(.cancelled), message: "the request was cancelled")
    default:
      self.init(Kind(rawValue: "client_error"), message: JSONCoding.describe(error))
    }
  }
}
