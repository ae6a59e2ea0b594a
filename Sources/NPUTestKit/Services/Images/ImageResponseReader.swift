import HTTPTypes
internal import NPUBase
import NPUMetrics

/// Reads the response of an image service, whatever form it has; a pure function of head and body.
struct ImageResponseReader: Sendable {
  /// The request, for messages.
  var request: String
  /// How large an archive is unpacked.
  var limits = ZIPLimits()

  /// The images of a response, each checked without decoding its pixels.
  ///
  /// - Throws: ``ServiceError`` of kind `httpStatus`, `emptyResponse`, `wrongContentType`, `errorEvent`,
  ///   `malformedPayload`, `damagedMedia` or `responseTooLarge`.
  func read(_ head: HTTPResponse, _ body: [UInt8]) throws -> ImageResponse {
    guard head.status.kind == .successful else { throw ServiceError(response: head, body: body, request: request) }
    do {
      var answer = try images(head, body)
      answer.mediaType = MediaType.of(head).shown
      return answer
    } catch var error as ServiceError {
      error.status = error.status ?? head.status.code
      error.request = request
      error.requestID = error.requestID ?? ServiceError.requestID(of: head)
      throw error
    }
  }

  private func images(_ head: HTTPResponse, _ body: [UInt8]) throws -> ImageResponse {
    guard !body.isEmpty else {
      throw ServiceError(kind: .emptyResponse, message: "the response has no bytes, though its status is good")
    }
    if ImageFormat(recognising: body) != nil || ImageFormat.isCutSignature(body) {
      return ImageResponse(images: [try GeneratedImage(checking: body)], form: .file)
    }
    if FileSignature(of: body) == .zip { return ImageResponse(images: try unpacked(body), form: .zip) }
    switch body.first(where: { $0 > 0x20 }) {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""): return try json(head, body)
    default: break
    }
    let media = MediaType.of(head)
    if media.isImage { _ = try GeneratedImage(checking: body) }
    throw ServiceError(
      kind: media.isJSON ? .malformedPayload : .wrongContentType,
      message: "expected an image, an archive or JSON, got \(body.count) bytes of \(media.shown): "
        + "\"\(ErrorBody(body).message)\"")
  }

  private func unpacked(_ body: [UInt8]) throws -> [GeneratedImage] {
    do throws(ZIPError) {
      let archive = try ZIPArchive(reading: body, limits: limits)
      let files = try archive.entries.filter { !$0.isFolder }.map { entry throws(ZIPError) in
        (entry.name, try archive.contents(of: entry))
      }
      guard !files.isEmpty else {
        throw ZIPError(kind: .empty, message: "The archive holds no file.")
      }
      return try checked(files)
    } catch {
      throw ServiceError(zip: error)
    }
  }

  private func checked(_ files: [(String, [UInt8])]) throws(ZIPError) -> [GeneratedImage] {
    var images: [GeneratedImage] = []
    for (name, bytes) in files {
      do {
        var image = try GeneratedImage(checking: bytes)
        image.name = name
        images.append(image)
      } catch {
        let reason = (error as? ServiceError)?.message ?? "\(error)"
        throw ZIPError(kind: .damaged, message: "The file \"\(Excerpt.of(name, limit: 100))\" is no image: \(reason).")
      }
    }
    return images
  }

  private func json(_ head: HTTPResponse, _ body: [UInt8]) throws -> ImageResponse {
    let value = try ServiceExchange.document(JSONValue.self, head: head, body: body, request: request)
    guard let list = Self.list(in: value) else {
      let error = ErrorBody(value)
      if [.errorObject, .errorText, .detail, .gateway, .flatObject].contains(error.form) {
        throw ServiceError(kind: .errorEvent, head: head, error: error, request: request)
      }
      throw ServiceError(
        kind: .malformedPayload,
        message: "the JSON holds no list of images under \(Self.listKeys.joined(separator: ", ")); it reads "
          + "\"\(Excerpt.of(body))\"")
    }
    guard !list.isEmpty else {
      throw ServiceError(kind: .emptyResponse, message: "the list of images is empty, though the status is good")
    }
    let images = try list.enumerated().map { try Self.image($1, at: $0) }
    return ImageResponse(
      images: images, form: .json, created: value["created"]?.integer,
      extras: (value.object ?? [:]).filter {
        !Self.listKeys.contains($0.key) && $0.key != "created" && $0.value != .null
      }
    )
  }

  /// Where services put their images, the OpenAI protocol first.
  private static let listKeys = ["data", "images", "image", "output", "outputs", "result"]

  private static func list(in value: JSONValue) -> [JSONValue]? {
    if let list = value.array { return list }
    if value.string != nil { return [value] }
    for key in listKeys {
      if let list = value[key]?.array { return list }
      if let text = value[key], text.string?.isEmpty == false { return [text] }
    }
    // Some services answer with the object of their one image alone.
    return value["b64_json"]?.string == nil ? nil : [value]
  }

  private static func image(_ value: JSONValue, at index: Int) throws -> GeneratedImage {
    let object = value.object ?? [:]
    let data = ["b64_json", "image", "base64", "data"].lazy.compactMap { object[$0]?.string }.first { !$0.isEmpty }
    let text = value.string ?? data
    var image: GeneratedImage
    if let text, let url = address(text) {
      image = GeneratedImage(url: url)
    } else if let text {
      image = try decoded(text, at: index)
      image.url = object["url"]?.string
    } else if let url = object["url"]?.string {
      image = url.hasPrefix("data:") ? try decoded(url, at: index) : GeneratedImage(url: url)
    } else {
      throw ServiceError(
        kind: .malformedPayload,
        message: "image \(index) has neither Base64 nor an address: \(ErrorBody(value).message)")
    }
    image.revisedPrompt = object["revised_prompt"]?.string
    return image
  }

  private static func address(_ text: String) -> String? {
    text.hasPrefix("http://") || text.hasPrefix("https://") ? text : nil
  }

  private static func decoded(_ text: String, at index: Int) throws -> GeneratedImage {
    var letters = Substring(text)
    if letters.hasPrefix("data:") {
      guard let comma = letters.firstIndex(of: ","), letters[..<comma].hasSuffix(";base64") else {
        throw ServiceError(
          kind: .malformedPayload,
          message: "image \(index) is a data address that is not Base64: \(Excerpt.of(text, limit: 60))"
        )
      }
      letters = letters[letters.index(after: comma)...]
    }
    guard let bytes = Base64.decode(letters), !bytes.isEmpty else {
      throw ServiceError(
        kind: .malformedPayload,
        message:
          "image \(index) is not Base64: \(letters.utf8.count) letters that begin \"\(Excerpt.of(String(letters.prefix(40))))\""
      )
    }
    do {
      return try GeneratedImage(checking: bytes)
    } catch var error as ServiceError {
      error.message = "image \(index): \(error.message)"
      throw error
    }
  }
}

extension ServiceError {
  /// The error of an archive that cannot be unpacked.
  fileprivate init(zip error: ZIPError) {
    let kind: Kind =
      switch error.kind {
      case .limitExceeded: .responseTooLarge
      case .empty: .emptyResponse
      default: .damagedMedia
      }
    self.init(kind: kind, message: "the ZIP archive cannot be used: \(error)", underlying: error)
  }
}

extension MediaType {
  /// Whether an image is announced.
  var isImage: Bool { shown.hasPrefix("image/") }
}
