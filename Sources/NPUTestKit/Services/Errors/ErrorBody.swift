public import NPUBase

/// The error that a server describes in the body of its response, whatever its protocol.
///
/// It understands the objects of OpenAI, vLLM (both generations), MindIE, FastAPI and Huawei Cloud gateways, JSON
/// nested in a text, HTML pages, plain text, and nothing at all.
public struct ErrorBody: Sendable, Hashable {
  /// How the body was written.
  public enum Form: String, Sendable, Hashable, CaseIterable {
    /// An object under the key error: OpenAI and its relatives.
    case errorObject = "error_object"
    /// A text under the key error.
    case errorText = "error_text"
    /// The object is the error itself: vLLM before 0.10.1.
    case flatObject = "flat_object"
    /// A text or a list under the key detail: FastAPI.
    case detail
    /// A pair of code and text: Huawei Cloud gateways.
    case gateway
    /// A text under the key message and nothing else.
    case message
    /// Another JSON document.
    case otherJSON = "other_json"
    /// An HTML page.
    case html
    /// Plain text.
    case text
    /// No bytes.
    case empty
  }

  /// What the server says, on one line and of readable length.
  public var message: String
  /// The type of the error in the server's own word.
  public var type: String?
  /// The code as sent, number or text.
  public var code: String?
  /// The request field that the server complains of.
  public var parameter: String?
  /// The identity of the request, where the body holds it.
  public var requestID: String?
  /// How the body was written.
  public var form: Form

  /// Reads the body of a response.
  public init(_ bytes: [UInt8]) {
    let body = bytes.drop { Self.isBlank($0) }
    if body.isEmpty {
      self.init(message: "", form: .empty)
    } else if body.first == UInt8(ascii: "{") || body.first == UInt8(ascii: "[") || body.first == UInt8(ascii: "\""),
      let value = try? JSONCoding.decode(JSONValue.self, from: Array(body))
    {
      self.init(value)
    } else if body.first == UInt8(ascii: "<") {
      self.init(message: Self.title(ofHTML: String(decoding: body.prefix(1 << 16), as: UTF8.self)), form: .html)
    } else {
      self.init(message: Excerpt.of(body), form: .text)
    }
  }

  /// Reads an error that has been parsed already.
  public init(_ value: JSONValue) {
    self = Self.reading(value, depth: 0)
    message = Excerpt.of(message)
    type = type.map { Excerpt.of($0, limit: 100) }
    code = code.map { Excerpt.of($0, limit: 100) }
    parameter = parameter.map { Excerpt.of($0, limit: 100) }
    requestID = requestID.map { Excerpt.of($0, limit: 100) }
  }

  private init(message: String, form: Form) {
    self.message = message
    self.form = form
  }

  private static func reading(_ value: JSONValue, depth: Int) -> ErrorBody {
    guard let object = value.object else { return other(value) }
    func first(_ keys: String...) -> String? { keys.lazy.compactMap { object[$0]?.scalarText }.first { !$0.isEmpty } }
    let requestID = first("request_id", "requestId")
    let parameter = first("param")

    if let inner = object["error"]?.object {
      var body = inner.isEmpty ? other(value) : reading(.object(inner), depth: depth + 1)
      body.form = .errorObject
      body.requestID = body.requestID ?? requestID
      return body
    }
    if let text = object["error"]?.scalarText ?? object["Error"]?.string {
      var body = ErrorBody(message: text, form: .errorText)
      // MindIE writes a whole JSON document into the text.
      if depth < 3, text.first == "{", let nested = try? JSONCoding.decode(JSONValue.self, from: Array(text.utf8)) {
        body = reading(nested, depth: depth + 1)
        body.form = .errorText
      }
      body.type = first("error_type", "type") ?? body.type
      body.code = first("code", "error_code") ?? body.code
      body.parameter = body.parameter ?? parameter
      body.requestID = body.requestID ?? requestID
      return body
    }
    if let text = first("error_msg") {
      var body = ErrorBody(message: text, form: .gateway)
      body.code = first("error_code")
      body.requestID = requestID
      return body
    }
    if let detail = object["detail"], detail != .null {
      return reading(detail: detail)
    }
    if let text = first("message", "msg") {
      var body = ErrorBody(message: text, form: .message)
      body.type = first("type", "error_type")
      body.code = first("code", "error_code")
      body.parameter = parameter
      body.requestID = requestID
      if object["object"]?.string == "error" || body.type != nil { body.form = .flatObject }
      if let nodes = object["no_contact_node"]?.array?.compactMap(\.string), !nodes.isEmpty {
        body.message += ": " + nodes.joined(separator: "; ")
      }
      return body
    }
    return other(value)
  }

  /// FastAPI: a text, or a list of complaints each with the place it is about.
  private static func reading(detail: JSONValue) -> ErrorBody {
    guard let complaints = detail.array else {
      if detail.object != nil {
        var body = reading(detail, depth: 1)
        body.form = .detail
        return body
      }
      return ErrorBody(message: detail.scalarText ?? "", form: .detail)
    }
    var body = ErrorBody(message: "", form: .detail)
    body.message = complaints.prefix(8).map { complaint in
      let place = (complaint["loc"]?.array ?? []).compactMap(\.scalarText).joined(separator: ".")
      let text = complaint["msg"]?.string ?? complaint.scalarText ?? ""
      return place.isEmpty ? text : "\(place): \(text)"
    }.joined(separator: "; ")
    body.type = complaints.first?["type"]?.string
    body.parameter = complaints.first?["loc"]?.array?.last?.scalarText
    return body
  }

  private static func other(_ value: JSONValue) -> ErrorBody {
    if let text = value.string { return ErrorBody(message: text, form: .otherJSON) }
    let bytes = (try? JSONCoding.encode(value)) ?? []
    return ErrorBody(message: Excerpt.of(bytes), form: .otherJSON)
  }

  /// The title of a page, else its first heading, else its words.
  private static func title(ofHTML page: String) -> String {
    let lowered = page.lowercased()
    // Lowering keeps the length of ASCII pages; others fall back to the words.
    if lowered.utf8.count == page.utf8.count {
      for tag in ["title", "h1"] {
        guard let open = lowered.firstRange(of: "<\(tag)>"),
          let close = lowered[open.upperBound...].firstRange(of: "</\(tag)>")
        else { continue }
        let from = lowered.utf8.distance(from: lowered.startIndex, to: open.upperBound)
        let to = lowered.utf8.distance(from: lowered.startIndex, to: close.lowerBound)
        let title = String(decoding: Array(page.utf8.dropFirst(from).prefix(to - from)), as: UTF8.self)
        if !title.allSatisfy(\.isWhitespace) { return Excerpt.of(String(title.drop(while: \.isWhitespace))) }
      }
    }
    var words = ""
    var isInTag = false
    for character in page {
      switch character {
      case "<": isInTag = true
      case ">": isInTag = false
      default: if !isInTag { words.append(character) }
      }
    }
    return Excerpt.of(words.split(whereSeparator: \.isWhitespace).joined(separator: " "))
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
