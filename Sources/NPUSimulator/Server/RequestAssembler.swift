internal import NIOCore
internal import NIOHTTP1

/// Puts the parts of a request together, up to a limit of body bytes.
struct RequestAssembler {
  /// What the caller has to do after a part.
  enum Event {
    /// Nothing yet.
    case more
    /// Tell the client to send its body.
    case sendContinue
    /// A request is whole.
    case complete(IncomingRequest)
  }

  private let limit: Int
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()
  private var isTooLarge = false

  init(limit: Int) {
    self.limit = limit
  }

  /// Takes the next part of a connection.
  mutating func take(_ part: HTTPServerRequestPart) -> Event {
    switch part {
    case .head(let head):
      self.head = head
      body = ByteBuffer()
      isTooLarge = false
      let expects = head.headers.first(name: "expect")?.lowercased() == "100-continue"
      return expects && head.understandsChunks ? .sendContinue : .more
    case .body(var part):
      // The rest of a body beyond the limit is read and forgotten, so that the client gets to read its answer.
      if isTooLarge || body.readableBytes + part.readableBytes > limit {
        isTooLarge = true
        body = ByteBuffer()
      } else if body.readableBytes == 0 {
        body = part
      } else {
        body.writeBuffer(&part)
      }
      return .more
    case .end:
      guard let head else { return .more }
      self.head = nil
      defer { body = ByteBuffer() }
      return .complete(IncomingRequest(head: head, body: body, isTooLarge: isTooLarge, receivedAt: .now()))
    }
  }
}
