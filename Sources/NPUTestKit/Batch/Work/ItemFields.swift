internal import NPUBase
internal import NPUServices

/// What a line or a file gives for a request.
struct ItemFields {
  /// Fields that go into the request as they stand.
  var fields: [String: JSONValue] = [:]
  /// The path that the line names, as OpenAI's batch files do.
  var route: String?

  /// What a line holds beside its name.
  init(_ line: JSONValue) throws {
    guard var members = line.object else { throw ServiceError(item: "the line is not an object") }
    if let body = members["body"] {
      guard let inner = body.object else { throw ServiceError(item: "\"body\" is not an object") }
      if let method = members["method"]?.string, method.uppercased() != "POST" {
        throw ServiceError(item: "the method is \(Excerpt.of(method, limit: 20)); only POST is sent")
      }
      route = members["url"]?.string
      fields = inner
    } else {
      for name in ["id", "custom_id"] { members[name] = nil }
      fields = members
    }
    fields = Self.whole(fields)
    if let route, !route.hasPrefix("/") || route.hasPrefix("//") {
      throw ServiceError(item: "\"url\" is not a path that begins with a slash")
    }
  }

  /// Fields without those that ask for a stream.
  static func whole(_ fields: [String: JSONValue]) -> [String: JSONValue] {
    fields.filter { $0.key != "stream" && $0.key != "stream_options" }
  }

  /// Takes a text out of the fields.
  mutating func text(_ names: String...) throws -> String? {
    for name in names {
      guard let value = fields[name] else { continue }
      guard let text = value.string else { throw ServiceError(item: "\"\(name)\" is not a text") }
      fields[name] = nil
      return text
    }
    return nil
  }

  /// Refuses a path other than the one that is asked anyway.
  func check(route used: String) throws {
    guard let route, route != used else { return }
    throw ServiceError(
      item: "\"url\" is \(Excerpt.of(route, limit: 200)), and the batch asks \(used); name the path for the whole batch"
    )
  }

  /// The text of a file.
  static func text(of path: String) throws -> String {
    guard let text = String(validating: try MediaFile.read(path), as: UTF8.self) else {
      throw ServiceError(item: "the file \(path) is not text in UTF-8")
    }
    return text
  }
}

extension ServiceError {
  /// An item of which no request can be made.
  init(item message: String) { self.init(kind: .invalidRequest, message: message) }
}
