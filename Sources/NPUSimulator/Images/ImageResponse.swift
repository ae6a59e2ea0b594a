internal import NIOCore

/// Writes the response to an image call.
struct ImageResponse {
  let call: ImageCall
  /// When it is made, in seconds since 1970.
  let created: Int
  /// The address under which images can be fetched.
  let base: String

  func document() -> DocumentScript.Document {
    let painters = (0..<call.count).map(call.painter)
    switch call.form {
    case .address: return json(openAI(painters) { address($0) })
    case .base64: return json(openAI(painters) { base64($0) })
    case .diffusers, .file:
      if painters.count == 1, let painter = painters.first {
        return .init(
          contentType: "image/png", body: ByteBuffer(bytes: painter.png()), headers: [("cache-control", "no-cache")])
      }
      return call.form == .file ? archive(painters) : json(list(painters))
    }
  }

  private func json(_ body: ByteBuffer) -> DocumentScript.Document {
    .init(contentType: "application/json", body: body)
  }

  private func list(_ painters: [ImagePainter]) -> ByteBuffer {
    var body = ByteBuffer()
    body.writeStaticString(#"{"images":["#)
    for (index, painter) in painters.enumerated() {
      if index > 0 { body.writeStaticString(",") }
      body.writeStaticString("\"")
      body.writeBytes(Base64Text.encode(painter.png()))
      body.writeStaticString("\"")
    }
    body.writeStaticString("]}\n")
    return body
  }

  private func openAI(_ painters: [ImagePainter], _ member: (ImagePainter) -> ByteBuffer) -> ByteBuffer {
    var body = ByteBuffer()
    body.writeStaticString(#"{"created":"#)
    body.writeDecimal(created)
    body.writeStaticString(#","data":["#)
    for (index, painter) in painters.enumerated() {
      if index > 0 { body.writeStaticString(",") }
      var member = member(painter)
      body.writeBuffer(&member)
    }
    body.writeStaticString(#"],"output_format":"png","size":"#)
    body.writeJSON("\(call.width)x\(call.height)")
    body.writeStaticString("}")
    return body
  }

  private func base64(_ painter: ImagePainter) -> ByteBuffer {
    var body = ByteBuffer()
    body.writeStaticString(#"{"b64_json":""#)
    body.writeBytes(Base64Text.encode(painter.png()))
    body.writeStaticString(#"","url":null,"revised_prompt":null}"#)
    return body
  }

  private func address(_ painter: ImagePainter) -> ByteBuffer {
    var body = ByteBuffer()
    body.writeStaticString(#"{"b64_json":null,"url":"#)
    body.writeJSON("\(base)/images/\(painter.fileName)")
    body.writeStaticString(#","revised_prompt":null}"#)
    return body
  }

  private func archive(_ painters: [ImagePainter]) -> DocumentScript.Document {
    var archive = ZIPWriter()
    for (index, painter) in painters.enumerated() { archive.add("image_\(index).png", painter.png()) }
    return .init(contentType: "application/zip", body: ByteBuffer(bytes: archive.finished()))
  }
}
