/// Reads one JSON document value by value, as the caller asks for them, and says what is wrong and where.
///
/// The grammar is the one of ``JSONCursor``; this adds values with a type and errors with a message.
package struct JSONByteScanner {
  /// What is wrong with the document, and where.
  package struct Failure: Error, Hashable {
    package var message: String
    /// Bytes from the start of the document.
    package var offset: Int
  }

  private var cursor: JSONCursor

  /// Reads a document, which the closure must read to its end; white space may follow.
  package static func scan<Result>(
    _ bytes: ArraySlice<UInt8>, _ body: (inout JSONByteScanner) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let result = JSONCursor.scan(bytes.span) { cursor -> Swift.Result<Result, Failure> in
      var scanner = JSONByteScanner(cursor: cursor)
      do throws(Failure) {
        scanner.cursor.skipSpace()
        let result = try body(&scanner)
        scanner.cursor.skipSpace()
        guard scanner.cursor.isAtEnd else { throw scanner.fail("more behind the end of the document") }
        return .success(result)
      } catch {
        return .failure(error)
      }
    }
    guard let result else { throw Failure(message: "an empty document", offset: 0) }
    return try result.get()
  }

  /// Calls a closure with each key of an object; the closure reads or skips the value.
  package mutating func readObject(_ body: (String, inout JSONByteScanner) throws(Failure) -> Void) throws(Failure) {
    var hasEntry = try take("an object") { (cursor) throws(JSONCursor.Malformed) in try cursor.enter(.object) }
    while hasEntry {
      let key = try take("a key and a colon") { (cursor) throws(JSONCursor.Malformed) in try cursor.key().text }
      try body(key, &self)
      hasEntry = try take("the end of the object") { (cursor) throws(JSONCursor.Malformed) in
        try cursor.another(in: .object)
      }
    }
  }

  /// Calls a closure before each element of an array; the closure reads or skips it.
  package mutating func readArray(_ body: (inout JSONByteScanner) throws(Failure) -> Void) throws(Failure) {
    var hasElement = try take("an array") { (cursor) throws(JSONCursor.Malformed) in try cursor.enter(.array) }
    while hasElement {
      try body(&self)
      hasElement = try take("the end of the array") { (cursor) throws(JSONCursor.Malformed) in
        try cursor.another(in: .array)
      }
    }
  }

  /// Reads an array of whole numbers.
  package mutating func readIntegers() throws(Failure) -> [Int64] {
    var result: [Int64] = []
    try readArray { (scanner) throws(Failure) in result.append(try scanner.readInteger()) }
    return result
  }

  /// Reads a whole number.
  package mutating func readInteger() throws(Failure) -> Int64 {
    let number = try take("a whole number") { (cursor) throws(JSONCursor.Malformed) in try cursor.anyNumber() }
    if let whole = number.whole { return whole }
    throw fail(number.isWhole ? "a number that does not fit 64 bits" : "a fraction where a whole number is due")
  }

  /// Reads a whole number or `null`.
  package mutating func readIntegerOrNull() throws(Failure) -> Int64? {
    try takeNull() ? nil : try readInteger()
  }

  /// Reads a number or `null`, fractions included.
  package mutating func readNumberOrNull() throws(Failure) -> Double? {
    if try takeNull() { return nil }
    let start = cursor.position
    _ = try take("a number") { (cursor) throws(JSONCursor.Malformed) in try cursor.anyNumber() }
    guard let value = Double(cursor.literalText(start..<cursor.position)) else {
      throw fail("no number where one is due")
    }
    return value
  }

  /// Reads `true` or `false`.
  package mutating func readBool() throws(Failure) -> Bool {
    try take("true or false") { (cursor) throws(JSONCursor.Malformed) in
      let isTrue = try cursor.peek() == 0x74
      try cursor.literal(isTrue ? "true" : "false")
      return isTrue
    }
  }

  /// Reads a string.
  package mutating func readString() throws(Failure) -> String {
    let range = try take("a string") { (cursor) throws(JSONCursor.Malformed) in try cursor.string() }
    return cursor.text(range)
  }

  /// Passes over a value of any kind.
  package mutating func skipValue() throws(Failure) {
    try take("a value") { (cursor) throws(JSONCursor.Malformed) in try cursor.skipValue() }
  }

  /// A failure at the present position.
  package func fail(_ message: String) -> Failure { Failure(message: message, offset: cursor.position) }

  private mutating func takeNull() throws(Failure) -> Bool {
    try take("a number or null") { (cursor) throws(JSONCursor.Malformed) in try cursor.null() }
  }

  /// Takes a step; where the bytes do not allow it, the failure says what was due.
  @inline(__always)
  private mutating func take<Value>(
    _ what: StaticString, _ step: (inout JSONCursor) throws(JSONCursor.Malformed) -> Value
  ) throws(Failure) -> Value {
    do throws(JSONCursor.Malformed) { return try step(&cursor) } catch {
      throw fail(cursor.isAtEnd ? "the end of the line where \(what) is due" : "something else where \(what) is due")
    }
  }
}
