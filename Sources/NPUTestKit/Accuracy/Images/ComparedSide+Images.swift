internal import NPUBase
public import NPUServices

extension ComparedSide<ImageCase> {
  /// A service that is asked for images.
  ///
  /// - Parameters:
  ///   - client: The client of the service.
  ///   - pattern: What every request has in common: model, steps, guidance and adapters; prompt, seed and size come from
  ///     the case.
  public init(images client: ImageClient, pattern: ImageRequest) {
    let manifest = Self.manifest(client, pattern)
    var pattern = pattern
    if client.wireProtocol == .openAI { pattern.responseFormat = pattern.responseFormat ?? .base64 }
    self.init(asking: manifest, cleanedBy: client.service.redactor(over: client.transport)) { [pattern] asked in
      var request = pattern
      request.prompt = asked.prompt
      request.negativePrompt = asked.negativePrompt
      request.seed = asked.seed
      (request.width, request.height, request.count) = (asked.width, asked.height, 1)
      let response = try await client.generate(request)
      return CaseResponse(
        RecordedResponse(seconds: response.instants.seconds), file: response.images.first?.bytes)
    }
  }

  private static func manifest(_ client: ImageClient, _ pattern: ImageRequest) -> RecordingManifest {
    var parameters = SentParameters()
    parameters.set("steps", pattern.steps)
    parameters.set("guidance_scale", pattern.guidanceScale)
    parameters.set("lora", pattern.loraPath)
    parameters.set("control_image", pattern.controlImage)
    parameters.set("image", pattern.image)
    parameters.set("response_format", pattern.responseFormat?.rawValue)
    parameters.set("output_format", pattern.outputFormat?.rawValue)
    parameters.set(extras: pattern.extras)
    return RecordingManifest(
      kind: .image, service: client.service.shownAddress(over: client.transport), model: pattern.model,
      parameters: parameters.json)
  }
}

extension ImageRequest {
  /// What all requests of a recording have in common, but for images, of which it has the digest alone.
  ///
  /// - Parameter recording: A recording of images.
  public init(commonOf recording: Recording) {
    let parameters = recording.manifest.parameters
    self.init(
      prompt: nil, steps: parameters["steps"]?.integer,
      responseFormat: parameters["response_format"]?.string.map { ResponseFormat(rawValue: $0) },
      extras: SentParameters.restored(parameters["extras"]))
    guidanceScale = parameters["guidance_scale"]?.number
    loraPath = SentParameters.restored(text: parameters["lora"])
    controlImage = SentParameters.restored(text: parameters["control_image"]).map { .text($0) }
    image = SentParameters.restored(text: parameters["image"]).map { .text($0) }
    outputFormat = parameters["output_format"]?.string.map { ImageFormat(rawValue: $0) }
  }
}
