public import NPUBase

/// An image task for a service that works through a queue.
///
/// A field left at `nil` is not sent. Nothing is checked: a test must be able to send what a service should refuse.
/// Published servers take seed, negative prompt and guidance and ignore them.
public struct TaskRequest: Sendable, Hashable {
  /// What the image is to show; the one field that services insist on.
  public var prompt: String?
  /// What it is not to show.
  public var negativePrompt: String?
  /// The size as the protocol writes it, such as `1024x1024`.
  public var resolution: String?
  /// Denoising steps.
  public var steps: Int?
  /// How closely the image follows the prompt.
  public var guidanceScale: Double?
  /// How many images the task makes.
  public var imagesPerPrompt: Int?
  /// What decides the noise.
  public var seed: Int?
  /// Any other field; one of the name of a typed field replaces it.
  public var extras: [String: JSONValue]

  /// Creates a task.
  public init(
    prompt: String?, negativePrompt: String? = nil, resolution: String? = nil, steps: Int? = nil,
    guidanceScale: Double? = nil, imagesPerPrompt: Int? = nil, seed: Int? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.prompt = prompt
    self.negativePrompt = negativePrompt
    self.resolution = resolution
    self.steps = steps
    self.guidanceScale = guidanceScale
    self.imagesPerPrompt = imagesPerPrompt
    self.seed = seed
    self.extras = extras
  }

  /// What the results must be: as many as asked for, and as large where the resolution can be read.
  var expectation: ImageExpectation {
    let sides = (resolution ?? "").split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    return ImageExpectation(
      count: imagesPerPrompt ?? 1, width: sides.count == 2 ? sides[0] : nil, height: sides.count == 2 ? sides[1] : nil)
  }
}

extension TaskRequest: Encodable {
  /// Writes the object of the protocol.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: JSONKey.self)
    try container.set("prompt", prompt)
    try container.set("negative_prompt", negativePrompt)
    try container.set("resolution", resolution)
    try container.set("num_inference_steps", steps)
    try container.set("guidance_scale", guidanceScale)
    try container.set("num_images_per_prompt", imagesPerPrompt)
    try container.set("seed", seed)
    try container.set(extras: extras)
  }
}

/// The body of a submission of several tasks.
struct TaskBatchBody: Encodable {
  var requests: [TaskRequest]
}
