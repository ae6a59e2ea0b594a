/// How the simulator makes images.
///
/// In JSON it is the member `images` of a behaviour.
public struct ImageBehaviour: Sendable, Hashable {
  /// Time that one denoising step of one image takes.
  public var stepLatency: Duration = .zero
  /// Time that every call takes beside its steps.
  public var overhead: Duration = .zero
  /// What a further image of one call costs, as a share of the first: 1 for no gain from batches, 0 for free ones.
  public var batchShare = 1.0
  /// By how much each sample of an image may differ from the true one, 0 to 255: another processor rounds otherwise.
  ///
  /// The difference is the same for the same request. 0, the default, is the reference itself.
  public var perturbation = 0
  /// The standard deviation of noise on every sample, 0 to 255, the same for the same request: a model that computes
  /// otherwise.
  public var noise = 0.0
  /// How much of an image is that of another seed, 0 to 1.
  public var blend = 0.0
  /// By how many pixels an image is moved to the right; what leaves it comes in on the left.
  public var shift = 0
  /// The share of images that ``noise``, ``blend`` and ``shift`` change, decided by prompt and seed.
  public var distortedShare = 1.0
  /// The standard deviation of noise that is another one for every request, 0 to 255: a service that does not repeat
  /// itself.
  public var runNoise = 0.0
  /// Steps of a request that names none.
  public var steps = 30
  /// Both sides of an image whose request names no size.
  public var side = 512
  /// What both sides must be a multiple of; others fail as pipelines do.
  public var sizeMultiple = 8
  /// A size in place of the one asked for, as services have it that ignore the request's.
  public var fixedSide: Int?
  /// Whether the number of images is ignored and one is made, as the simplest services do.
  public var ignoresCount = false
  /// How many calls are worked on at once while others wait; nothing for no limit beyond the one of all services.
  public var concurrency: Int?
  /// Whether `/generate` refuses a request without a prompt; published servers draw an image of their own then.
  public var requiresPrompt = false
  /// Whether `/generate` looks at what it is sent, and answers what is wrong by 400; published servers leave it to the
  /// pipeline, and answer by 500.
  public var isThorough = false

  /// Creates the default: a service that makes its images at once.
  public init() {}

  /// The most pixels of one call; more would only cost the machine that simulates.
  static let mostPixels = 1 << 26
  /// The most images of one call, as vllm-omni has it.
  static let mostImages = 10

  /// How long a call takes in nanoseconds.
  func nanoseconds(steps: Int, images: Int) -> Int64 {
    let share = 1 + Double(max(0, images - 1)) * min(max(0, batchShare), 1000)
    let work = Double(stepLatency.pauseNanoseconds) * Double(min(max(0, steps), 1_000_000)) * share
    return overhead.pauseNanoseconds + Int64(min(work, 3e17))
  }
}

extension ImageBehaviour: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case stepLatency = "step_ms"
    case overhead = "overhead_ms"
    case batchShare = "batch_share"
    case perturbation
    case noise
    case blend
    case shift
    case distortedShare = "distorted_share"
    case runNoise = "run_noise"
    case steps
    case side
    case sizeMultiple = "size_multiple"
    case fixedSide = "fixed_side"
    case ignoresCount = "ignores_count"
    case concurrency
    case requiresPrompt = "requires_prompt"
    case isThorough = "thorough"
  }

  /// Reads the members that are given; the others keep the values of the behaviour beneath, or their defaults.
  ///
  /// - Throws: `DecodingError` for an unknown member, a wrong type or a number outside its range.
  public init(from decoder: any Decoder) throws {
    self = Behaviour.baseKey.flatMap { decoder.userInfo[$0] as? Behaviour }?.images ?? ImageBehaviour()
    try decoder.refuseUnknownKeys(CodingKeys.allCases.map(\.rawValue))
    let values = try decoder.container(keyedBy: CodingKeys.self)
    stepLatency = try values.decodeMillisecondsIfPresent(forKey: .stepLatency) ?? stepLatency
    overhead = try values.decodeMillisecondsIfPresent(forKey: .overhead) ?? overhead
    batchShare = try values.decodeIfPresent(Double.self, forKey: .batchShare, in: 0...1000) ?? batchShare
    perturbation = try values.decodeIfPresent(Int.self, forKey: .perturbation, in: 0...255) ?? perturbation
    noise = try values.decodeIfPresent(Double.self, forKey: .noise, in: 0...255) ?? noise
    blend = try values.decodeIfPresent(Double.self, forKey: .blend, in: 0...1) ?? blend
    shift = try values.decodeIfPresent(Int.self, forKey: .shift, in: 0...8192) ?? shift
    distortedShare = try values.decodeIfPresent(Double.self, forKey: .distortedShare, in: 0...1) ?? distortedShare
    runNoise = try values.decodeIfPresent(Double.self, forKey: .runNoise, in: 0...255) ?? runNoise
    steps = try values.decodeIfPresent(Int.self, forKey: .steps, in: 1...1_000_000) ?? steps
    side = try values.decodeIfPresent(Int.self, forKey: .side, in: 1...8192) ?? side
    sizeMultiple = try values.decodeIfPresent(Int.self, forKey: .sizeMultiple, in: 1...8192) ?? sizeMultiple
    fixedSide = try values.decodeIfPresent(Int.self, forKey: .fixedSide, in: 1...8192) ?? fixedSide
    ignoresCount = try values.decodeIfPresent(Bool.self, forKey: .ignoresCount) ?? ignoresCount
    concurrency = try values.decodeIfPresent(Int.self, forKey: .concurrency, in: 1...Int.max) ?? concurrency
    requiresPrompt = try values.decodeIfPresent(Bool.self, forKey: .requiresPrompt) ?? requiresPrompt
    isThorough = try values.decodeIfPresent(Bool.self, forKey: .isThorough) ?? isThorough
  }

  /// Writes every member.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(stepLatency.milliseconds, forKey: .stepLatency)
    try values.encode(overhead.milliseconds, forKey: .overhead)
    try values.encode(batchShare, forKey: .batchShare)
    try values.encode(perturbation, forKey: .perturbation)
    try values.encode(noise, forKey: .noise)
    try values.encode(blend, forKey: .blend)
    try values.encode(shift, forKey: .shift)
    try values.encode(distortedShare, forKey: .distortedShare)
    try values.encode(runNoise, forKey: .runNoise)
    try values.encode(steps, forKey: .steps)
    try values.encode(side, forKey: .side)
    try values.encode(sizeMultiple, forKey: .sizeMultiple)
    try values.encodeIfPresent(fixedSide, forKey: .fixedSide)
    try values.encode(ignoresCount, forKey: .ignoresCount)
    try values.encodeIfPresent(concurrency, forKey: .concurrency)
    try values.encode(requiresPrompt, forKey: .requiresPrompt)
    try values.encode(isThorough, forKey: .isThorough)
  }
}
