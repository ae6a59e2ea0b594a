import HTTPTypes
internal import NPUBase
package import NPUTransport

/// Understands the response to a transcription, in whichever form it came.
///
/// The bytes decide and not what was asked for: vLLM answers a request for plain text with JSON.
package enum TranscriptionReader {
  package static func read(
    _ response: TransferResponse, format: TranscriptionRequest.ResponseFormat?, request: String
  ) throws -> Transcription {
    let head = response.head
    guard head.status.kind == .successful else {
      throw ServiceError(response: head, body: response.body, request: request)
    }
    func failure(_ kind: ServiceError.Kind, _ message: String) -> ServiceError {
      ServiceError(
        kind: kind, message: message, status: head.status.code, request: request,
        requestID: ServiceError.requestID(of: head))
    }
    let first = response.body.first { !($0 == 0x20 || (0x09...0x0D).contains($0)) }
    guard let first else {
      // The newline that ends the text of a silent recording is a response.
      if !response.body.isEmpty, format?.isText == true { return Transcription(text: "") }
      throw failure(.emptyResponse, "the response holds no transcription: \(response.body.count) bytes")
    }
    let media = MediaType.of(head)
    if first == UInt8(ascii: "{") {
      return try ServiceExchange.document(Transcription.self, head: head, body: response.body, request: request)
    }
    if let fault = TextEncoding.fault(ofDocument: response.body, head) {
      throw failure(.malformedPayload, fault)
    }
    // FastAPI wraps a text that a handler returns into quotation marks.
    if first == UInt8(ascii: "\""), let text = try? JSONCoding.decode(String.self, from: response.body) {
      return Transcription(text: text)
    }
    guard format?.isText == true, !media.isJSON, first != UInt8(ascii: "<") else {
      let body = ErrorBody(response.body)
      throw failure(
        media.isJSON ? .malformedPayload : .wrongContentType,
        "expected a transcription, got \(response.body.count) bytes of \(media.shown): \"\(body.message)\"")
    }
    if let fault = TextEncoding.fault(of: response.body, head) {
      throw failure(.malformedPayload, fault)
    }
    let text = String(decoding: response.body, as: UTF8.self)
    guard format == .srt || format == .vtt else {
      return Transcription(text: text.last?.isNewline == true ? String(text.dropLast()) : text)
    }
    let segments = SubtitleCues.read(text)
    return Transcription(
      text: segments.map(\.text).joined(separator: " "), duration: segments.compactMap(\.end).max(), segments: segments)
  }
}

extension TranscriptionRequest.ResponseFormat {
  /// Whether the response is to be text of some kind and no JSON.
  var isText: Bool { [.text, .srt, .vtt].contains(self) }
}
