internal import NIOCore
internal import NIOHTTP1

/// What a request asks of an object store.
struct StoreRequest {
  var bucket: String
  var key: String
  var query: [String: String]
  /// Whether it bears what only requests to a store do.
  var isForStore: Bool

  init?(_ request: IncomingRequest) {
    let target = request.head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = target.first, path.hasPrefix("/") else { return nil }
    let parts = path.dropFirst().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    bucket = String(parts[0])
    key = parts.count == 2 ? String(decoding: SignatureCheck.decoded(parts[1]), as: UTF8.self) : ""
    query = [:]
    for pair in (target.count == 2 ? target[1] : "").split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let texts = sides.map { String(decoding: SignatureCheck.decoded($0), as: UTF8.self) }
      query[texts[0]] = texts.count == 2 ? texts[1] : ""
    }
    isForStore = request.head.headers.first(name: "x-amz-content-sha256") != nil
  }

  /// A key as a list has it that encodes them.
  static func listed(_ key: String) -> String {
    key.split(separator: "/", omittingEmptySubsequences: false)
      .map { part in
        part.split(separator: " ", omittingEmptySubsequences: false)
          .map { SignatureCheck.encoded(Array($0.utf8)[...]) }.joined(separator: "+")
      }
      .joined(separator: "/")
  }

  /// The parts of an upload, as the document that ends it names them.
  static func parts(in document: String) -> [(Int, String)] {
    document.split(separator: "<Part>").dropFirst().compactMap { part in
      guard let number = inside(part, "PartNumber").flatMap({ Int($0) }), let tag = inside(part, "ETag") else {
        return nil
      }
      return (number, tag.replacing("&quot;", with: "").filter { $0 != "\"" })
    }
  }

  private static func inside(_ text: Substring, _ name: String) -> String? {
    guard let start = text.firstRange(of: "<\(name)>")?.upperBound,
      let end = text[start...].firstRange(of: "</\(name)>")?.lowerBound
    else { return nil }
    return String(text[start..<end])
  }
}

/// A refusal of an object store.
struct StoreRefusal: Error {
  var status: Int
  var code: String
  var message: String
  var more: [(String, String)]

  init(_ status: Int, _ code: String, _ message: String = "", more: [(String, String)] = []) {
    (self.status, self.code, self.message, self.more) = (status, code, message.isEmpty ? code : message, more)
  }

  func response(to asked: StoreRequest, isHead: Bool, _ format: WireFormat) -> ByteBuffer {
    let members = [("Code", code), ("Message", message), ("Key", asked.key), ("RequestId", "\(format.number)")] + more
    let text = members.map { "<\($0.0)>\(Self.escaped($0.1))</\($0.0)>" }.joined()
    let body = ByteBuffer(string: isHead ? "" : Self.document("Error", text))
    return format.response(status, contentType: "application/xml", body: body)
  }

  static func document(_ name: String, _ text: String) -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<\(name)>\(text)</\(name)>"
  }

  static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      default: String(character)
      }
    }.joined()
  }
}
