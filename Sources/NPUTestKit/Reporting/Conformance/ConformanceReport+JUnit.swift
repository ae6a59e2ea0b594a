internal import NPUBase
public import NPUConformance

extension ConformanceReport {
  /// The report as a JUnit XML document, as continuous integration reads it.
  ///
  /// Each check is a test case. A required check that failed is a failure, one that could not be judged an error. What
  /// does not apply is skipped; so is, for want of a better word in the format, a recommended check that did not hold,
  /// with its reason. The evidence stands in the output of the case.
  public var junit: String {
    var writer = XMLWriter()
    let counts: KeyValuePairs = [
      "name": suite, "tests": "\(results.count)", "failures": "\(results.count { $0.junitOutcome == .failure })",
      "errors": "\(results.count { $0.junitOutcome == .error })",
      "skipped": "\(results.count { $0.junitOutcome == .skipped })",
      "time": NumberText.fixed(duration.seconds, decimals: 3),
    ]
    writer.begin("testsuites", counts)
    writer.begin("testsuite", counts)
    writer.begin("properties", [:])
    writer.element("property", ["name": "service", "value": service])
    for note in notes { writer.element("property", ["name": "note", "value": note]) }
    writer.end()
    for result in results { result.write(into: &writer, suite: suite) }
    writer.end()
    writer.end()
    return writer.text
  }
}

extension CheckResult {
  fileprivate enum JUnitOutcome { case passed, failure, error, skipped }

  fileprivate var junitOutcome: JUnitOutcome {
    switch finding.verdict {
    case .pass: .passed
    case .notApplicable: .skipped
    case .fail: isFailure ? .failure : .skipped
    case .inconclusive: isFailure ? .error : .skipped
    }
  }

  fileprivate func write(into writer: inout XMLWriter, suite: String) {
    writer.begin(
      "testcase",
      [
        "classname": suite, "name": "\(check.identifier): \(check.title)",
        "time": NumberText.fixed(duration.seconds, decimals: 3),
      ])
    let detail =
      ["Requirement: \(check.requirement)"] + (check.knownDeviations.map { ["Known deviations: \($0)"] } ?? [])
    switch junitOutcome {
    case .passed: break
    case .failure:
      writer.element(
        "failure", ["message": finding.reason, "type": finding.verdict.rawValue], text: detail.joined(separator: "\n"))
    case .error:
      writer.element(
        "error", ["message": finding.reason, "type": finding.verdict.rawValue], text: detail.joined(separator: "\n"))
    case .skipped:
      let prefix = isWarning ? "recommended, \(finding.verdict.phrase): " : ""
      writer.element("skipped", ["message": prefix + finding.reason])
    }
    if finding.verdict != .notApplicable, !evidence.exchanges.isEmpty || finding.verdict == .pass {
      let note = finding.verdict == .pass ? [finding.reason] : []
      writer.element("system-out", [:], text: (note + [evidence.text]).joined(separator: "\n"))
    }
    writer.end()
  }
}
