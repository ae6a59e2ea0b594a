/// One line of a scrape: the value of one series.
package struct MetricSample: Sendable, Hashable {
  /// The name as it stands in the line, such as `vllm:time_to_first_token_seconds_bucket`.
  package var name: String
  /// The labels.
  package var labels: MetricLabels
  /// The value; infinities and NaN are values.
  package var value: Double
  /// When the exporter took the value, in milliseconds since 1970, where the line says so.
  package var timestamp: Int64?

  /// Creates a sample.
  package init(name: String, labels: MetricLabels = .none, value: Double, timestamp: Int64? = nil) {
    self.name = name
    self.labels = labels
    self.value = value
    self.timestamp = timestamp
  }
}

/// What kind of figure a family of series is.
package struct MetricKind: Sendable, Hashable, RawRepresentable {
  /// The word of the TYPE line.
  package var rawValue: String

  /// Creates a kind from the word of a TYPE line.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// Only grows, until its process starts again.
  package static let counter = MetricKind(rawValue: "counter")
  /// Rises and falls.
  package static let gauge = MetricKind(rawValue: "gauge")
  /// Counts of values up to bounds.
  package static let histogram = MetricKind(rawValue: "histogram")
  /// Percentiles that the exporter computed.
  package static let summary = MetricKind(rawValue: "summary")
  /// Nobody said.
  package static let untyped = MetricKind(rawValue: "untyped")
}
