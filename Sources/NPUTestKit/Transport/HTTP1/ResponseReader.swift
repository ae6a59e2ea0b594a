package import HTTPTypes
internal import NPUBase

/// Reads one response of HTTP/1.1 (RFC 9112) out of bytes that are cut anywhere; pure, and bounded in memory.
///
/// It hands out the body as positions in the bytes that it was given, without a copy. It accepts what libcurl accepts:
/// a line may end with LF alone, a folded line is passed over. Nothing is read beyond the end of the response.
///
/// After a fault the reader is of no further use.
package struct ResponseReader: Sendable {
  /// What was read.
  package enum Part: Sendable, Hashable {
    /// The final head, which is in ``ResponseReader/head`` now.
    case head
    /// A piece of the body, as positions in the bytes that were given.
    case body(Range<Int>)
    /// The response is whole.
    case end
  }

  private enum Place {
    case statusLine, fields, sized, chunked, trailer, untilClose, ended
  }

  /// The most bytes of header lines that are taken whatever the limit, as libcurl has it.
  package static let largestHead = 300 << 10

  private let answersHead: Bool
  private let asksForUpgrade: Bool
  private let limit: Int
  private var place = Place.statusLine
  private var builder = ResponseHeadBuilder()
  /// The beginning of a line whose end has not come.
  private var carry: [UInt8] = []
  private var linesOfHead = 0
  private var trailerBytes = 0
  private var chunks = ChunkReader()
  /// What is left of a body of known length.
  private var left = 0
  private var isCurrent = true

  /// The final head, once it is complete.
  package private(set) var head: HTTPResponse?
  /// Whether the connection may be used again once the response is whole.
  package private(set) var keepsConnection = false
  /// How many status lines came, those of interim heads included.
  package private(set) var statusLines = 0
  /// Bytes of the body, its framing not counted.
  package private(set) var bodyBytes = 0

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - answersHead: Whether the request was one of HEAD.
  ///   - asksForUpgrade: Whether it asked for another protocol, so that a head of status 101 is the end of HTTP: what
  ///     follows it is not read.
  ///   - headerLimit: The most bytes of all header lines together.
  package init(answersHead: Bool = false, asksForUpgrade: Bool = false, headerLimit: Int = largestHead) {
    self.answersHead = answersHead
    self.asksForUpgrade = asksForUpgrade
    limit = headerLimit
    builder.takesUpgrade = asksForUpgrade
  }

  /// Bytes of the header lines that came whole, those of interim heads and of a trailer included.
  package var headerBytes: Int { builder.bytes + trailerBytes }

  /// The version in the final status line.
  package var version: String { isCurrent ? "HTTP/1.1" : "HTTP/1.0" }

  /// Takes bytes from a position on, up to the next part that they complete.
  ///
  /// - Parameters:
  ///   - bytes: Bytes of the response.
  ///   - position: Where to begin, and then where the rest begins.
  /// - Returns: The part; `nil` once the bytes are used up, or the response is whole.
  /// - Throws: ``ResponseFault`` where they break the format or a limit.
  package mutating func next(in bytes: Span<UInt8>, at position: inout Int) throws(ResponseFault) -> Part? {
    while true {
      switch place {
      case .statusLine, .fields, .trailer:
        guard let end = bytes.firstIndex(of: 0x0A, in: position..<bytes.count) else {
          try keep(bytes.extracting(position..<bytes.count))
          position = bytes.count
          return nil
        }
        let line = bytes.extracting(position..<end + 1)
        position = end + 1
        if let part = try takeLine(line) { return part }
      case .sized:
        guard left > 0 else {
          place = .ended
          return .end
        }
        guard position < bytes.count else { return nil }
        let start = position
        position += min(left, bytes.count - start)
        left -= position - start
        bodyBytes += position - start
        return .body(start..<position)
      case .chunked:
        switch try chunks.next(in: bytes, at: &position) {
        case .data(let range):
          bodyBytes += range.count
          return .body(range)
        case .last: place = .trailer
        case nil: return nil
        }
      case .untilClose:
        guard position < bytes.count else { return nil }
        let start = position
        position = bytes.count
        bodyBytes += position - start
        return .body(start..<position)
      case .ended: return nil
      }
    }
  }

  /// Takes note that the peer has closed the connection.
  ///
  /// - Throws: ``ResponseFault`` unless the response is whole.
  package mutating func close() throws(ResponseFault) {
    switch place {
    case .statusLine where headerBytes == 0 && carry.isEmpty:
      throw ResponseFault(kind: .connectionLost, message: "the peer closed the connection before it answered")
    case .statusLine, .fields:
      throw ResponseFault(
        kind: .connectionLost, message: "the peer closed the connection inside the response head")
    case .sized where left > 0:
      throw ResponseFault(
        kind: .truncatedBody, message: "the peer closed the connection with \(left) bytes of the body remaining")
    case .chunked, .trailer:
      throw ResponseFault(
        kind: .truncatedBody, message: "the peer closed the connection before the last chunk of the body")
    case .sized, .untilClose, .ended: place = .ended
    }
  }

  // MARK: - Lines

  /// Keeps the beginning of a line.
  private mutating func keep(_ bytes: Span<UInt8>) throws(ResponseFault) {
    // Who speaks another protocol may never end the line.
    if place == .statusLine, carry.count < Self.beginning.count {
      try Self.checkBeginning(bytes, from: carry.count)
    }
    try checkSize(carry.count + bytes.count)
    carry.append(copying: bytes)
  }

  private mutating func takeLine(_ line: Span<UInt8>) throws(ResponseFault) -> Part? {
    guard !carry.isEmpty else { return try takeWholeLine(line) }
    var whole = carry
    carry.clear()
    whole.append(copying: line)
    return try takeWholeLine(whole.span)
  }

  /// Takes a line with its end; what is wrong with it must not depend on how it was cut.
  private mutating func takeWholeLine(_ line: Span<UInt8>) throws(ResponseFault) -> Part? {
    if place == .statusLine { try Self.checkBeginning(line, from: 0) }
    try checkSize(line.count)
    let isBlank = line.count == 1 || line.count == 2 && line[0] == 0x0D
    switch place {
    case .trailer:
      trailerBytes += line.count
      guard isBlank else { return nil }
      place = .ended
      return .end
    case .statusLine:
      isCurrent = try Self.isCurrentVersion(line, takingUpgrade: asksForUpgrade)
      statusLines += 1
      linesOfHead = 0
      place = .fields
    default:
      if !isBlank { try checkField(line) }
      linesOfHead += 1
    }
    guard unsafe line.withUnsafeBufferPointer({ unsafe builder.add($0, limit: .max) }) else {
      throw ResponseFault(
        kind: .headerTooLarge, message: "the response head has more than \(ResponseHeadBuilder.mostFields) fields")
    }
    return isBlank ? try endHead() : nil
  }

  /// Refuses more bytes of header lines than the limit allows.
  private func checkSize(_ count: Int) throws(ResponseFault) {
    guard headerBytes + count > min(limit, Self.largestHead) else { return }
    let message =
      limit <= Self.largestHead
      ? "the response head exceeds \(limit) bytes; raise the limit if that is right"
      : "the response head exceeds \(Self.largestHead) bytes, the most that is taken whatever the limit"
    throw ResponseFault(kind: .headerTooLarge, message: message)
  }

  private mutating func endHead() throws(ResponseFault) -> Part? {
    guard let head = builder.response() else {
      place = .statusLine  // an interim head: the final one follows
      return nil
    }
    guard head.status.code != 101 else {
      place = .sized  // of no bytes
      self.head = head
      return .head
    }
    let framing = try ResponseFraming(head, isCurrent: isCurrent, answersHead: answersHead)
    switch framing.body {
    case .sized(let length):
      left = length
      place = .sized
    case .chunked: place = .chunked
    case .untilClose: place = .untilClose
    }
    keepsConnection = framing.keepsConnection
    self.head = head
    return .head
  }
}

