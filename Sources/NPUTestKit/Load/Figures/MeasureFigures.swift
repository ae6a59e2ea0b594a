internal import NPUMetrics
internal import NPUServices

/// What a report says of one measure of the completed requests that have it.
public struct MeasureFigures: Sendable, Hashable, Codable {
  /// Which one; its unit is in its name.
  public var measure: Measure
  /// The sum over all requests.
  public var total: Double
  /// The sum over the window in seconds; `nil` if the window is empty.
  public var perSecond: Double?
  /// How it is distributed over the requests, in the unit of the measure, to a millionth.
  public var figures: LatencyFigures

  private enum CodingKeys: String, CodingKey {
    case measure = "name"
    case total
    case perSecond = "per_s"
    case figures
  }
}

extension LoadReport {
  /// The figures of a measure; `nil` if no completed request had it.
  public func figures(of measure: Measure) -> MeasureFigures? { measures.first { $0.measure == measure } }

  /// Whether the requests were calls of a service that generates no tokens, so that figures of tokens say nothing.
  ///
  /// Where every request failed, the kind of endpoint tells it.
  package var isOfOperations: Bool {
    guard tokens.chunks == 0, (tokens.output ?? 0) == 0 else { return false }
    return !measures.isEmpty || run.endpointType.map { !Self.endpointsOfTokens.contains($0) } ?? false
  }
}

extension LoadReport {
  /// The kinds of endpoints that generate tokens.
  private static let endpointsOfTokens =
    Set(["openai-chat", "openai"]).union(MindIERequest.WireProtocol.allCases.map(\.endpointType))
}

/// Collects one measure in bounded memory.
struct MeasureStore {
  /// The values in millionths: as a count of nanoseconds reads in milliseconds, so these read in the measure's unit.
  private(set) var samples: SampleStore
  /// The sum, which is not rounded.
  private(set) var total = 0.0

  init(exactLimit: Int) { samples = SampleStore(exactLimit: exactLimit) }

  mutating func record(_ value: Double) {
    guard value.isFinite, value >= 0 else { return }
    total += value
    samples.record(Int64(exactly: (value * 1e6).rounded()) ?? .max)
  }
}
