internal import NIOCore

extension Fault {
  /// The script of a fault that leaves nothing of the true response; nothing for other faults.
  ///
  /// - Parameters:
  ///   - streams: Whether the true response would be a stream.
  ///   - format: How it is framed.
  ///   - contentType: The type that the true response would have; nothing for that of generated text.
  /// - Returns: The script.
  func script(
    streams: Bool, format: WireFormat, contentType: String? = nil
  ) -> (any ResponseScript)? {
    let type = contentType ?? (streams ? "text/event-stream; charset=utf-8" : "application/json")
    switch kind {
    case .status: return FixedScript([.bytes(errorResponse(format))])
    case .noResponse: return FixedScript([.pauseForever])
    case .htmlPage:
      let page = body ?? "<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body>A page</body></html>\n"
      return FixedScript([
        .bytes(format.response(200, contentType: "text/html; charset=utf-8", body: ByteBuffer(string: page)))
      ])
    case .emptyBody: return FixedScript([.bytes(format.response(200, contentType: type))])
    case .hugeHeader:
      var head = ByteBuffer()
      format.writeOpenHead(200, contentType: type, length: .known(0), into: &head)
      head.writeStaticString("x-filler: ")
      return FillerScript(
        before: head, filler: UInt8(ascii: "a"), count: bytes, framed: false, format: format,
        after: [.bytes(ByteBuffer(string: "\r\n\r\n")), .finish])
    case .hugeBody where !streams: return hugeDocument(format)
    case .endlessLine where !streams: return endlessDocument(format)
    default: return nil
    }
  }

  private func errorResponse(_ format: WireFormat) -> ByteBuffer {
    let extra = retryAfter.map { [("retry-after", String($0))] } ?? []
    guard let body else { return format.response(.engine(status: status), extra: extra) }
    return format.response(
      status, contentType: contentType ?? "application/json", body: ByteBuffer(string: body), extra: extra)
  }

  /// A well-formed response whose content alone has the bytes asked for.
  private func hugeDocument(_ format: WireFormat) -> FillerScript {
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
      before: out, filler: UInt8(ascii: "a"), count: bytes, framed: true, format: format,
      after: [.bytes(end), .finish])
  }

  /// A document in which a string never ends.
  private func endlessDocument(_ format: WireFormat) -> FillerScript {
    var out = ByteBuffer()
    format.writeHead(200, contentType: "application/json", length: .open, into: &out)
    var start = ByteBuffer(string: #"{"id":""#)
    format.frame(&start, into: &out)
    return FillerScript(
      before: out, filler: UInt8(ascii: "a"), count: bytes, framed: true, format: format, after: [.close])
  }

  /// Whether the fault happens at a place between two tokens of a stream.
  var strikesBetweenTokens: Bool {
    switch kind {
    case .errorFirst, .errorEvent, .stall, .reset, .truncate, .cutInsideEvent, .invalidJSON, .rawTextError,
      .endlessLine, .hugeBody:
      return true
    default: return false
    }
  }

  /// A head sent in two halves with a pause between them.
  func slowSteps(head: ByteBuffer, now: Int64) -> [WireStep] {
    var head = head
    let half = head.readSlice(length: head.readableBytes / 2) ?? ByteBuffer()
    return [.bytes(half), duration.map { .pause(until: now + $0.pauseNanoseconds) } ?? .pauseForever, .bytes(head)]
  }
}
