extension JSONValue {
  /// Why a text is not read.
  package enum Fault: Error, Hashable {
    /// It breaks the grammar of JSON, or ends too early.
    case malformed
    /// Objects and lists are nested deeper than ``JSONCursor/maximumDepth``.
    case tooDeep
  }

  /// Reads one JSON document in one pass, whatever a server has put into it.
  ///
  /// Of a key that stands twice the last value counts. Bytes that are not UTF-8 and halves of characters become
  /// U+FFFD; a number beyond the range of a `Double` is unknown and becomes null.
  ///
  /// - Parameter bytes: The text in UTF-8, with or without a byte order mark.
  /// - Throws: ``Fault``.
  package init(reading bytes: [UInt8]) throws(Fault) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let start = bytes.starts(with: mark) ? mark.count : 0
    let result = JSONCursor.scan(bytes.span.extracting(start...)) { cursor -> Result<JSONValue, Fault> in
      do throws(JSONCursor.Malformed) {
        cursor.skipSpace()
        let value = try Self.read(&cursor)
        cursor.skipSpace()
        return cursor.isAtEnd ? .success(value) : .failure(.malformed)
      } catch {
        return .failure(cursor.depth > JSONCursor.maximumDepth ? .tooDeep : .malformed)
      }
    }
    guard let result else { throw .malformed }
    self = try result.get()
  }

  private static func read(_ cursor: inout JSONCursor) throws(JSONCursor.Malformed) -> JSONValue {
    switch try cursor.peek() {
    case 0x22: return .string(cursor.text(try cursor.string()))
    case 0x7B:
      var members: [String: JSONValue] = [:]
      try cursor.object { (cursor, key) throws(JSONCursor.Malformed) in
        let name = key.text
        members[name] = try read(&cursor)
      }
      return .object(members)
    case 0x5B:
      var elements: [JSONValue] = []
      try cursor.array { (cursor) throws(JSONCursor.Malformed) in elements.append(try read(&cursor)) }
      return .array(elements)
    case 0x74:
      try cursor.literal("true")
      return .bool(true)
    case 0x66:
      try cursor.literal("false")
      return .bool(false)
    case 0x6E:
      try cursor.literal("null")
      return .null
    default:
      let start = cursor.position
      if let whole = try cursor.anyNumber().whole { return .int(whole) }
      guard let number = Double(cursor.literalText(start..<cursor.position)), number.isFinite else { return .null }
      return .double(number)
    }
  }
}
