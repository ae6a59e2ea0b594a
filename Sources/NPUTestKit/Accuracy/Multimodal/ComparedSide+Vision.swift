internal import NPUBase
public import NPUServices

extension ComparedSide<VisionCase> {
  /// A chat model that is asked about images.
  ///
  /// - Parameters:
  ///   - client: The client of the service.
  ///   - pattern: What every request has in common: model, temperature, seed and limits; image and question come from the
  ///     case.
  public init(vision client: ChatClient, pattern: ChatRequest) {
    let redactor = client.service.redactor(over: client.transport)
    self.init(asking: Self.manifest(client, pattern), cleanedBy: redactor) { asked in
      guard let image = asked.image else {
        throw CaseFault(
          kind: "no_image", message: "the image of case \(asked.id) is not at hand; a recording holds its digest alone")
      }
      var request = pattern
      request.messages = [.user(try .image(image, named: asked.id), .text(asked.question))]
      let response = try await client.complete(request)
      return CaseResponse(
        RecordedResponse(
          text: response.text ?? "", finishReason: response.choices.first?.finishReason?.rawValue,
          outputTokens: response.usage?.completionTokens))
    }
  }

  private static func manifest(_ client: ChatClient, _ pattern: ChatRequest) -> RecordingManifest {
    var parameters = SentParameters()
    var common = pattern
    (common.model, common.messages) = (nil, [])
    if let bytes = try? JSONCoding.encode(common), let sent = try? JSONCoding.decode(JSONValue.self, from: bytes) {
      parameters.add((sent.object ?? [:]).filter { $0.key != "messages" })
    }
    return RecordingManifest(
      kind: .vision, service: client.service.shownAddress(over: client.transport), model: pattern.model,
      parameters: parameters.json)
  }
}

extension ChatRequest {
  /// What all requests of a recording about images have in common.
  ///
  /// - Parameter recording: A recording of vision.
  public init(commonOf recording: Recording) {
    var parameters = SentParameters.restored(recording.manifest.parameters)
    self.init(model: nil, messages: [])
    self.temperature = parameters.removeValue(forKey: "temperature")?.number
    self.seed = parameters.removeValue(forKey: "seed")?.integer
    self.maxTokens = parameters.removeValue(forKey: "max_tokens")?.integer
    // Whatever else was sent is sent under its name.
    extras = parameters
  }
}
