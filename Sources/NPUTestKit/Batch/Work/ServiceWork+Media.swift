internal import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

extension ServiceWork {
  func generateImages(_ item: BatchItem) async throws -> BatchAnswer {
    var client = service.images(imageProtocol)
    if let route { client.route = route }
    var request = ImageRequest(prompt: nil, extras: common)
    if imageProtocol == .openAI { request.model = try await service.model.name }
    switch item.content {
    case .line(let line, _):
      let item = try ItemFields(line)
      try item.check(route: client.route)
      request.extras.merge(item.fields) { _, own in own }
    case .file(let path): request.prompt = try ItemFields.text(of: path)
    }
    // How many and how large is among the fields, by the names of each protocol.
    client.checksResponses = false
    let response = try await client.generate(request)
    let files = response.images.map { image in
      let format = image.format?.rawValue ?? BatchAnswer.ending(of: image.bytes)
      return BatchAnswer.File(ending: format, bytes: image.bytes, contentType: "image/\(format)")
    }
    return BatchAnswer(files: files, status: 200, latency: response.instants.whole)
  }

  func transcribe(_ item: BatchItem) async throws -> BatchAnswer {
    var client = service.transcription(transcriptionProtocol)
    if let route { client.route = route }
    var fields = common
    let path: String
    switch item.content {
    case .line(let line, let folder):
      var item = try ItemFields(line)
      try item.check(route: client.route)
      guard let name = try item.text("audio", "file") else { throw ServiceError(item: "the line has no \"audio\"") }
      guard let folder else {
        throw ServiceError(
          item: "files of a list in an object store are not fetched; name the prefix of the recordings")
      }
      path = name.hasPrefix("/") ? name : "\(folder)/\(name)"
      fields.merge(item.fields) { _, own in own }
    case .file(let file): path = file
    }
    var request = TranscriptionRequest(audio: .file(path: path), language: language)
    if transcriptionProtocol == .openAI { request.model = try await service.model.name }
    if let given = fields.removeValue(forKey: "response_format")?.string {
      request.responseFormat = TranscriptionRequest.ResponseFormat(rawValue: given)
    }
    for (name, value) in fields {
      guard let text = value.scalarText else { throw ServiceError(item: "\"\(name)\" cannot stand in a form") }
      request.extras[name] = text
    }
    let response = try await client.response(to: request)
    try client.check(response, to: request)
    return MediaType.of(response.head).isJSON ? BatchAnswer(document: response) : BatchAnswer(file: response)
  }

  func speak(_ item: BatchItem) async throws -> BatchAnswer {
    var client = service.speech(speechProtocol)
    if let route { client.route = route }
    var request = SpeechRequest(text: "", voice: voice, format: format, language: language, extras: common)
    if speechProtocol == .openAI { request.model = try await service.model.name }
    switch item.content {
    case .line(let line, _):
      var item = try ItemFields(line)
      try item.check(route: client.route)
      guard let text = try item.text("text", "input") else { throw ServiceError(item: "the line has no \"text\"") }
      request.text = text
      if let given = item.fields["response_format"]?.string {
        request.format = SpeechRequest.AudioFormat(rawValue: given)
      }
      request.extras.merge(item.fields) { _, own in own }
    case .file(let path): request.text = try ItemFields.text(of: path)
    }
    let response = try await client.generate(request)
    let ending = BatchAnswer.ending(of: response.bytes)
    let file = BatchAnswer.File(
      ending: ending == "bin" ? request.format?.rawValue ?? ending : ending, bytes: response.bytes,
      contentType: AudioInput.bytes([], fileName: "a.\(ending)").mediaType)
    return BatchAnswer(files: [file], status: 200, latency: response.latency)
  }
}
