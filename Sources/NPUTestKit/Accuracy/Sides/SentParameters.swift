internal import NPUBase
internal import NPUDigest
internal import NPUServices

/// What all requests to a service have in common, member by member, for the manifest of a recording.
///
/// Whatever is sent is in it, so that responses to other requests are not taken for the same; media and other long texts
/// stand by their digest.
struct SentParameters {
  /// The members, without those that are not sent.
  private(set) var members: [String: JSONValue] = [:]
  /// A text of more bytes is rather a medium than a setting.
  private static let longestText = 256
  private static let mark = "sha256:"

  /// The members as a manifest has them.
  var json: JSONValue { .object(members) }

  mutating func set(_ name: String, _ value: JSONValue?) { members[name] = value.map(Self.named) }

  mutating func set(_ name: String, _ text: String?) { set(name, text.map { JSONValue.string($0) }) }

  mutating func set(_ name: String, _ number: Double?) { set(name, number.map { JSONValue.double($0) }) }

  mutating func set(_ name: String, _ number: Int?) { set(name, number.map { JSONValue.int(Int64($0)) }) }

  mutating func set(_ name: String, _ image: ImageSource?) {
    switch image {
    case nil: break
    case .bytes(let bytes): members[name] = .string(Self.mark + ContentDigest.text(of: bytes))
    case .text(let text): set(name, text)
    }
  }

  mutating func set(extras: [String: JSONValue]) {
    if !extras.isEmpty { set("extras", JSONValue.object(extras)) }
  }

  /// Adds the members of a request as it is sent.
  mutating func add(_ request: [String: JSONValue]) {
    for (name, value) in request { set(name, value) }
  }

  /// The members of an object of a manifest that can be sent again: without those of which it has a digest alone.
  static func restored(_ value: JSONValue?) -> [String: JSONValue] {
    (value?.object ?? [:]).filter { !isDigest($0.value) }
  }

  /// A text of a manifest, unless it has the digest alone.
  static func restored(text value: JSONValue?) -> String? {
    value.flatMap { isDigest($0) ? nil : $0.string }
  }

  private static func isDigest(_ value: JSONValue) -> Bool {
    switch value {
    case .string(let text): text.hasPrefix(mark)
    case .array(let elements): elements.contains(where: isDigest)
    case .object(let members): members.values.contains(where: isDigest)
    case .null, .bool, .int, .double: false
    }
  }

  private static func named(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text):
      text.utf8.count > longestText ? .string(mark + ContentDigest.text(of: Array(text.utf8))) : value
    case .array(let elements): .array(elements.map(named))
    case .object(let members): .object(members.mapValues(named))
    case .null, .bool, .int, .double: value
    }
  }
}
