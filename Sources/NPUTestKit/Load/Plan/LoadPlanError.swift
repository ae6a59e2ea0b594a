/// Why a load plan cannot be carried out.
public struct LoadPlanError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A rate is zero, negative or not a number.
    case rate
    /// A burstiness is zero, negative or not a number.
    case burstiness
    /// The ramp of a rate has an impossible start or span.
    case rateRamp = "rate_ramp"
    /// A number of requests in flight is less than one.
    case concurrency
    /// The ramp-up of a closed loop is negative, or stands in a plan that is not a closed loop.
    case rampUp = "ramp_up"
    /// The pause of a closed loop is negative, or stands in a plan that is not a closed loop.
    case pause
    /// A warm-up is negative or can never end.
    case warmUp = "warm_up"
    /// The run has no end, or an end that lies before its beginning.
    case stop
    /// A recorded plan holds a value that is unknown.
    case encoding
  }

  /// The cause.
  public var kind: Kind
  /// What the setting is called.
  public var setting: String
  /// The offending value, as it was given.
  public var value: String
  /// What is allowed, and where it helps what to do.
  public var allowed: String

  /// Creates an error.
  public init(kind: Kind, setting: String, value: String, allowed: String) {
    self.kind = kind
    self.setting = setting
    self.value = value
    self.allowed = allowed
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind.rawValue }
}

extension LoadPlanError: CustomStringConvertible {
  /// The setting, its value and what is allowed.
  public var description: String { "\(setting) is \(value); allowed: \(allowed)" }
}
