/// One way in which a response goes wrong, with its parameters.
///
/// In JSON a fault is an object such as `{"kind":"stall","after_tokens":3,"ms":500}`, or its kind alone as a string.
public struct Fault: Sendable, Hashable {
  /// What goes wrong.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// An error status with a body of its own.
    case status
    /// A stream with status 200 whose first event is an error.
    case errorFirst = "error_first"
    /// An error event after some tokens; an error status if the response is not streamed.
    case errorEvent = "error_event"
    /// Silence after some tokens, for a time or for ever.
    case stall
    /// A TCP reset after some tokens.
    case reset
    /// The connection closed between two events, without the end of the body.
    case truncate
    /// The response cut in the middle of an event.
    case cutInsideEvent = "cut_inside_event"
    /// A stream without its end mark.
    case noDone = "no_done"
    /// A stream whose choices never get a finish reason.
    case noFinish = "no_finish"
    /// Half of the response head, a pause, then the rest.
    case slowHeaders = "slow_headers"
    /// A whole response under the wrong content type.
    case wrongContentType = "wrong_content_type"
    /// A web page with status 200 in place of the response.
    case htmlPage = "html_page"
    /// A response header of many bytes.
    case hugeHeader = "huge_header"
    /// A line of an event stream that does not end.
    case endlessLine = "endless_line"
    /// A response of many bytes.
    case hugeBody = "huge_body"
    /// Status 200 and no body at all.
    case emptyBody = "empty_body"
    /// A document, or an event in a stream, that is not JSON.
    case invalidJSON = "invalid_json"
    /// Bare text in the stream in place of an event, after which it ends: how MindIE reports a failed engine.
    case rawTextError = "raw_text_error"
    /// Every connection closed as soon as it stands.
    case closeOnAccept = "close_on_accept"
    /// The request read and never answered.
    case noResponse = "no_response"
    /// Every byte of the body sent on its own.
    case splitBytes = "split_bytes"
    /// The body cut inside each character of more than one byte.
    case splitInsideUTF8 = "split_inside_utf8"
    /// A file whose middle is damaged, of its full length; in other responses as broken JSON.
    case corruptBody = "corrupt_body"

    /// The kind of a name as it stands in behaviour files and flags, which may be that of an earlier version.
    package init?(name: String) {
      self.init(rawValue: name == "never_answer" ? "no_response" : name)
    }
  }

  /// What goes wrong.
  public var kind: Kind
  /// How many tokens each choice gets before it happens; 0 for before the first.
  public var afterTokens = 0
  /// How long a pause lasts; nothing for ever.
  public var duration: Duration?
  /// The status of an error response.
  public var status = 500
  /// A body of one's own instead of the server's error object.
  public var body: String?
  /// The content type of that body, or the wrong one of a response.
  public var contentType: String?
  /// The value of a `Retry-After` header, in seconds.
  public var retryAfter: Int?
  /// How many bytes are sent by the faults that send many; nothing for no end.
  public var bytes: Int?
  /// Whether a cut response still ends its body as HTTP demands.
  public var endsCleanly = false

  /// Creates a fault of a kind with its default parameters.
  public init(_ kind: Kind) {
    self.kind = kind
  }

  private init(_ kind: Kind, _ change: (inout Fault) -> Void) {
    self.kind = kind
    change(&self)
  }
}

extension Fault {
  /// An error response; without a body it is the server's error object.
  public static func status(
    _ status: Int, body: String? = nil, contentType: String? = nil, retryAfter: Int? = nil
  ) -> Fault {
    Fault(.status) {
      $0.status = status
      $0.body = body
      $0.contentType = contentType
      $0.retryAfter = retryAfter
    }
  }

  /// A stream whose first event is an error.
  public static let errorFirst = Fault(.errorFirst)

  /// An error event after some tokens.
  public static func errorEvent(afterTokens tokens: Int) -> Fault {
    Fault(.errorEvent) { $0.afterTokens = tokens }
  }

  /// Silence after some tokens; without a duration it does not end.
  public static func stall(afterTokens tokens: Int, for duration: Duration? = nil) -> Fault {
    Fault(.stall) {
      $0.afterTokens = tokens
      $0.duration = duration
    }
  }

  /// A TCP reset after some tokens.
  public static func reset(afterTokens tokens: Int) -> Fault {
    Fault(.reset) { $0.afterTokens = tokens }
  }

  /// The connection closed between two events after some tokens.
  public static func truncate(afterTokens tokens: Int) -> Fault {
    Fault(.truncate) { $0.afterTokens = tokens }
  }

  /// The response cut in the middle of the event that follows some tokens.
  public static func cutInsideEvent(afterTokens tokens: Int, endsCleanly: Bool = false) -> Fault {
    Fault(.cutInsideEvent) {
      $0.afterTokens = tokens
      $0.endsCleanly = endsCleanly
    }
  }

  /// Half of the response head, a pause, then the rest.
  public static func slowHeaders(_ duration: Duration) -> Fault {
    Fault(.slowHeaders) { $0.duration = duration }
  }

  /// A whole response under another content type.
  public static func wrongContentType(_ contentType: String = "text/plain; charset=utf-8") -> Fault {
    Fault(.wrongContentType) { $0.contentType = contentType }
  }

  /// A response header of many bytes, sent as far as the client takes it.
  public static func hugeHeader(bytes: Int) -> Fault {
    Fault(.hugeHeader) { $0.bytes = bytes }
  }

  /// A line of an event stream that does not end, or ends the connection after some bytes.
  public static func endlessLine(afterTokens tokens: Int = 0, bytes: Int? = nil) -> Fault {
    Fault(.endlessLine) {
      $0.afterTokens = tokens
      $0.bytes = bytes
    }
  }

  /// A response of many bytes.
  public static func hugeBody(bytes: Int) -> Fault {
    Fault(.hugeBody) { $0.bytes = bytes }
  }

  /// Broken JSON after some tokens.
  public static func invalidJSON(afterTokens tokens: Int = 0) -> Fault {
    Fault(.invalidJSON) { $0.afterTokens = tokens }
  }

  /// Bare text in the stream after some tokens.
  public static func rawTextError(afterTokens tokens: Int) -> Fault {
    Fault(.rawTextError) { $0.afterTokens = tokens }
  }
}
