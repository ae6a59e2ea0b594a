internal import NIOCore

/// Chooses the script that answers a checked request.
enum GenerationAnswer {
  /// The script of a request with the fault that it meets.
  static func script(
    _ request: GenerationRequest, _ behaviour: Behaviour, fault: Fault?, identity: AnswerIdentity, format: WireFormat
  ) -> any AnswerScript {
    if let fault, let script = broken(fault, streams: request.streams, format: format) { return script }
    return request.streams
      ? StreamScript(request, behaviour, fault: fault, identity: identity, format: format)
      : PlainScript(request, behaviour, fault: fault, identity: identity, format: format)
  }

  /// The script of a fault that leaves nothing of the true answer.
  static func broken(
    _ fault: Fault, streams: Bool, format: WireFormat, contentType: String? = nil
  ) -> (any AnswerScript)? {
    let type = contentType ?? (streams ? "text/event-stream; charset=utf-8" : "application/json")
    switch fault.kind {
    case .status: return FixedScript([.bytes(errorResponse(fault, format))])
    case .neverAnswer: return FixedScript([.pauseForever])
    case .htmlPage:
      let page = fault.body ?? "<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body>A page</body></html>\n"
      return FixedScript([
        .bytes(format.response(200, contentType: "text/html; charset=utf-8", body: ByteBuffer(string: page)))
      ])
    case .emptyBody: return FixedScript([.bytes(format.response(200, contentType: type))])
    case .hugeHeader:
      var head = ByteBuffer()
      format.writeOpenHead(200, contentType: type, length: .known(0), into: &head)
      head.writeStaticString("x-filler: ")
      return FillerScript(
        before: head, filler: UInt8(ascii: "a"), count: fault.bytes, framed: false, format: format,
        after: [.bytes(ByteBuffer(string: "\r\n\r\n")), .finish])
    case .hugeBody where !streams: return hugeDocument(fault, format)
    case .endlessLine where !streams: return endlessDocument(fault, format)
    default: return nil
    }
  }

  private static func errorResponse(_ fault: Fault, _ format: WireFormat) -> ByteBuffer {
    let extra = fault.retryAfter.map { [("retry-after", String($0))] } ?? []
    guard let body = fault.body else { return format.response(.engine(status: fault.status), extra: extra) }
    return format.response(
      fault.status, contentType: fault.contentType ?? "application/json", body: ByteBuffer(string: body), extra: extra)
  }

  /// A well-formed answer whose content alone has the bytes asked for.
  private static func hugeDocument(_ fault: Fault, _ format: WireFormat) -> FillerScript {
    var out = ByteBuffer()
    format.writeHead(200, contentType: "application/json", length: .open, into: &out)
    var start = ByteBuffer(
      string: #"{"id":"huge","object":"chat.completion","created":0,"model":"huge","choices":[{"index":0,"message":"#
        + #"{"role":"assistant","content":""#)
    format.frame(&start, into: &out)
    var end = ByteBuffer()
    var tail = ByteBuffer(string: #""},"finish_reason":"length"}]}"#)
    format.frame(&tail, into: &end)
    format.writeEnd(into: &end)
    return FillerScript(
      before: out, filler: UInt8(ascii: "a"), count: fault.bytes, framed: true, format: format,
      after: [.bytes(end), .finish])
  }

  /// A document in which a string never ends.
  private static func endlessDocument(_ fault: Fault, _ format: WireFormat) -> FillerScript {
    var out = ByteBuffer()
    format.writeHead(200, contentType: "application/json", length: .open, into: &out)
    var start = ByteBuffer(string: #"{"id":""#)
    format.frame(&start, into: &out)
    return FillerScript(
      before: out, filler: UInt8(ascii: "a"), count: fault.bytes, framed: true, format: format, after: [.close])
  }
}
