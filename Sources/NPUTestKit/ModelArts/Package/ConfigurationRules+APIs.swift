internal import NPUBase

extension ConfigurationRules {
  private static let mediaTypes = ["application/json", "multipart/form-data"]

  /// What the service is asked by.
  mutating func checkAPIs(_ value: JSONValue?) {
    guard let value else { return }
    guard let list = value.array else { return add(.error, "apis", "must be a list of objects") }
    if !isImage, list.count > 1 {
      add(
        .error, "apis",
        "\(list.count) APIs; a model of another type than Image has one, whose url is /")
    }
    for (position, element) in list.enumerated() {
      let place = "apis[\(position)]"
      guard let members = element.object else {
        add(.error, place, "must be an object")
        continue
      }
      checkURL(members["url"], "\(place).url")
      checkMethod(members["method"], "\(place).method")
      for direction in ["request", "response"] { checkShape(members[direction], "\(place).\(direction)") }
    }
  }

  private mutating func checkURL(_ value: JSONValue?, _ place: String) {
    guard let value else { return }
    guard let url = value.string else { return add(.error, place, "must be text") }
    let shown = "'\(Excerpt.of(url, limit: 80))'"
    if !isImage {
      if url != "/" {
        add(
          .error, place,
          "\(shown) with model_type \(Excerpt.of(modelType ?? "unknown", limit: 40)): a model of another type than "
            + "Image may only declare '/'")
      }
    } else if !url.hasPrefix("/") || url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
      add(.error, place, "\(shown) is no path; it begins with a slash and has no spaces")
    }
  }

  private mutating func checkMethod(_ value: JSONValue?, _ place: String) {
    guard let value else { return }
    guard let method = value.string else { return add(.error, place, "must be text") }
    if method.uppercased() != "POST" {
      add(.error, place, "'\(Excerpt.of(method, limit: 40))': the specification knows POST alone")
    }
  }

  /// How a request or a response is declared.
  private mutating func checkShape(_ value: JSONValue?, _ place: String) {
    guard let value else { return add(.warning, place, "missing; a batch service needs it to know what to send") }
    guard let members = value.object else { return add(.error, place, "must be an object") }
    if let type = members["Content-type"] {
      checkMediaType(type, "\(place).Content-type")
    } else if let other = members.keys.sorted().first(where: { $0.lowercased() == "content-type" }) {
      add(.error, "\(place).\(other)", "is written Content-type, with a small t; this key is not read")
    } else {
      add(.warning, "\(place).Content-type", "missing; write application/json or multipart/form-data")
    }
    if let data = members["data"], data.object == nil {
      add(.error, "\(place).data", "must be a JSON schema, which is an object")
    }
  }

  private mutating func checkMediaType(_ value: JSONValue, _ place: String) {
    guard let type = value.string else { return add(.error, place, "must be text") }
    guard !Self.mediaTypes.contains(type.lowercased()) else { return }
    add(
      isImage ? .warning : .error, place,
      "'\(Excerpt.of(type, limit: 60))': the specification knows \(Self.mediaTypes.joined(separator: " and ")) alone")
  }
}
