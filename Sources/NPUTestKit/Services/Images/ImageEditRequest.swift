internal import NPUTransport

/// A request to change images, `POST /v1/images/edits`.
///
/// A field left at `nil` is not sent. Nothing is checked: a test must be able to send what a service should refuse.
public struct ImageEditRequest: Sendable, Hashable {
  /// What the result is to show.
  public var prompt: String?
  /// The images to start from; several are sent as parts named `image[]`.
  public var images: [ImageUpload]
  /// Where to change: transparent pixels are painted anew.
  public var mask: ImageUpload?
  /// The model.
  public var model: String?
  /// How many results to make.
  public var count: Int?
  /// Width of the result in pixels; sent only with ``height``.
  public var width: Int?
  /// Height of the result in pixels.
  public var height: Int?
  /// How the service is to respond.
  public var responseFormat: ImageRequest.ResponseFormat?
  /// Any other field of the form.
  public var extras: [String: String]

  /// Creates a request.
  public init(
    prompt: String?, images: [ImageUpload], mask: ImageUpload? = nil, model: String? = nil, count: Int? = nil,
    width: Int? = nil, height: Int? = nil, responseFormat: ImageRequest.ResponseFormat? = nil,
    extras: [String: String] = [:]
  ) {
    self.prompt = prompt
    self.images = images
    self.mask = mask
    self.model = model
    self.count = count
    self.width = width
    self.height = height
    self.responseFormat = responseFormat
    self.extras = extras
  }

  var expectation: ImageExpectation { ImageExpectation(count: count ?? 1, width: width, height: height) }

  /// The parts, fields in a fixed order so that equal requests are equal.
  var form: MultipartForm {
    let name = images.count > 1 ? "image[]" : "image"
    var parts = images.map { $0.part(named: name) }
    if let mask { parts.append(mask.part(named: "mask")) }
    func add(_ name: String, _ text: String?) { if let text { parts.append(.field(name, text)) } }
    add("prompt", prompt)
    add("model", model)
    add("n", count.map(String.init))
    if let width, let height { add("size", "\(width)x\(height)") }
    add("response_format", responseFormat?.rawValue)
    for (name, text) in extras.sorted(by: { $0.key < $1.key }) { add(name, text) }
    return MultipartForm(parts)
  }
}

/// A request for other images like one image, `POST /v1/images/variations`.
public struct ImageVariationRequest: Sendable, Hashable {
  /// The image.
  public var image: ImageUpload
  /// The model.
  public var model: String?
  /// How many results to make.
  public var count: Int?
  /// Width of the result in pixels; sent only with ``height``.
  public var width: Int?
  /// Height of the result in pixels.
  public var height: Int?
  /// How the service is to respond.
  public var responseFormat: ImageRequest.ResponseFormat?
  /// Any other field of the form.
  public var extras: [String: String]

  /// Creates a request.
  public init(
    image: ImageUpload, model: String? = nil, count: Int? = nil, width: Int? = nil, height: Int? = nil,
    responseFormat: ImageRequest.ResponseFormat? = nil, extras: [String: String] = [:]
  ) {
    self.image = image
    self.model = model
    self.count = count
    self.width = width
    self.height = height
    self.responseFormat = responseFormat
    self.extras = extras
  }

  /// The same as an edit without a prompt.
  var edit: ImageEditRequest {
    ImageEditRequest(
      prompt: nil, images: [image], model: model, count: count, width: width, height: height,
      responseFormat: responseFormat, extras: extras)
  }
}
