internal import NPUBase

/// Reads a file of cases, one JSON object a line.
enum CaseLines {
  /// The cases of a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - read: Makes a case of a line of the file.
  /// - Returns: The cases.
  /// - Throws: ``AccuracyError`` with the line that is wrong, for an identity that stands twice, and for a file without a
  ///   case.
  static func read<Case: AskedCase>(
    _ path: String, _ read: (JSONLines, JSONLines.Line) throws(AccuracyError) -> Case
  ) throws(AccuracyError) -> [Case] {
    let file = try JSONLines(path: path)
    var seen: [String: Int] = [:]
    var cases: [Case] = []
    for line in file.lines {
      let made = try read(file, line)
      try file.claim(made.id, on: line, among: &seen)
      cases.append(made)
    }
    return cases
  }
}

extension JSONLines {
  /// The identity of a line, or its number where it has none.
  func name(of line: Line) throws(AccuracyError) -> String {
    guard let id = try text("id", of: line), !id.isEmpty else { return "\(line.number)" }
    return id
  }

  /// A whole number of a line; nil where it is absent or null.
  func integer(_ key: String, of line: Line) throws(AccuracyError) -> Int? {
    switch line.object[key] {
    case nil, .null: return nil
    case .int(let value):
      if let count = Int(exactly: value) { return count }
    case .double(let value):
      if let count = Int(exactly: value) { return count }
    case .string(let text):
      if let count = Int(text) { return count }
    default: break
    }
    throw fault("\(key) is no whole number", line)
  }
}
