internal import NPUAccuracy
internal import NPUBase
internal import NPUMetrics

extension ComparisonDocument {
  /// The comparison as a JUnit XML document, as continuous integration reads it.
  ///
  /// The first test case is the verdict: a failure if the candidate is worse, an error if the cases leave it open. Then
  /// comes each case. A bad one does not fail the run by itself, for a few of them may be chance: it is skipped with its
  /// figures, and so is one that was not judged.
  public var junit: String {
    var writer = XMLWriter()
    let counts: KeyValuePairs = [
      "name": title, "tests": "\(cases.count + 1)", "failures": verdict == .worse ? "1" : "0",
      "errors": verdict == .undecided ? "1" : "0", "skipped": "\(cases.count { $0.outcome != .good })",
    ]
    writer.begin("testsuites", counts)
    writer.begin("testsuite", counts)
    writer.begin("properties", [:])
    for (name, value) in [("baseline", baseline), ("candidate", candidate)] + figures.map({ ($0.name, $0.value) }) {
      writer.element("property", ["name": name, "value": value])
    }
    writer.end()
    writer.begin("testcase", ["classname": title, "name": "verdict"])
    switch verdict {
    case .same, .better: writer.element("system-out", [:], text: "\(verdict.rawValue): \(reason)")
    case .worse: writer.element("failure", ["message": reason, "type": verdict.rawValue])
    case .undecided: writer.element("error", ["message": reason, "type": verdict.rawValue])
    }
    writer.end()
    for compared in cases {
      writer.begin("testcase", ["classname": title, "name": compared.id])
      let cells = zip(columns, compared.cells).map { "\($0) \($1)" }.joined(separator: ", ")
      let text = [compared.reason, cells].filter { !$0.isEmpty }.joined(separator: "; ")
      if compared.outcome == .good {
        writer.element("system-out", [:], text: text)
      } else {
        writer.element("skipped", ["message": "\(compared.outcome.rawValue): \(text)"])
      }
      writer.end()
    }
    writer.end()
    writer.end()
    return writer.text
  }

  /// The comparison as one JSON object.
  ///
  /// - Throws: The encoder's error.
  public func jsonText() throws -> String {
    String(decoding: try JSONCoding.encode(json).escapingSteering, as: UTF8.self)
  }
}
