/// Reads the members of a request with the type checks that vLLM makes before anything else.
struct MemberReader {
  let document: JSONValue

  /// A member that is present and not null.
  func value(_ key: String) -> JSONValue? {
    guard let value = document[key], !value.isNull else { return nil }
    return value
  }

  func string(_ key: String) throws(ErrorResponse) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.stringValue else { throw wrong(key, value, "a string") }
    return text
  }

  /// A boolean; pydantic takes 0 and 1 for one, and so does this.
  func bool(_ key: String) throws(ErrorResponse) -> Bool? {
    guard let value = value(key) else { return nil }
    if let flag = value.boolValue { return flag }
    if let number = value.integerValue, number == 0 || number == 1 { return number == 1 }
    throw wrong(key, value, "a boolean")
  }

  /// A whole number; one written as a string is taken too, as pydantic does.
  func integer(_ key: String) throws(ErrorResponse) -> Int? {
    guard let value = value(key) else { return nil }
    if let number = value.integerValue ?? value.stringValue.flatMap({ Int($0) }) { return number }
    throw wrong(key, value, "a whole number")
  }

  func double(_ key: String) throws(ErrorResponse) -> Double? {
    guard let value = value(key) else { return nil }
    if let number = value.doubleValue { return number }
    throw wrong(key, value, "a number")
  }

  func array(_ key: String) throws(ErrorResponse) -> [JSONValue]? {
    guard let value = value(key) else { return nil }
    guard let elements = value.arrayValue else { throw wrong(key, value, "an array") }
    return elements
  }

  /// A whole number that must not be below a bound.
  func integer(_ key: String, atLeast bound: Int) throws(ErrorResponse) -> Int? {
    guard let number = try integer(key) else { return nil }
    guard number >= bound else { throw .value("\(key) must be at least \(bound), got \(number).", key) }
    return number
  }

  /// The response to a member of the wrong type.
  func wrong(_ key: String, _ value: JSONValue, _ expected: String) -> ErrorResponse {
    .shape("1 validation error:\n  '\(key)' should be \(expected), it is \(value.kindName)", at: key)
  }

  /// The response to a member that is not there.
  func missing(_ key: String) -> ErrorResponse {
    .shape("1 validation error:\n  '\(key)' is required", at: key)
  }
}
