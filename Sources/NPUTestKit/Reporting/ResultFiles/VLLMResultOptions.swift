public import NPULoad
public import NPUMetrics

/// What a result file in the schema of vLLM holds.
public struct VLLMResultOptions: Sendable, Hashable {
  /// A latency that the file can hold, under vLLM's name.
  public enum Metric: String, Sendable, Hashable, CaseIterable {
    /// Time to first token.
    case ttft
    /// Time per output token.
    case tpot
    /// Gaps between chunks.
    case itl
    /// End-to-end latency.
    case e2el
    /// How long the client held a request back.
    case clientQueueTime = "client_queue_time"
    /// Both together.
    case endToEndIncludingQueue = "e2el_including_client_queue"
  }

  /// The latencies with statistics.
  public var metrics: [Metric]
  /// Their percentiles beside mean, median and standard deviation.
  public var percentiles: [Double]
  /// Whether the file holds one value per request and token.
  public var isDetailed: Bool
  /// The limits of a good request; vLLM's names mean vLLM's definitions.
  public var goodput: [GoodputObjective]

  /// Creates options; the defaults are vLLM's.
  public init(
    metrics: [Metric] = [.ttft, .tpot, .itl], percentiles: [Double] = [99], isDetailed: Bool = false,
    goodput: [GoodputObjective] = []
  ) {
    self.metrics = metrics
    self.percentiles = percentiles
    self.isDetailed = isDetailed
    self.goodput = goodput
  }

  /// Reads the values of the command-line options for metrics and percentiles.
  ///
  /// - Parameters:
  ///   - metrics: Names separated by commas, such as `ttft,tpot,itl,e2el`.
  ///   - percentiles: Numbers from 0 to 100 separated by commas, such as `50,90,99.9`.
  ///   - isDetailed: Whether the file holds one value per request and token.
  ///   - goodput: The limits of a good request.
  /// - Throws: ``ReportOptionError`` that says what was found and what is expected.
  public init(
    metrics: String, percentiles: String, isDetailed: Bool = false, goodput: [GoodputObjective] = []
  ) throws(ReportOptionError) {
    var chosen: [Metric] = []
    for name in Self.items(metrics) {
      guard let metric = Metric(rawValue: name) else {
        let known = Metric.allCases.map(\.rawValue).joined(separator: ", ")
        throw ReportOptionError(message: "found the metric '\(name)', expected some of \(known) separated by commas")
      }
      if !chosen.contains(metric) { chosen.append(metric) }
    }
    self.init(
      metrics: chosen, percentiles: try Self.percentiles(percentiles), isDetailed: isDetailed, goodput: goodput)
  }

  /// Reads percentiles separated by commas.
  ///
  /// - Parameter text: Numbers from 0 to 100, such as `50,90,99.9`.
  /// - Returns: The numbers in their order, each once.
  /// - Throws: ``ReportOptionError`` for what is no such number.
  public static func percentiles(_ text: String) throws(ReportOptionError) -> [Double] {
    var chosen: [Double] = []
    for item in items(text) {
      guard let percent = Double(item), percent >= 0, percent <= 100 else {
        throw ReportOptionError(
          message: "found the percentile '\(item)', expected numbers from 0 to 100 separated by commas, such as 50,99")
      }
      if !chosen.contains(percent) { chosen.append(percent) }
    }
    return chosen
  }

  private static func items(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
      .filter { !$0.isEmpty }
  }
}
