internal import HTTPTypes

extension HTTPFields {
  /// The value of a field that has no name of its own in the module of HTTP types.
  func value(_ name: String) -> String? { HTTPField.Name(name).flatMap { self[$0] } }

  /// Sets such a field.
  mutating func set(_ name: String, _ value: String) {
    if let name = HTTPField.Name(name) { self[name] = value }
  }
}
