/// What a stream is to carry besides the response.
public struct StreamOptions: Sendable, Hashable {
  /// Whether the token counts come at the end.
  public var includeUsage: Bool?
  /// Whether every chunk carries the counts so far; an extra of vLLM that needs ``includeUsage``.
  public var continuousUsageStats: Bool?

  /// Creates options.
  public init(includeUsage: Bool? = nil, continuousUsageStats: Bool? = nil) {
    self.includeUsage = includeUsage
    self.continuousUsageStats = continuousUsageStats
  }

  /// Nothing: the field is not sent at all, for servers that refuse it.
  ///
  /// Measurements then have no token counts, unless the server sends them unasked.
  public static let omitted = StreamOptions()
  /// The token counts at the end: what a measurement needs to count tokens.
  public static let usage = StreamOptions(includeUsage: true)
  /// The token counts in every chunk.
  public static let continuousUsage = StreamOptions(includeUsage: true, continuousUsageStats: true)
}

extension StreamOptions {
  /// The options, unless there is nothing to send.
  var sent: StreamOptions? { self == .omitted ? nil : self }
}

extension StreamOptions: Encodable {
  private enum CodingKeys: String, CodingKey {
    case includeUsage = "include_usage"
    case continuousUsageStats = "continuous_usage_stats"
  }
}
