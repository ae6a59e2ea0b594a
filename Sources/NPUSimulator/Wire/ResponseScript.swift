internal import NIOCore

/// The next thing that happens on a connection while it is answered.
enum WireStep: Sendable, Hashable {
  /// Bytes to write and flush at once.
  case bytes(ByteBuffer)
  /// Nothing until an offset in nanoseconds from the response's start.
  case pause(until: Int64)
  /// Nothing any more, while the connection stays open.
  case pauseForever
  /// The response is complete; the connection lives on if it may.
  case finish
  /// The connection ends in good order, whatever was promised.
  case close
  /// The connection is reset.
  case reset
}

/// What a response has generated so far, for metrics and the request log.
struct ResponseProgress: Sendable, Hashable {
  /// Tokens sent, of all choices.
  var tokens = 0
  /// Tokens of the prompt.
  var promptTokens = 0
  /// The finish reasons sent, one for each finished choice.
  var finishReasons: [String] = []
}

/// A whole response as a sequence of steps.
///
/// A script is a value without clock or connection: it is asked for its next step with the time that has passed, so
/// that every response and every fault can be tested without either.
protocol ResponseScript: Sendable {
  /// The next step.
  ///
  /// - Parameter now: Nanoseconds since the response's start.
  /// - Returns: What to do now; after a finish, a close or a reset nothing more is asked.
  mutating func next(now: Int64) -> WireStep

  /// What has been generated so far.
  var progress: ResponseProgress { get }
}

/// A response whose steps are known beforehand.
struct FixedScript: ResponseScript {
  private var steps: ArraySlice<WireStep>

  /// - Parameter steps: The steps before the end; the response finishes after them.
  init(_ steps: [WireStep]) {
    self.steps = steps[...]
  }

  mutating func next(now: Int64) -> WireStep {
    steps.popFirst() ?? .finish
  }

  var progress: ResponseProgress { ResponseProgress() }
}

/// Some bytes, then one byte repeated for long or for ever, then some more bytes.
struct FillerScript: ResponseScript {
  private var before: ByteBuffer?
  private let block: ByteBuffer
  private var remaining: Int?
  private var after: [WireStep]
  private let format: WireFormat
  private let framed: Bool

  /// - Parameters:
  ///   - before: What comes first, as it stands.
  ///   - filler: The repeated byte.
  ///   - count: How often; nothing for ever.
  ///   - framed: Whether the repeated bytes are part of the body, or of the head.
  ///   - format: How a body is framed.
  ///   - after: What follows.
  init(
    before: ByteBuffer, filler: UInt8, count: Int?, framed: Bool, format: WireFormat, after: [WireStep]
  ) {
    self.before = before
    self.block = ByteBuffer(repeating: filler, count: 65_536)
    self.remaining = count
    self.framed = framed
    self.format = format
    self.after = after.reversed()
  }

  mutating func next(now: Int64) -> WireStep {
    if let head = before {
      before = nil
      return .bytes(head)
    }
    let count = min(remaining ?? block.readableBytes, block.readableBytes)
    guard count > 0 else { return after.popLast() ?? .close }
    remaining = remaining.map { $0 - count }
    var body = block.getSlice(at: block.readerIndex, length: count) ?? block
    guard framed else { return .bytes(body) }
    var framedBytes = ByteBuffer()
    format.frame(&body, into: &framedBytes)
    return .bytes(framedBytes)
  }

  var progress: ResponseProgress { ResponseProgress() }
}
