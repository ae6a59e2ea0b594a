/// By how much a simulated model differs from the one of the same seed, as a model on other hardware does: a known
/// loss, and known noise, for tests of what compares two services.
///
/// In JSON it is the member `perturbation` of a behaviour. Which prompts it concerns follows from the seed and the text
/// of the prompt, so that the same prompt meets the same.
public struct ModelPerturbation: Sendable, Hashable {
  /// The share of prompts whose drawn response has a tie: a place where two tokens are nearly equally likely.
  ///
  /// Both models have the same ties.
  public var turnRate = 0.0
  /// The margin of the two tokens of a tie, in nats: small for a near tie, large for a token that only a defect takes.
  public var turnMargin = 0.05
  /// Whether the second best token is taken at a tie, and other words from there on.
  public var turns = false
  /// The share of prompts with a known response, or a quoted text, that get a wrong one.
  public var wrongRate = 0.0
  /// The share of requests that take the other token at a tie by chance, by their number: noise from run to run.
  public var runNoise = 0.0
  /// What is added to each log-probability, in nats, 0 or less.
  public var logprobShift = 0.0
  /// By how much a log-probability may differ at most to either side, in nats, by token and place.
  public var logprobNoise = 0.0

  /// Creates the default: no difference, and no tie.
  public init() {}

  /// The response to a prompt that gets a wrong one.
  static let wrong = "I am not sure about that."

  /// Whether a prompt with a known response gets a wrong one.
  func isWrong(_ prompt: [UInt8], seed: UInt64) -> Bool {
    wrongRate > 0 && SplitMix64.unit(SplitMix64.mix(seed, 0x7772_6F6E_67, SplitMix64.digest(prompt))) < wrongRate
  }

  /// Whether a request takes the other token of a tie by chance.
  func turnsByChance(_ number: Int, seed: UInt64) -> Bool {
    runNoise > 0
      && SplitMix64.unit(SplitMix64.mix(seed, 0x6E6F_6973_65, UInt64(truncatingIfNeeded: number))) < runNoise
  }

  /// What is added to the log-probability of a token at a place, in ten-thousandths.
  func difference(seed: UInt64, _ token: [UInt8], at position: Int) -> Int {
    guard logprobShift != 0 || logprobNoise != 0 else { return 0 }
    let draw = SplitMix64.mix(seed, 0x7368_6966_74, SplitMix64.digest(token), UInt64(truncatingIfNeeded: position))
    let noise = (2 * SplitMix64.unit(draw) - 1) * logprobNoise
    return Int(((min(logprobShift, 0) + noise) * 10_000).rounded())
  }
}

extension ModelPerturbation: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case turnRate = "turn_rate"
    case turnMargin = "turn_margin"
    case turns
    case wrongRate = "wrong_rate"
    case runNoise = "run_noise"
    case logprobShift = "logprob_shift"
    case logprobNoise = "logprob_noise"
  }

  /// The greatest noise of a log-probability: with more the second best token could pass the best one.
  package static let mostNoise = 0.3
  /// The greatest margin, and the greatest shift downwards.
  package static let mostNats = 20.0

  /// Reads the members that are given; the others keep the values of the behaviour beneath, or their defaults.
  ///
  /// - Throws: `DecodingError` for an unknown member, a wrong type or a number outside its range.
  public init(from decoder: any Decoder) throws {
    self = Behaviour.baseKey.flatMap { decoder.userInfo[$0] as? Behaviour }?.perturbation ?? ModelPerturbation()
    try decoder.refuseUnknownKeys(CodingKeys.allCases.map(\.rawValue))
    let values = try decoder.container(keyedBy: CodingKeys.self)
    turnRate = try values.decodeIfPresent(Double.self, forKey: .turnRate, in: 0...1) ?? turnRate
    turnMargin = try values.decodeIfPresent(Double.self, forKey: .turnMargin, in: 0...Self.mostNats) ?? turnMargin
    turns = try values.decodeIfPresent(Bool.self, forKey: .turns) ?? turns
    wrongRate = try values.decodeIfPresent(Double.self, forKey: .wrongRate, in: 0...1) ?? wrongRate
    runNoise = try values.decodeIfPresent(Double.self, forKey: .runNoise, in: 0...1) ?? runNoise
    logprobShift =
      try values.decodeIfPresent(Double.self, forKey: .logprobShift, in: -Self.mostNats...0) ?? logprobShift
    logprobNoise =
      try values.decodeIfPresent(Double.self, forKey: .logprobNoise, in: 0...Self.mostNoise) ?? logprobNoise
  }

  /// Writes every member.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(turnRate, forKey: .turnRate)
    try values.encode(turnMargin, forKey: .turnMargin)
    try values.encode(turns, forKey: .turns)
    try values.encode(wrongRate, forKey: .wrongRate)
    try values.encode(runNoise, forKey: .runNoise)
    try values.encode(logprobShift, forKey: .logprobShift)
    try values.encode(logprobNoise, forKey: .logprobNoise)
  }
}

extension Behaviour {
  /// A service in "GPU" mode: the baseline of comparisons.
  ///
  /// It repeats quoted text, and three in ten of its other responses have a near tie.
  public static let gpu = Behaviour(outputTokens: 48).with {
    $0.repeatsQuotes = true
    $0.perturbation.turnRate = 0.3
  }

  /// The same service in "NPU" mode: it takes the other token at each tie, its log-probabilities differ by up to 0.01,
  /// and one in four known responses is wrong.
  public static let npu = gpu.with {
    $0.perturbation.turns = true
    $0.perturbation.logprobNoise = 0.01
    $0.perturbation.wrongRate = 0.25
  }
}