/// What a line must look like.
extension ResponseReader {
  private static let beginning: InlineArray<5, UInt8> = [0x48, 0x54, 0x54, 0x50, 0x2F]

  /// Refuses what is no beginning of a status line, however little of it has come.
  private static func checkBeginning(_ bytes: Span<UInt8>, from start: Int) throws(ResponseFault) {
    for position in 0..<min(bytes.count, beginning.count - start)
    where bytes[position] != beginning[start + position] {
      throw .violation(
        "the response begins with no status line, as in HTTP/0.9 or another protocol", words: words(bytes))
    }
  }

  /// Checks a status line such as `HTTP/1.1 200 OK`; whether its version is 1.1 rather than 1.0.
  private static func isCurrentVersion(
    _ line: Span<UInt8>, takingUpgrade: Bool
  ) throws(ResponseFault) -> Bool {
    let isRight =
      line.count > 12 && line[5] == 0x31 && line[6] == 0x2E && (line[7] == 0x30 || line[7] == 0x31)
      && line[8] == 0x20 && 0x31...0x39 ~= line[9] && isDigit(line[10]) && isDigit(line[11])
      && (line[12] == 0x20 || line[12] == 0x0D || line[12] == 0x0A)
    guard isRight, line.firstIndex(of: 0, in: 0..<line.count) == nil else {
      throw .violation("the status line is none of HTTP/1.0 or HTTP/1.1", words: words(line))
    }
    // Nobody asked for another protocol; whatever follows is not HTTP.
    guard takingUpgrade || line[9] != 0x31 || line[10] != 0x30 || line[11] != 0x31 else {
      throw .violation("the peer switches to another protocol, for which nobody has asked")
    }
    return line[7] == 0x31
  }

  private func checkField(_ line: Span<UInt8>) throws(ResponseFault) {
    guard line.firstIndex(of: 0, in: 0..<line.count) == nil else {
      throw .violation("a line of the response head holds a NUL byte")
    }
    // The builder would take it for the beginning of another head.
    guard
      line.count < Self.beginning.count
        || (0..<Self.beginning.count).contains(where: { line[$0] != Self.beginning[$0] })
    else {
      throw .violation("a status line stands among the fields of the response head", words: Self.words(line))
    }
    let isFolded = linesOfHead > 0 && Self.isBlank(line[0])
    guard isFolded || line.firstIndex(of: 0x3A, in: 0..<line.count) != nil else {
      throw .violation("a line of the response head is no field, for it has no colon", words: Self.words(line))
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

  /// More than is ever shown, so that what must not be shown can be told.
  private static func words(_ bytes: Span<UInt8>) -> String {
    String(repairing: bytes.extracting(0..<min(bytes.count, 4000)))
  }
}
