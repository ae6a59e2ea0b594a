internal import NPUBase

extension ConfigurationRules {
  /// How ModelArts asks whether an image is ready.
  mutating func checkHealth(_ value: JSONValue?) {
    guard let value else {
      if isImage { add(.warning, "health", "described as mandatory with model_type Image") }
      return
    }
    guard let members = value.object else { return add(.error, "health", "must be an object") }
    if !isImage { add(.warning, "health", "only a model of type Image has one; it has no effect here") }
    for name in members.keys.sorted() { checkMember(name, members[name] ?? .null) }
    let method = members["check_method"]?.string?.uppercased() ?? "HTTP"
    let needed: [(name: String, severity: PackageFinding.Severity)] =
      method == "EXEC"
      ? [("command", .error)]
      : [
        ("url", .error), ("protocol", .warning), ("initial_delay_seconds", .warning), ("timeout_seconds", .warning),
      ]
    for (name, severity) in needed where members[name] == nil { add(severity, "health.\(name)", "missing") }
  }

  private mutating func checkMember(_ name: String, _ value: JSONValue) {
    let place = "health.\(name)"
    let numbers = ["initial_delay_seconds", "timeout_seconds", "period_seconds", "failure_threshold"]
    guard numbers.contains(name) || ["url", "protocol", "check_method", "command"].contains(name) else {
      return add(.warning, place, "the specification knows no such field; check its spelling")
    }
    guard let text = value.string else {
      let advice = numbers.contains(name) ? ", such as \"5\"" : ""
      return add(.error, place, "must be text in quotes\(advice)")
    }
    let found = "found \"\(Excerpt.of(text, limit: 60))\""
    switch name {
    case "url":
      if !text.hasPrefix("/") { add(.error, place, "must be a path that begins with a slash; \(found)") }
    case "protocol":
      if !["http", "https"].contains(text.lowercased()) { add(.error, place, "must be http or https; \(found)") }
    case "check_method":
      if !["HTTP", "EXEC"].contains(text.uppercased()) { add(.error, place, "must be HTTP or EXEC; \(found)") }
    case "command":
      if text.isEmpty { add(.error, place, "is empty") }
    default:
      if Int(text).map({ (0...86_400).contains($0) }) != true || !text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
        add(.error, place, "must be a whole number in quotes; \(found)")
      }
    }
  }
}
