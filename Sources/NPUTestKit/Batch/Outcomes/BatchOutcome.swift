public import NPUBase

/// What came of an item.
public struct BatchOutcome: Sendable, Hashable {
  /// How it ended.
  public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
    /// The service gave what was asked for.
    case completed
    /// It did not, and the item is not asked again.
    case failed
    /// The batch was killed while the item was under way, and it is not to be asked twice.
    case interrupted
  }

  /// A file that holds what came.
  public struct File: Sendable, Hashable, Codable {
    /// Its name below the output.
    public var name: String
    /// How many bytes it has.
    public var bytes: Int
    /// The SHA-256 of its bytes, in hexadecimal digits.
    public var sha256: String
  }

  /// Why an item failed.
  public struct Failure: Sendable, Hashable, Codable {
    /// The cause, from a bounded set.
    public var kind: String
    /// What happened.
    public var message: String
  }

  /// The number of the item in the input, from 0.
  public var index: Int
  /// The name of the item.
  public var id: String
  /// How it ended.
  public var status: Status
  /// How often it was asked in the part of the batch that gave the outcome.
  public var attempts: Int
  /// The time of the last attempt, in milliseconds.
  public var latency: Double?
  /// The HTTP status of the last response, where there was one.
  public var httpStatus: Int?
  /// Why it failed.
  public var error: Failure?
  /// The response, if it is JSON or text and has no file of its own.
  public var response: JSONValue?
  /// What the response holds as files.
  public var files: [File]
}

extension BatchOutcome: Codable {
  private enum CodingKeys: String, CodingKey {
    case index, id, status, attempts, error, response, files
    case latency = "latency_ms"
    case httpStatus = "http_status"
  }

  /// Reads an outcome.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    index = try values.decode(Int.self, forKey: .index)
    id = try values.decode(String.self, forKey: .id)
    status = try values.decode(Status.self, forKey: .status)
    attempts = try values.decode(Int.self, forKey: .attempts)
    latency = try values.decodeIfPresent(Double.self, forKey: .latency)
    httpStatus = try values.decodeIfPresent(Int.self, forKey: .httpStatus)
    error = try values.decodeIfPresent(Failure.self, forKey: .error)
    response = try values.decodeIfPresent(JSONValue.self, forKey: .response)
    files = try values.decodeIfPresent([File].self, forKey: .files) ?? []
  }

  /// Writes an outcome; what there is nothing of is left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(index, forKey: .index)
    try values.encode(id, forKey: .id)
    try values.encode(status, forKey: .status)
    try values.encode(attempts, forKey: .attempts)
    try values.encodeIfPresent(latency, forKey: .latency)
    try values.encodeIfPresent(httpStatus, forKey: .httpStatus)
    try values.encodeIfPresent(error, forKey: .error)
    try values.encodeIfPresent(response, forKey: .response)
    if !files.isEmpty { try values.encode(files, forKey: .files) }
  }
}
