import HTTPTypes
import NPUBase
import NPULoad
import NPUMetrics
import NPUTransport
import TestSupport
import Testing

/// A response as a recorder sees it, and the ways to cut it into pieces.
struct ScriptedResponse: Sendable, CustomTestStringConvertible {
  /// Where the borders of the pieces fall.
  enum Cut: Sendable, Hashable {
    case whole
    case bytes
    case random(UInt64)
  }

  var name: String
  var status = 200
  /// `nil` leaves the field out.
  var contentType: String? = "text/event-stream; charset=utf-8"
  var hasHead = true
  var body: [UInt8]
  var breaksWith: TransportError.Kind?
  var expectation = StreamRecorder.Expectation(keepsText: true)

  init(
    _ name: String, status: Int = 200, contentType: String? = "text/event-stream; charset=utf-8", body: String,
    breaksWith: TransportError.Kind? = nil,
    expectation: StreamRecorder.Expectation = StreamRecorder.Expectation(keepsText: true)
  ) {
    self.name = name
    self.status = status
    self.contentType = contentType
    self.body = Array(body.utf8)
    self.breaksWith = breaksWith
    self.expectation = expectation
  }

  var testDescription: String { name }

  static let start = MonotonicInstant(nanoseconds: 5_000_000_000)
  static func at(_ milliseconds: Int) -> MonotonicInstant { start.advanced(by: .milliseconds(milliseconds)) }

  /// What a recorder makes of it; every piece arrives at the same instant, 10 ms after the start, and the end at 20 ms.
  func record(_ cut: Cut = .whole) throws -> RequestRecord {
    try record(pieces(cut).map { ($0, Self.at(10)) })
  }

  /// What a recorder makes of it in pieces that arrive at instants of their own.
  func record(_ pieces: [(bytes: [UInt8], instant: MonotonicInstant)]) throws -> RequestRecord {
    let ended = Ended()
    let recorder = StreamRecorder(index: 7, requestID: "sent-7", expectation: expectation) {
      ended.recorders.append($0)
    }
    recorder.transferStarted(at: Self.start)
    recorder.transferSent(at: Self.at(1))
    var isStopped = false
    if hasHead {
      var fields = HTTPFields()
      fields[.contentType] = contentType
      recorder.transferReceived(head: HTTPResponse(status: .init(code: status), headerFields: fields), at: Self.at(5))
    }
    for piece in pieces where !piece.bytes.isEmpty {
      guard recorder.transferReceived(body: piece.bytes.span, at: piece.instant) != .stop else {
        isStopped = true
        break
      }
    }
    let error = breaksWith.map { TransportError(kind: $0, message: "broken by the test", request: "POST /") }
    recorder.transferEnded(TransferEnd(error: isStopped ? nil : error, instant: Self.at(20)))
    #expect(ended.recorders.count == 1)
    return try #require(ended.recorders.first).makeRecord()
  }

  func pieces(_ cut: Cut) -> [[UInt8]] {
    switch cut {
    case .whole: return [body]
    case .bytes: return body.map { [$0] }
    case .random(let seed):
      var generator = SeededGenerator(seed: seed)
      var rest = body[...]
      var pieces: [[UInt8]] = []
      while !rest.isEmpty {
        let count = min(rest.count, 1 + generator.integer(in: 0...40))
        pieces.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
      return pieces
    }
  }

  /// The recorders that have ended; touched by one thread.
  private final class Ended: @unchecked Sendable {
    var recorders: [StreamRecorder] = []
  }
}

/// Chat streams of four generations of servers, in their shortest form.
enum StreamText {
  static let usage =
    #"data: {"id":"chatcmpl-1","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}}"# + "\n\n"
  /// Whole, with its end mark.
  static let whole = ChatEvents.hello + ChatEvents.done
  static let error =
    #"data: {"error": {"message": "out of memory", "type": "InternalServerError", "code": 500}}"# + "\n\n"
  static let oldError =
    #"data: {"object": "error", "message": "engine is dead", "type": "BadRequestError", "code": 400}"# + "\n\n"
}
