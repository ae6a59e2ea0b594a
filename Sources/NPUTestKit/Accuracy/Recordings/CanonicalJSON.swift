internal import NPUBase

/// One text for equal JSON values: keys in the order of their UTF-8 bytes, no white space, no point in whole numbers.
enum CanonicalJSON {
  /// The text of a value; that of null for none.
  static func text(of value: JSONValue?) -> String {
    var json = JSONByteWriter()
    write(value ?? .null, to: &json)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static func write(_ value: JSONValue, to json: inout JSONByteWriter) {
    switch value {
    case .null: json.null()
    case .bool(let flag): json.value(flag)
    case .int(let number): json.value(number)
    case .double(let number):
      if let whole = Int64(exactly: number) { json.value(whole) } else { json.value(number) }
    case .string(let text): json.value(text)
    case .array(let elements):
      json.beginArray()
      for element in elements { write(element, to: &json) }
      json.endArray()
    case .object(let members):
      json.beginObject()
      for (name, member) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        json.key(name)
        write(member, to: &json)
      }
      json.endObject()
    }
  }
}
