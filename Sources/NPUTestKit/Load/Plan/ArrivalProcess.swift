/// How the requests of an open loop follow each other: a rate, and how regular the gaps are.
///
/// The gaps are gamma distributed with the shape ``burstiness`` and the mean `1 / rate`, as in `vllm bench serve`.
/// Their coefficient of variation is `1 / sqrt(burstiness)`: below 1 the requests come in bursts, 1 is a Poisson
/// process, and infinity is a constant rate. (AISBench writes 0 for a constant rate.)
public struct ArrivalProcess: Sendable, Hashable {
  /// Requests per second, more than zero; infinity asks for all requests at once.
  public let rate: Double
  /// The shape of the gamma distribution of the gaps, more than zero; infinity is a constant rate.
  public let burstiness: Double
  /// The way up to the rate, if it does not hold from the beginning.
  public let ramp: RateRamp?

  /// Creates a process.
  ///
  /// - Parameters:
  ///   - rate: Requests per second: any positive number, or infinity without a ramp.
  ///   - burstiness: The shape of the gaps: any positive number or infinity.
  ///   - ramp: The way up to the rate.
  /// - Throws: ``LoadPlanError`` for a value outside these.
  public init(rate: Double, burstiness: Double = 1, ramp: RateRamp? = nil) throws(LoadPlanError) {
    guard rate > 0 else {
      throw LoadPlanError(
        kind: .rate, setting: "request rate", value: "\(rate)",
        allowed: "any number above 0 (0.001 is one request in 1000 seconds), or inf to send all at once")
    }
    guard burstiness > 0 else {
      throw LoadPlanError(
        kind: .burstiness, setting: "burstiness", value: "\(burstiness)",
        allowed: "any number above 0: below 1 comes in bursts, 1 is Poisson, inf is a constant rate")
    }
    guard ramp == nil || rate.isFinite else {
      throw LoadPlanError(
        kind: .rateRamp, setting: "request rate at the end of the ramp", value: "\(rate)",
        allowed: "a finite rate; leave the ramp out to send all requests at once")
    }
    self.rate = rate
    self.burstiness = burstiness
    self.ramp = ramp
  }

  /// A process with equal gaps.
  public static func constant(rate: Double, ramp: RateRamp? = nil) throws(LoadPlanError) -> ArrivalProcess {
    try ArrivalProcess(rate: rate, burstiness: .infinity, ramp: ramp)
  }

  /// A process with independent, exponentially distributed gaps.
  public static func poisson(rate: Double, ramp: RateRamp? = nil) throws(LoadPlanError) -> ArrivalProcess {
    try ArrivalProcess(rate: rate, burstiness: 1, ramp: ramp)
  }

  /// The name of the family that the burstiness selects: constant, poisson or gamma.
  public var name: String {
    if burstiness == .infinity { return "constant" }
    return burstiness == 1 ? "poisson" : "gamma"
  }
}

extension ArrivalProcess: Codable {
  private enum CodingKeys: String, CodingKey {
    case rate = "request_rate"
    case burstiness
    case ramp = "ramp_up"
  }

  /// Reads a process and checks it as the initialiser does.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      rate: container.decode(UnboundedNumber.self, forKey: .rate).value,
      burstiness: container.decode(UnboundedNumber.self, forKey: .burstiness).value,
      ramp: container.decodeIfPresent(RateRamp.self, forKey: .ramp))
  }

  /// Writes the process; an infinite rate or burstiness becomes the string inf, because JSON has no number for it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(UnboundedNumber(value: rate), forKey: .rate)
    try container.encode(UnboundedNumber(value: burstiness), forKey: .burstiness)
    try container.encodeIfPresent(ramp, forKey: .ramp)
  }
}

/// A number that may be infinite, written as vLLM's result files write it: a number or the string inf.
private struct UnboundedNumber: Codable {
  var value: Double

  init(value: Double) { self.value = value }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      guard text == "inf" else {
        throw LoadPlanError(kind: .encoding, setting: "recorded rate", value: text, allowed: "a number or \"inf\"")
      }
      value = .infinity
    } else {
      value = try container.decode(Double.self)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if value == .infinity { try container.encode("inf") } else { try container.encode(value) }
  }
}
