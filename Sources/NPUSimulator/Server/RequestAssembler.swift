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

  private static let loggedBytes = 65_536

  private let limit: Int
  private let takesForm: @Sendable (String) -> Bool
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()
  private var isTooLarge = false
  /// What a form is read into as it arrives, where the path takes one.
  private var form: FormIntake?

  /// - Parameters:
  ///   - limit: The longest body that is read.
  ///   - takesForm: Whether the bodies of a path are forms.
  init(limit: Int, takesForm: @escaping @Sendable (String) -> Bool) {
    self.limit = limit
    self.takesForm = takesForm
  }

  /// Takes the next part of a connection.
  mutating func take(_ part: HTTPServerRequestPart) -> Event {
    switch part {
    case .head(let head):
      self.head = head
      body = ByteBuffer()
      isTooLarge = false
      form =
        takesForm(head.uri)
        ? head.headers.first(name: "content-type").flatMap { FormIntake(contentType: $0) } : nil
      let expects = head.headers.first(name: "expect")?.lowercased() == "100-continue"
      return expects && head.understandsChunks ? .sendContinue : .more
    case .body(var part):
      if form != nil {
        form?.take(part)
        // Of a form the log shows the beginning.
        let room = max(0, Self.loggedBytes - body.readableBytes)
        if var start = part.readSlice(length: min(room, part.readableBytes)) { body.writeBuffer(&start) }
        return .more
      }
      // The rest of a body beyond the limit is read and forgotten, so that the client gets to read its response.
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
      defer {
        body = ByteBuffer()
        form = nil
      }
      form?.end()
      return .complete(
        IncomingRequest(
          head: head, body: body, bodySize: form?.size ?? body.readableBytes, form: form, isTooLarge: isTooLarge,
          receivedAt: .now()))
    }
  }
}
