internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// What all requests of a workload have in common, as a report shows it.
struct RequestPattern {
  /// The members of the body or the fields of the form.
  let members: [String: JSONValue]

  /// The most characters of a text that are shown: an image in Base64 has millions.
  private static let textLimit = 4000
  /// Words in the names of members that hold secrets; requests have none, but gateways take some in the body.
  private static let secretWords = [
    "apikey", "password", "passwd", "secret", "authorization", "credential", "privatekey", "bearer", "cookie", "jwt",
  ]
  /// What ends in "token" and is none of those that open doors.
  private static let plainTokens: Set<String> = ["eostoken", "bostoken", "padtoken", "unktoken", "stoptoken"]

  /// The pattern of requests in JSON.
  ///
  /// - Parameters:
  ///   - body: The body of a request that asks nothing.
  ///   - own: The members that each request has for itself, or that a report names elsewhere.
  ///   - redactor: Knows what must not be shown.
  init(_ body: some Encodable, without own: Set<String>, cleanedBy redactor: Redactor) {
    // What cannot be written is refused when the first request is prepared.
    let bytes = (try? JSONCoding.encode(body)) ?? []
    let value = try? JSONCoding.decode(JSONValue.self, from: bytes)
    self.init(value?.object ?? [:], without: own, cleanedBy: redactor)
  }

  /// The pattern of requests in a form.
  init(_ members: [String: JSONValue], without own: Set<String>, cleanedBy redactor: Redactor) {
    self.members = Self.shown(members.filter { !own.contains($0.key) }, redactor)
  }

  private static func shown(_ members: [String: JSONValue], _ redactor: Redactor) -> [String: JSONValue] {
    Dictionary(
      uniqueKeysWithValues: members.map { name, value in
        let word = name.lowercased().filter { $0 != "_" && $0 != "-" }
        let isToken = word.hasSuffix("token") && !plainTokens.contains(word)
        let isSecret = isToken || secretWords.contains { word.contains($0) }
        return (name, isSecret ? .string(Redactor.mark) : shown(value, redactor))
      })
  }

  private static func shown(_ value: JSONValue, _ redactor: Redactor) -> JSONValue {
    switch value {
    case .string(let text): .string(shown(text, redactor))
    case .array(let values): .array(values.map { shown($0, redactor) })
    case .object(let members): .object(shown(members, redactor))
    case .null, .bool, .int, .double: value
    }
  }

  private static func shown(_ text: String, _ redactor: Redactor) -> String {
    let clean = redactor.clean(text)
    return clean.count <= textLimit ? clean : clean.prefix(textLimit / 4) + "… (\(clean.count) characters)"
  }
}
