import HTTPTypes
import NPUTransport

/// The reader of HTTP/1.1: a response in one piece, byte by byte, and cut at random must be read alike.
struct ResponseSubject: FuzzSubject {
  private static let lines: [String] = [
    "HTTP/1.1 200 OK\r\n", "HTTP/1.0 404 Not Found\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 204 No\r\n",
    "HTTP/1.1 200\n", "HTTP/2 200\r\n", "Content-Length: 5\r\n", "Content-Length: 5, 5\r\n", "content-length: 0\r\n",
    "Content-Length: 99999999999999999999\r\n", "Content-Length: -1\r\n", "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: gzip\r\n", "Connection: close\r\n", "Connection: keep-alive\r\n", "X: y\r\n", " folded\r\n",
    "no colon\r\n", ":\r\n", "\r\n", "\n", "\r",
  ]
  private static let pieces: [String] = [
    "5\r\nhello\r\n", "1;a=b\r\nx\r\n", "0\r\n\r\n", "0\r\nX: 1\r\n\r\n", "5", "\r\n", "\n", "ffffffffffffffff\r\n",
    "7fffffffffffffff\r\n",
    "0000000000000005\r\nhello\r\n", "00000000000000000\r\n", "hello", ";", "xyz\r\n", "\r",
  ]

  private let seeds: [[UInt8]]

  init(seeds: [[UInt8]]) { self.seeds = seeds }

  func input(from mutator: inout FuzzMutator) -> [UInt8] {
    // The first two bytes say how the rest is cut and what it answers.
    var text = mutator.bytes(2)
    if !mutator.once(in: 10) { text += Array("HTTP/1.1 200 OK\r\n".utf8) }
    for _ in 0..<mutator.number(0...6) { text += Array((mutator.pick(Self.lines) ?? "").utf8) }
    if !mutator.once(in: 10) { text += Array("\r\n".utf8) }
    if let seed = mutator.pick(seeds), mutator.once(in: 4) { text += seed.prefix(2000) }
    for _ in 0..<mutator.number(0...8) { text += Array((mutator.pick(Self.pieces) ?? "").utf8) }
    return mutator.once(in: 3) ? text : mutator.mutate(text)
  }

  func execute(_ input: [UInt8]) -> Bool {
    guard input.count > 2 else { return false }
    let bytes = Array(input[2...])
    let answersHead = input[0] & 7 == 0
    let whole = read(bytes, answersHead) { _ in bytes.count }
    precondition(whole == read(bytes, answersHead) { _ in 1 }, "Byte by byte a response is read differently.")
    let cut = read(bytes, answersHead) { 1 + ($0 &* 31 &+ Int(input[1])) % 17 }
    precondition(whole == cut, "Cut elsewhere a response is read differently.")
    return whole.fault == nil
  }

  private struct Reading: Equatable {
    var status: Int?
    /// The body of a response that has come to its end; what a fault cuts off depends on how the bytes came.
    var body: [UInt8] = []
    var isWhole = false
    var used = 0
    var keepsConnection = false
    var fault: TransportError.Kind?
  }

  private func read(_ bytes: [UInt8], _ answersHead: Bool, _ size: (Int) -> Int) -> Reading {
    let limit = 600
    var reader = ResponseReader(answersHead: answersHead, headerLimit: limit)
    var reading = Reading()
    var start = 0
    do throws(ResponseFault) {
      while start < bytes.count, !reading.isWhole {
        let piece = Array(bytes[start..<min(bytes.count, start + size(start))])
        var position = 0
        while let part = try reader.next(in: piece.span, at: &position) {
          precondition(!reading.isWhole, "Something follows the end of a response.")
          switch part {
          case .head:
            precondition(reading.status == nil, "A response has two heads.")
            reading.status = reader.head?.status.code
            precondition(reading.status != nil, "A head is told that is not there.")
          case .body(let range):
            precondition(!range.isEmpty && range.upperBound <= piece.count, "A piece of a body lies elsewhere.")
            precondition(reading.status != nil, "A body comes before its head.")
            reading.body += piece[range]
          case .end: reading.isWhole = true
          }
        }
        precondition(reading.isWhole || position == piece.count, "A reader leaves bytes that it wants.")
        start += position
      }
      if !reading.isWhole {
        var position = 0
        if try reader.next(in: [UInt8]().span, at: &position) == nil { try reader.close() }
        reading.isWhole = true
      }
      reading.keepsConnection = reader.keepsConnection
      reading.used = start
    } catch {
      reading = Reading(status: reading.status, fault: error.kind)
    }
    precondition(reader.headerBytes <= limit || reading.fault == .headerTooLarge, "A head is longer than its limit.")
    precondition(reader.bodyBytes <= bytes.count, "A body is longer than what came.")
    return reading
  }
}
