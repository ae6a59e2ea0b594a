internal import NPUBase

/// What was sent and received while a check ran: excerpts, bounded, without secrets.
public struct Evidence: Sendable, Hashable, Codable {
  /// One request and its response.
  public struct Exchange: Sendable, Hashable, Codable {
    /// Method and address, without query.
    public var request: String
    /// The beginning of the request's body, as text.
    public var requestBody: String
    /// The size of the request's body in bytes.
    public var requestBytes: Int
    /// The status of the response; `nil` if none arrived.
    public var status: Int?
    /// The media type of the response.
    public var contentType: String?
    /// The beginning and the end of the response's body, as text.
    public var responseBody: String
    /// The size of the response's body in bytes.
    public var responseBytes: Int
    /// From the start of the exchange to its end; `nil` if it had not ended.
    public var duration: Duration? {
      get { seconds.map { .clamped(seconds: $0) } }
      set { seconds = newValue?.seconds }
    }
    var seconds: Double?
    /// How the exchange broke; `nil` if it did not.
    public var error: String?

    private enum CodingKeys: String, CodingKey {
      case requestBody = "request_body"
      case requestBytes = "request_bytes"
      case contentType = "content_type"
      case responseBody = "response_body"
      case responseBytes = "response_bytes"
      case request, status, seconds, error
    }
  }

  /// The exchanges in the order in which they began: the first ones, those that went wrong, and the last ones.
  public var exchanges: [Exchange]
  /// How many exchanges there were in all.
  public var total: Int

  /// Creates evidence.
  public init(exchanges: [Exchange] = [], total: Int = 0) {
    self.exchanges = exchanges
    self.total = total
  }
}

extension Evidence.Exchange {
  /// Creates an exchange that has only begun.
  public init(request: String) {
    self.init(
      request: request, requestBody: "", requestBytes: 0, status: nil, contentType: nil, responseBody: "",
      responseBytes: 0, seconds: nil, error: nil)
  }
}
