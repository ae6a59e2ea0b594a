public import NPUBase

/// A request for images made from text, or from text and an image.
///
/// ```swift
/// var request = ImageRequest(prompt: "a red rose on a white background")
/// (request.width, request.height, request.steps, request.seed) = (512, 512, 30, 42)
/// ```
///
/// A field left at `nil` is not sent, and the service decides. Nothing is checked: a test must be able to send what a
/// service should refuse. Many services ignore fields that they do not know, seeds and counts among them, without
/// saying so.
public struct ImageRequest: Sendable, Hashable {
  /// The protocol of a service.
  public enum WireProtocol: String, Sendable, Hashable, Codable, CaseIterable {
    /// `POST /generate` in the names of diffusers' pipelines, answered with the image itself.
    case diffusers
    /// `POST /v1/images/generations`, with the extras of vllm-omni.
    case openAI = "openai"
  }

  /// How an OpenAI-compatible service is to respond.
  public struct ResponseFormat: OpenString {
    /// The word as it is sent.
    public var rawValue: String
    /// Wraps any word.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Base64 inside JSON.
    public static let base64: ResponseFormat = "b64_json"
    /// The image itself, or a ZIP of several; vllm-omni.
    public static let file: ResponseFormat = "file"
    /// An address to fetch each image from.
    public static let url: ResponseFormat = "url"
  }

  /// What the image is to show; every service wants one.
  public var prompt: String?
  /// What it is not to show.
  public var negativePrompt: String?
  /// The model; services of one model need none, and only the OpenAI protocol has it.
  public var model: String?
  /// Width in pixels; most models want a multiple of 8.
  public var width: Int?
  /// Height in pixels.
  public var height: Int?
  /// Denoising steps.
  public var steps: Int?
  /// What decides the noise: the same seed and prompt should give the same image.
  public var seed: Int?
  /// How many images to make in one call.
  public var count: Int?
  /// How closely the image follows the prompt.
  public var guidanceScale: Double?
  /// A low-rank adapter: a path on the service's disk, or a name.
  public var loraPath: String?
  /// The image whose structure is to be kept (ControlNet).
  public var controlImage: ImageSource?
  /// The image to start from (image to image).
  ///
  /// With the OpenAI protocol use ``ImageEditRequest``.
  public var image: ImageSource?
  /// How the service is to respond; only the OpenAI protocol has it.
  public var responseFormat: ResponseFormat?
  /// The format of the image file; only the OpenAI protocol has it.
  public var outputFormat: ImageFormat?
  /// Any other field; one of the name of a typed field replaces it, with a wrong value if need be.
  public var extras: [String: JSONValue]

  /// Creates a request.
  public init(
    prompt: String?, negativePrompt: String? = nil, model: String? = nil, width: Int? = nil, height: Int? = nil,
    steps: Int? = nil, seed: Int? = nil, count: Int? = nil, responseFormat: ResponseFormat? = nil,
    extras: [String: JSONValue] = [:]
  ) {
    self.prompt = prompt
    self.negativePrompt = negativePrompt
    self.model = model
    self.width = width
    self.height = height
    self.steps = steps
    self.seed = seed
    self.count = count
    self.responseFormat = responseFormat
    self.extras = extras
  }

  /// The size in the form of the OpenAI protocol; `nil` unless both sides are set.
  var sizeText: String? {
    guard let width, let height else { return nil }
    return "\(width)x\(height)"
  }
}

/// The body of a request in one protocol.
package struct ImageRequestBody: Encodable {
  var request: ImageRequest
  var wireProtocol: ImageRequest.WireProtocol

  package init(request: ImageRequest, wireProtocol: ImageRequest.WireProtocol) {
    self.request = request
    self.wireProtocol = wireProtocol
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: JSONKey.self)
    try container.set("prompt", request.prompt)
    try container.set("negative_prompt", request.negativePrompt)
    try container.set("seed", request.seed)
    try container.set("guidance_scale", request.guidanceScale)
    try container.set("control_image", request.controlImage)
    try container.set("image", request.image)
    switch wireProtocol {
    case .diffusers:
      try container.set("steps", request.steps)
      try container.set("width", request.width)
      try container.set("height", request.height)
      try container.set("num_images", request.count)
      try container.set("lora_path", request.loraPath)
    case .openAI:
      try container.set("model", request.model)
      try container.set("num_inference_steps", request.steps)
      try container.set("size", request.sizeText)
      try container.set("n", request.count)
      try container.set("lora", request.loraPath)
      try container.set("response_format", request.responseFormat)
      try container.set("output_format", request.outputFormat)
    }
    try container.set(extras: request.extras)
  }
}
