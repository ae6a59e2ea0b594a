internal import NIOCore

/// One document or file, made at once and sent when it is due; or the fault that breaks it.
struct DocumentScript: ResponseScript {
  /// What is sent.
  struct Document: Sendable {
    var contentType: String
    var body: ByteBuffer
    var headers: [(String, String)] = []

    /// Whether the body is a file of bytes and no JSON.
    var isFile: Bool { contentType != "application/json" }
  }

  private let make: @Sendable () -> Document
  private let due: Int64
  private let fault: Fault?
  private let format: WireFormat
  private var document: Document?
  private var queue: [WireStep] = []
  private var isWritten = false

  private let wholeProgress: ResponseProgress

  var progress: ResponseProgress { isWritten ? wholeProgress : ResponseProgress() }

  /// - Parameters:
  ///   - due: When the response is sent, in nanoseconds from its start.
  ///   - fault: What goes wrong.
  ///   - format: How it is framed.
  ///   - progress: What it counts once it is sent.
  ///   - make: Makes the document; called before the wait, so that its cost is part of it.
  init(
    due: Int64, fault: Fault?, format: WireFormat, progress: ResponseProgress = ResponseProgress(),
    make: @escaping @Sendable () -> Document
  ) {
    wholeProgress = progress
    self.due = due
    self.fault = fault
    self.format = format
    self.make = make
  }

  mutating func next(now: Int64) -> WireStep {
    guard let document else {
      document = make()
      guard fault?.kind == .stall else { return .pause(until: due) }
      guard let duration = fault?.duration?.pauseNanoseconds else { return .pauseForever }
      return .pause(until: due + duration)
    }
    if !isWritten {
      isWritten = true
      write(document, now)
    }
    return queue.isEmpty ? .finish : queue.removeFirst()
  }

  private mutating func write(_ document: Document, _ now: Int64) {
    switch fault?.kind {
    case .errorFirst:
      // A good status around an error, as gateways have it.
      var body = ByteBuffer()
      ErrorResponse.engine(status: max(400, fault?.status ?? 500)).write(.vllm, into: &body)
      queue = [.bytes(format.response(200, body: body))]
      return
    case .errorEvent:
      queue = [.bytes(format.response(.engine(status: max(400, fault?.status ?? 500))))]
      return
    case .rawTextError:
      let body = ByteBuffer(string: fault?.body ?? "Internal Server Error")
      queue = [.bytes(format.response(500, contentType: "text/plain; charset=utf-8", body: body))]
      return
    case .reset:
      queue = [.reset]
      return
    default: break
    }
    var body = document.body
    if fault?.kind == .corruptBody || fault?.kind == .invalidJSON { damage(&body, isFile: document.isFile) }
    let cut = fault?.kind == .cutInsideEvent && fault?.endsCleanly == true
    if cut { body.moveWriterIndex(to: body.readerIndex + body.readableBytes / 2) }
    var out = ByteBuffer()
    let type = fault?.kind == .wrongContentType ? fault?.contentType : nil
    format.writeHead(
      200, contentType: type ?? document.contentType, length: .known(body.readableBytes), extra: document.headers,
      into: &out)
    switch fault?.kind {
    case .truncate where !cut, .cutInsideEvent where !cut:
      var half = body.readSlice(length: body.readableBytes / 2) ?? ByteBuffer()
      out.writeBuffer(&half)
      queue = [.bytes(out), .close]
    case .slowHeaders: queue = (fault?.slowSteps(head: out, now: now) ?? []) + [.bytes(body)]
    case .splitBytes, .splitInsideUTF8:
      queue = [.bytes(out)] + BodySplit(fault).parts(of: body).map { .bytes($0) }
    default:
      out.writeBuffer(&body)
      queue = [.bytes(out)]
    }
  }

  /// Changes some bytes in the middle of a file; takes the end from a document.
  private func damage(_ body: inout ByteBuffer, isFile: Bool) {
    guard isFile else {
      body.moveWriterIndex(to: max(body.readerIndex, body.writerIndex - 2))
      return
    }
    let middle = body.readerIndex + body.readableBytes / 2
    for offset in 0..<min(16, body.writerIndex - middle) {
      let byte = body.getInteger(at: middle + offset, as: UInt8.self) ?? 0
      body.setInteger(byte ^ 0x5A, at: middle + offset)
    }
  }
}
