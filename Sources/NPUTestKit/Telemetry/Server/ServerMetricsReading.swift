internal import NPUTransport

/// One scrape in the vocabulary of ``ServerMetric``.
///
/// Series of one figure that differ in their labels (engines of a server, reasons of an end) are added, shares are
/// averaged.
public struct ServerMetricsReading: Sendable, Hashable {
  /// Values that rise and fall.
  public private(set) var gauges: [ServerMetric: Double] = [:]
  /// Counts since the server started.
  public private(set) var counters: [ServerMetric: Double] = [:]
  /// Counts of values up to bounds since the server started.
  public private(set) var histograms: [ServerMetric: MetricHistogram] = [:]
  /// What a chip exporter beside the server says.
  public private(set) var chips: [ChipReading] = []
  /// Samples without a place in the vocabulary, as they were exposed; those about creation times of counters are left
  /// out.
  package private(set) var others: [MetricSample] = []

  /// Creates an empty reading.
  public init() {}

  /// Sorts the samples of a scrape.
  ///
  /// - Parameters:
  ///   - scrape: The scrape.
  ///   - model: Only series of this model are read, and those that name none; `nil` reads all. A server that joins
  ///     several models in one label with " & " matches each of them.
  package init(_ scrape: MetricScrape, model: String? = nil) {
    var exporter = ChipExporterReading()
    var bySeries: [ServerMetric: [String: [MetricSample]]] = [:]
    for sample in scrape.samples {
      if let model, let label = sample.labels["model_name"], !Self.names(label, model) { continue }
      if let metric = ServerMetric.byName[sample.name] {
        bySeries[metric, default: [:]][Self.base(sample.name, metric), default: []].append(sample)
      } else if !exporter.add(sample), !sample.name.hasSuffix("_created") {
        others.append(sample)
      }
    }
    chips = exporter.readings
    for (metric, series) in bySeries {
      // Of two generations of names the preferred one alone: adding both would count everything twice.
      guard let name = metric.names.first(where: { series[$0] != nil }), let samples = series[name] else { continue }
      switch metric.form {
      case .gauge:
        let values = samples.map(\.value).filter(\.isFinite)
        guard !values.isEmpty else { continue }
        let sum = values.reduce(0, +)
        gauges[metric] = metric.isShare ? sum / Double(values.count) : sum
      case .counter:
        let values = samples.map(\.value).filter(\.isFinite)
        if !values.isEmpty { counters[metric] = values.reduce(0, +) }
      case .histogram: histograms[metric] = Self.histogram(name, samples)
      }
    }
  }

  /// Whether the scrape held nothing of the vocabulary.
  public var isEmpty: Bool { gauges.isEmpty && counters.isEmpty && histograms.isEmpty && chips.isEmpty }

  /// The reading without the secrets of its request in the names of chips, the only texts that are shown of it.
  func redacted(by redactor: Redactor) -> ServerMetricsReading {
    guard !redactor.isIdle else { return self }
    var reading = self
    for index in chips.indices { reading.chips[index].name = chips[index].name.map(redactor.clean) }
    return reading
  }

  /// Takes over every figure of a newer reading and keeps those that it lacks.
  mutating func merge(_ newer: ServerMetricsReading) {
    gauges.merge(newer.gauges) { $1 }
    counters.merge(newer.counters) { $1 }
    histograms.merge(newer.histograms) { $1 }
  }

  private static func names(_ label: String, _ model: String) -> Bool {
    label == model || label.split(separator: " & ").contains { $0 == model }
  }

  /// The name without the ending of a histogram's series.
  private static func base(_ name: String, _ metric: ServerMetric) -> String {
    guard metric.form == .histogram else { return name }
    for ending in ["_bucket", "_sum", "_count"] where name.hasSuffix(ending) {
      return String(name.dropLast(ending.count))
    }
    return name
  }

  /// The series of all labels in one; those whose bounds differ from the first one's cannot be added and are left out.
  private static func histogram(_ name: String, _ samples: [MetricSample]) -> MetricHistogram? {
    struct Parts {
      var buckets: [MetricHistogram.Bucket] = []
      var sum: Double?
      var count: Double?
    }
    var order: [MetricLabels] = []
    var parts: [MetricLabels: Parts] = [:]
    for sample in samples {
      let labels = sample.labels.without("le")
      if parts[labels] == nil { order.append(labels) }
      var part = parts[labels, default: Parts()]
      if sample.name.hasSuffix("_bucket") {
        guard let bound = sample.labels["le"].flatMap({ MetricLineCursor.number($0) }) else { continue }
        part.buckets.append(.init(upperBound: bound, count: sample.value))
      } else if sample.name.hasSuffix("_sum") {
        part.sum = sample.value
      } else {
        part.count = sample.value
      }
      parts[labels] = part
    }
    let histograms = order.compactMap { parts[$0] }.map {
      MetricHistogram(buckets: $0.buckets, sum: $0.sum, count: $0.count)
    }
    guard let first = histograms.first else { return nil }
    return histograms.dropFirst().reduce(first) { $0.adding($1) ?? $0 }
  }
}
