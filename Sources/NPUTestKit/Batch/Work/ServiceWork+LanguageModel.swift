internal import HTTPTypes
internal import NPUBase
internal import NPUMetrics
internal import NPUServices
internal import NPUTransport

extension ServiceWork {
  func chat(_ item: BatchItem) async throws -> BatchAnswer {
    var client = service.chat
    if let route { client.route = route }
    var request = ChatRequest(model: try await service.model.name, messages: [], extras: common)
    switch item.content {
    case .line(let line, _):
      var item = try ItemFields(line)
      try item.check(route: client.route)
      if item.fields["messages"] == nil {
        guard let text = try item.text("prompt") else {
          throw ServiceError(item: "the line has neither \"messages\" nor \"prompt\"")
        }
        request.messages = [.user(prompt.map { "\($0)\n\n\(text)" } ?? text)]
      } else if prompt != nil {
        throw ServiceError(item: "the line has \"messages\", and the batch a prompt; leave one of them out")
      }
      request.extras.merge(item.fields) { _, own in own }
    case .file(let path): request.messages = [try message(path)]
    }
    let response = try await client.response(to: request)
    _ = try client.answer(in: response, to: request)
    return BatchAnswer(document: response)
  }

  /// The message that a file is: an image, a sound or a text, with the words before it.
  private func message(_ path: String) throws -> ChatMessage {
    let bytes = try MediaFile.read(path)
    let signature = FileSignature(of: Array(bytes.prefix(64)))
    let words = prompt.map { [ContentPart.text($0)] } ?? []
    if signature?.isImage == true {
      return ChatMessage(role: .user, content: .parts(words + [try .image(bytes, named: path)]))
    }
    if signature?.isAudio == true {
      return ChatMessage(role: .user, content: .parts(words + [try .audio(bytes, named: path)]))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ServiceError(item: "the file \(path) is no image, no sound and no text in UTF-8")
    }
    return .user(prompt.map { "\($0)\n\n\(text)" } ?? text)
  }

  func complete(_ item: BatchItem) async throws -> BatchAnswer {
    var client = service.completions
    if let route { client.route = route }
    var request = CompletionRequest(model: try await service.model.name, prompt: "", extras: common)
    switch item.content {
    case .line(let line, _):
      let item = try ItemFields(line)
      try item.check(route: client.route)
      guard item.fields["prompt"] != nil else { throw ServiceError(item: "the line has no \"prompt\"") }
      request.extras.merge(item.fields) { _, own in own }
    case .file(let path): request.prompt = .text(try ItemFields.text(of: path))
    }
    let response = try await client.response(to: request)
    _ = try client.answer(in: response, to: request)
    return BatchAnswer(document: response)
  }

  func send(_ item: BatchItem) async throws -> BatchAnswer {
    var path = route
    let body: JSONValue
    switch item.content {
    case .line(let line, _):
      let item = try ItemFields(line)
      path = route ?? item.route
      if let route { try item.check(route: route) }
      body = .object(common.merging(item.fields) { _, own in own })
    case .file(let file):
      let bytes = try MediaFile.read(file)
      guard let document = try? JSONValue(reading: bytes) else {
        throw ServiceError(item: "the file \(file) is not a JSON document")
      }
      body = document.object.map { .object(common.merging($0) { _, own in own }) } ?? document
    }
    guard let path else { throw ServiceError(item: "no path is known; name one for the batch, or under \"url\"") }
    let response = try await service.response(to: try service.request(.post, path, json: body))
    guard MediaType.of(response.head).isJSON else { return BatchAnswer(file: response) }
    return BatchAnswer(document: response)
  }
}

extension BatchAnswer {
  /// A response that is a document.
  init(document response: TransferResponse) {
    let value = try? JSONValue(reading: response.body)
    self.init(
      document: value ?? .string(String(decoding: response.body, as: UTF8.self)), status: response.head.status.code,
      latency: response.instants.whole)
  }

  /// A response that is a text or a file.
  init(file response: TransferResponse) {
    let type = response.head.headerFields[.contentType] ?? "application/octet-stream"
    if let text = String(validating: response.body, as: UTF8.self), type.lowercased().hasPrefix("text/") {
      self.init(document: .string(text), status: response.head.status.code, latency: response.instants.whole)
    } else {
      let file = File(ending: Self.ending(of: response.body), bytes: response.body, contentType: type)
      self.init(files: [file], status: response.head.status.code, latency: response.instants.whole)
    }
  }

  /// The usual ending of the name of a file, by its first bytes.
  static func ending(of bytes: [UInt8]) -> String {
    switch FileSignature(of: Array(bytes.prefix(64))) {
    case .png: "png"
    case .jpeg: "jpeg"
    case .webp: "webp"
    case .gif: "gif"
    case .bmp: "bmp"
    case .wav, .taggedWAV: "wav"
    case .mp3: "mp3"
    case .aac: "aac"
    case .flac: "flac"
    case .ogg: "ogg"
    case .mp4: "mp4"
    case .zip: "zip"
    case .json: "json"
    default: "bin"
    }
  }
}

extension TransferInstants {
  /// From the start of the exchange to its end.
  var whole: Duration? {
    guard let started, let ended else { return nil }
    return started.duration(to: ended)
  }
}
