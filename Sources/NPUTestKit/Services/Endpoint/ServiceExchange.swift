package import HTTPTypes
internal import NPUBase
package import NPUTransport

/// One request and what it takes to understand its response: what all clients share.
package struct ServiceExchange: Sendable {
  var transport: any Transport
  var request: TransferRequest

  package init(transport: any Transport, request: TransferRequest) {
    self.transport = transport
    self.request = request
  }

  /// What takes the secrets of the request out of what the server writes.
  package var redactor: Redactor { Redactor(request, over: transport) }

  /// The request as it stands in messages: method and address, without query.
  var name: String { request.identity }

  /// The response, whatever its status.
  package func response() async throws -> TransferResponse {
    do {
      return try await transport.response(to: request)
    } catch let error as CancellationError {
      throw error
    } catch {
      throw ServiceError(wrapping: error, request: name).redacted(by: redactor)
    }
  }

  /// The response in the pieces in which it arrived, whatever its status, with the steps of the exchange.
  package func pieces() async throws -> (head: HTTPResponse, pieces: [BodyChunk], instants: TransferInstants) {
    do {
      let response = try await transport.stream(request)
      var pieces: [BodyChunk] = []
      for try await piece in response.body { pieces.append(piece) }
      return (response.head, pieces, response.body.instants)
    } catch let error as CancellationError {
      throw error
    } catch {
      throw ServiceError(wrapping: error, request: name).redacted(by: redactor)
    }
  }

  /// The document of a 2xx response.
  func document<Document: Decodable>(_ type: Document.Type) async throws -> Document {
    try document(type, of: try await response())
  }

  /// The document of a response that has arrived.
  ///
  /// - Throws: ``ServiceError`` of kind `httpStatus`, `wrongContentType` or `malformedPayload`.
  func document<Document: Decodable>(_ type: Document.Type, of response: TransferResponse) throws -> Document {
    try redactor.cleaning {
      try Self.document(
        type, head: response.head, body: response.body, request: name, elapsed: response.instants.untilHead)
    }
  }

  package static func document<Document: Decodable>(
    _ type: Document.Type, head: HTTPResponse, body: [UInt8], request: String, elapsed: Duration? = nil
  ) throws -> Document {
    guard head.status.kind == .successful else {
      throw ServiceError(response: head, body: body, request: request, elapsed: elapsed)
    }
    if let fault = TextEncoding.fault(ofDocument: body, head) {
      throw ServiceError(malformed: fault, head: head, request: request)
    }
    do {
      return try JSONCoding.decode(type, from: body)
    } catch let cause {
      let error = ErrorBody(body)
      let media = MediaType.of(head)
      let requestID = ServiceError.requestID(of: head)
      if error.form == .empty || error.form == .html || error.form == .text {
        throw ServiceError(
          kind: media.isJSON ? .malformedPayload : .wrongContentType,
          message: "expected JSON, got \(body.count) bytes of \(media.shown): \"\(error.message)\"",
          status: head.status.code, request: request, requestID: requestID)
      }
      if [.errorObject, .errorText, .detail, .gateway].contains(error.form) {
        throw ServiceError(kind: .errorEvent, head: head, error: error, request: request)
      }
      throw ServiceError(
        kind: .malformedPayload,
        message: "the response is not what the protocol asks for: \(JSONCoding.describe(cause)); it reads "
          + "\"\(Excerpt.of(body))\"",
        status: head.status.code, request: request, requestID: requestID, underlying: cause)
    }
  }
}

/// The media type of a response, without its parameters.
package struct MediaType: Sendable, Hashable {
  private var name: String

  package static func of(_ head: HTTPResponse) -> MediaType {
    let value = head.headerFields[.contentType] ?? ""
    // On bytes, since a load test asks this of every response on the network thread.
    let name = value.utf8.prefix { $0 != UInt8(ascii: ";") }.compactMap { byte -> UInt8? in
      switch byte {
      case 0x20, 0x09: nil
      case 0x41...0x5A: byte | 0x20
      default: byte
      }
    }
    return MediaType(name: String(decoding: name, as: UTF8.self))
  }

  /// The character set that the head names, in lower case; `nil` where it names none.
  package static func charset(of head: HTTPResponse) -> String? {
    for parameter in (head.headerFields[.contentType] ?? "").split(separator: ";").dropFirst() {
      let parts = parameter.split(separator: "=", maxSplits: 1).map { part in
        String(part.filter { !$0.isWhitespace && $0 != "\"" }).lowercased()
      }
      if parts.count == 2, parts[0] == "charset" { return parts[1] }
    }
    return nil
  }

  package var isEventStream: Bool { name == "text/event-stream" }
  package var isJSON: Bool { name == "application/json" || name.hasSuffix("+json") }
  /// Text for people, such as a page; not a stream of events.
  var isText: Bool { name.hasPrefix("text/") && !isEventStream || name == "application/xhtml+xml" }
  /// Samples without a header.
  var isRawAudio: Bool { ["audio/pcm", "audio/l16", "audio/x-pcm", "audio/raw"].contains(name) }
  /// The name for messages.
  package var shown: String { name.isEmpty ? "no media type" : Excerpt.of(name, limit: 100) }
}
