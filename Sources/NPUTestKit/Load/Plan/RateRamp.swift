internal import NPUBase

/// The way from a first request rate to the rate of an arrival process.
///
/// A ramp may also lead down. Once it is over, the rate of the process holds.
public struct RateRamp: Sendable, Hashable, Codable {
  /// How the rate grows along the ramp.
  public enum Growth: String, Sendable, Hashable, Codable, CaseIterable {
    /// By equal steps: start + (end - start) * progress.
    case linear
    /// By equal factors: start * (end / start) ^ progress.
    case exponential
  }

  /// What progress along the ramp is measured in.
  public enum Span: Sendable, Hashable {
    /// Over this many requests.
    ///
    /// Request `i` has progress `i / (count - 1)`, which is what `vllm bench serve` does over all of its requests. The
    /// gap before a request follows that request's rate.
    case requests(Int)
    /// Over this much time from the first request.
    case duration(Duration)
  }

  /// Requests per second at the beginning: zero or more for a linear ramp, more than zero for an exponential one.
  public let start: Double
  /// How the rate grows.
  public let growth: Growth
  /// How long the ramp is.
  public let span: Span

  /// Creates a ramp.
  ///
  /// - Parameters:
  ///   - start: Requests per second at the beginning, finite; may be zero for a linear ramp.
  ///   - growth: How the rate grows.
  ///   - span: How long the ramp is: at least one request, or more than no time.
  /// - Throws: ``LoadPlanError`` of kind `rateRamp` for a start or span outside these.
  public init(from start: Double, growth: Growth = .linear, over span: Span) throws(LoadPlanError) {
    guard start.isFinite, start > 0 || (start == 0 && growth == .linear) else {
      throw LoadPlanError(
        kind: .rateRamp, setting: "start rate of the \(growth.rawValue) ramp", value: "\(start)",
        allowed: growth == .linear ? "0 or more requests per second" : "more than 0 requests per second")
    }
    switch span {
    case .requests(let count):
      guard (1...LoadPlan.mostRequests).contains(count) else {
        throw LoadPlanError(
          kind: .rateRamp, setting: "length of the rate ramp", value: "\(count) requests",
          allowed: "1 to \(LoadPlan.mostRequests) requests")
      }
    case .duration(let duration):
      guard duration > .zero else {
        throw LoadPlanError(
          kind: .rateRamp, setting: "length of the rate ramp", value: "\(duration)", allowed: "more than 0 seconds")
      }
    }
    self.start = start
    self.growth = growth
    self.span = span
  }

  private enum CodingKeys: String, CodingKey {
    case start = "start_rps"
    case growth = "strategy"
    case requests
    case duration = "duration_ms"
  }

  /// Reads a ramp and checks it as the initialiser does.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let span: Span
    if let count = try container.decodeIfPresent(Int.self, forKey: .requests) {
      span = .requests(count)
    } else {
      span = .duration(.recorded(milliseconds: try container.decode(Double.self, forKey: .duration)))
    }
    try self.init(
      from: container.decode(Double.self, forKey: .start), growth: container.decode(Growth.self, forKey: .growth),
      over: span)
  }

  /// Writes the ramp with its unit in each key.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(start, forKey: .start)
    try container.encode(growth, forKey: .growth)
    switch span {
    case .requests(let count): try container.encode(count, forKey: .requests)
    case .duration(let duration): try container.encode(duration.milliseconds, forKey: .duration)
    }
  }
}
