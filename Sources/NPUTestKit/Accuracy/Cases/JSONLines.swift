internal import NPUBase

/// A file with a JSON object on each line, read whole and within a limit.
struct JSONLines {
  /// One line that is not empty.
  struct Line {
    /// From 1.
    var number: Int
    var bytes: [UInt8]
    var object: [String: JSONValue]
  }

  let path: String
  let lines: [Line]

  /// Reads a file.
  ///
  /// - Throws: ``AccuracyError`` with the line that is no object.
  init(path: String) throws(AccuracyError) {
    let bytes = try BoundedFile.read(path)
    self.path = path
    var lines: [Line] = []
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    for (index, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
      let value = try? JSONCoding.decode(JSONValue.self, from: Array(line))
      guard let object = value?.object else {
        throw AccuracyError(
          kind: .malformed, message: "the line is no JSON object: \(Excerpt.of(line, limit: 60))", path: path,
          line: index + 1)
      }
      lines.append(Line(number: index + 1, bytes: Array(line), object: object))
    }
    guard !lines.isEmpty else {
      throw AccuracyError(kind: .noCases, message: "the file is empty; write one JSON object on each line", path: path)
    }
    self.lines = lines
  }

  /// The identity of the case on a line, of which there may be only one.
  ///
  /// - Parameters:
  ///   - line: The line.
  ///   - seen: The lines of the identities so far.
  /// - Returns: The identity.
  /// - Throws: ``AccuracyError`` for a line without one, and for one that stands twice.
  func id(of line: Line, among seen: inout [String: Int]) throws(AccuracyError) -> String {
    guard let id = line.object["id"]?.scalarText, !id.isEmpty else {
      throw fault("the line has no id, by which cases are paired; give it one", line)
    }
    try claim(id, on: line, among: &seen)
    return id
  }

  /// Makes sure that an identity stands once.
  ///
  /// - Parameters:
  ///   - id: The identity.
  ///   - line: Its line.
  ///   - seen: The lines of the identities so far.
  /// - Throws: ``AccuracyError`` of kind `duplicateCase`.
  func claim(_ id: String, on line: Line, among seen: inout [String: Int]) throws(AccuracyError) {
    if let first = seen.updateValue(line.number, forKey: id) {
      throw AccuracyError(
        kind: .duplicateCase,
        message: "the id \"\(Excerpt.of(id, limit: 100))\" stands on line \(first) already; give each case an id "
          + "of its own",
        path: path, line: line.number)
    }
  }

  /// A text of a line; nil where it is absent or null.
  func text(_ key: String, of line: Line) throws(AccuracyError) -> String? {
    switch line.object[key] {
    case nil, .null: return nil
    case .string(let text): return text
    case .int, .double, .bool: return line.object[key]?.scalarText
    case .array, .object: throw fault("\(key) is neither a text nor a number", line)
    }
  }

  /// A truth value of a line; nil where it is absent or null.
  func flag(_ key: String, of line: Line) throws(AccuracyError) -> Bool? {
    switch line.object[key] {
    case nil, .null: return nil
    case .bool(let flag): return flag
    case .int(0): return false
    case .int(1): return true
    default: throw fault("\(key) is neither true nor false", line)
    }
  }

  /// A list of texts of a line; empty where it is absent or null.
  func texts(_ key: String, of line: Line) throws(AccuracyError) -> [String] {
    switch line.object[key] {
    case nil, .null: return []
    case .string(let text): return [text]
    case .array(let values):
      let texts = values.compactMap(\.scalarText)
      guard texts.count == values.count else { throw fault("\(key) holds something else than texts", line) }
      return texts
    default: throw fault("\(key) is no list of texts", line)
    }
  }

  func fault(_ message: String, _ line: Line) -> AccuracyError {
    AccuracyError(kind: .malformed, message: message, path: path, line: line.number)
  }
}
