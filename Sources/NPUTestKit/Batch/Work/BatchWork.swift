public import NPUBase
public import NPUTransport

/// What a batch asks of a service for each item.
public protocol BatchWork: Sendable {
  /// What decides the responses, without addresses and secrets: a batch is gone on with only for the same.
  var settings: JSONValue { get }

  /// What carries the requests, by whose clock pauses are kept.
  var transport: any Transport { get }

  /// Asks the service once.
  ///
  /// - Parameter item: The item.
  /// - Returns: What came.
  /// - Throws: ``ServiceError``, which becomes the outcome; any other error ends the batch, and blames no item.
  func perform(_ item: BatchItem) async throws -> BatchAnswer
}

/// What a service gave for an item.
public struct BatchAnswer: Sendable, Hashable {
  /// A file of an answer.
  public struct File: Sendable, Hashable {
    /// The ending of its name, such as `wav`.
    public var ending: String
    /// Its bytes.
    public var bytes: [UInt8]
    /// What it is.
    public var contentType: String

    /// Creates a file.
    public init(ending: String, bytes: [UInt8], contentType: String = "application/octet-stream") {
      self.ending = ending
      self.bytes = bytes
      self.contentType = contentType
    }
  }

  /// The response where it is a document: JSON, or a text.
  public var document: JSONValue?
  /// Images and sounds.
  public var files: [File]
  /// The HTTP status.
  public var status: Int?
  /// The time from the start of the exchange to its end.
  public var latency: Duration?

  /// Creates an answer.
  public init(
    document: JSONValue? = nil, files: [File] = [], status: Int? = nil, latency: Duration? = nil
  ) {
    self.document = document
    self.files = files
    self.status = status
    self.latency = latency
  }
}
