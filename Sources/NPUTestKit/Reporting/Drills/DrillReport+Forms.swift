internal import NPUBase
public import NPUReliability

/// What a test throws when a service does not pass its drills; its text is the report.
public struct DrillFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// The report.
  public var report: DrillReport

  /// Creates the error of a report.
  public init(report: DrillReport) { self.report = report }

  /// The report as text.
  public var description: String { DrillText(report).console }
}

extension DrillReport {
  /// Makes a test fail unless the service passes.
  ///
  /// - Throws: ``DrillFailure``, whose text is the report.
  public func require() throws {
    if !passes { throw DrillFailure(report: self) }
  }

  /// The report as one JSON object, with the counts and the exit status beside the results.
  ///
  /// - Throws: The encoder's error.
  public func json() throws -> String {
    struct Document: Encodable {
      var report: DrillReport

      func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var container = encoder.container(keyedBy: JSONKey.self)
        let counts = DrillVerdict.allCases.map { ($0.rawValue, report.count($0)) }
        try container.encode(Dictionary(uniqueKeysWithValues: counts), forKey: "counts")
        try container.encode(report.passes, forKey: "passes")
        try container.encode(report.exitStatus, forKey: "exit_status")
      }
    }
    return String(decoding: try JSONCoding.encode(Document(report: self)).escapingSteering, as: UTF8.self)
  }

  /// The report as a JUnit XML document: a test case for each scenario; one that stayed open is an error.
  public var junit: String {
    var writer = XMLWriter()
    let seconds = results.reduce(0) { $0 + $1.duration.seconds }
    let counts: KeyValuePairs = [
      "name": "fault-drill", "tests": "\(results.count)", "failures": "\(count(.fail))",
      "errors": "\(count(.undecided))", "skipped": "\(count(.notApplicable))",
      "time": NumberText.fixed(seconds, decimals: 3),
    ]
    writer.begin("testsuites", counts)
    writer.begin("testsuite", counts)
    writer.begin("properties", [:])
    writer.element("property", ["name": "service", "value": service])
    writer.end()
    for result in results { result.write(into: &writer) }
    writer.end()
    writer.end()
    return writer.text
  }
}

extension DrillResult {
  fileprivate func write(into writer: inout XMLWriter) {
    writer.begin(
      "testcase",
      [
        "classname": "fault-drill", "name": "\(scenario.name): \(scenario.title)",
        "time": NumberText.fixed(duration.seconds, decimals: 3),
      ])
    let detail = "Expected: \(scenario.expectation)"
    let attributes: KeyValuePairs = ["message": reason, "type": verdict.rawValue]
    switch verdict {
    case .pass:
      writer.element(
        "system-out", [:], text: findings.map { "\($0.demand): \($0.reason)" }.joined(separator: "\n"))
    case .fail: writer.element("failure", attributes, text: detail)
    case .undecided: writer.element("error", attributes, text: detail)
    case .notApplicable: writer.element("skipped", ["message": reason])
    }
    writer.end()
  }
}
