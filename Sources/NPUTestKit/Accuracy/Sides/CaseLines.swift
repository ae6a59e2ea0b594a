internal import NPUBase

/// Reads a file of cases, one JSON object a line.
enum CaseLines {
  /// The cases of a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - read: Makes a case of an object and the number of its line, from 1; a text says what is wrong with it.
  /// - Returns: The cases.
  /// - Throws: ``AccuracyError`` with the line that is wrong, for an identity that stands twice, and for a file without a
  ///   case.
  static func read<Case: AskedCase>(
    _ path: String, _ read: (JSONValue, Int) -> Result<Case, CaseFault>
  ) throws(AccuracyError) -> [Case] {
    let file = try JSONLines(path: path)
    var seen: [String: Int] = [:]
    var cases: [Case] = []
    for line in file.lines {
      switch read(.object(line.object), line.number) {
      case .success(let made):
        try file.claim(made.id, on: line, among: &seen)
        cases.append(made)
      case .failure(let fault): throw file.fault(fault.message, line)
      }
    }
    return cases
  }
}
