/// One line of a scrape: the value of one series.
public struct MetricSample: Sendable, Hashable {
  /// The name as it stands in the line, such as `vllm:time_to_first_token_seconds_bucket`.
  public var name: String
  /// The labels.
  public var labels: MetricLabels
  /// The value; infinities and NaN are values.
  public var value: Double
  /// When the exporter took the value, in milliseconds since 1970, where the line says so.
  public var timestamp: Int64?

  /// Creates a sample.
  public init(name: String, labels: MetricLabels = .none, value: Double, timestamp: Int64? = nil) {
    self.name = name
    self.labels = labels
    self.value = value
    self.timestamp = timestamp
  }
}

/// What kind of figure a family of series is.
public struct MetricKind: Sendable, Hashable, RawRepresentable {
  /// The word of the TYPE line.
  public var rawValue: String

  /// Creates a kind from the word of a TYPE line.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Only grows, until its process starts again.
  public static let counter = MetricKind(rawValue: "counter")
  /// Rises and falls.
  public static let gauge = MetricKind(rawValue: "gauge")
  /// Counts of values up to bounds.
  public static let histogram = MetricKind(rawValue: "histogram")
  /// Percentiles that the exporter computed.
  public static let summary = MetricKind(rawValue: "summary")
  /// Nobody said.
  public static let untyped = MetricKind(rawValue: "untyped")
}
