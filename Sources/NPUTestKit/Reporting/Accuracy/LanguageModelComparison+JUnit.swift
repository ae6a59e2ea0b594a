public import NPUAccuracy
internal import NPUBase

extension LanguageModelComparison {
  /// The comparison as a JUnit XML document, as continuous integration reads it.
  ///
  /// The first test case is the verdict: a failure if the candidate is worse, and if it is undecided, since what is not
  /// shown must not pass in silence. Each case of the comparison follows; one that flipped to the worse is a failure
  /// only where the verdict is worse: a single flip is noise until the test says otherwise. Responses that differ stand
  /// in the output.
  public var junit: String {
    var writer = XMLWriter()
    let fails = verdict == .worse || verdict == .undecided
    let failures = (fails ? 1 : 0) + (verdict == .worse ? cases.count { $0.flip == .worse } : 0)
    let counts: KeyValuePairs = [
      "name": "accuracy", "tests": "\(cases.count + 1)", "failures": "\(failures)", "errors": "0", "skipped": "0",
    ]
    writer.begin("testsuites", counts)
    writer.begin("testsuite", counts)
    writer.begin("properties", [:])
    writer.element("property", ["name": "baseline", "value": baseline])
    writer.element("property", ["name": "candidate", "value": candidate])
    writer.element("property", ["name": "verdict", "value": verdict.rawValue])
    writer.end()
    writer.begin("testcase", ["classname": "accuracy", "name": "verdict"])
    if fails {
      writer.element("failure", ["message": reason, "type": verdict.rawValue])
    } else {
      writer.element("system-out", [:], text: reason)
    }
    writer.end()
    for entry in cases { entry.write(into: &writer, verdict == .worse) }
    writer.end()
    writer.end()
    return writer.text
  }
}

extension CaseComparison {
  fileprivate func write(into writer: inout XMLWriter, _ isWorse: Bool) {
    writer.begin("testcase", ["classname": "accuracy.case", "name": id])
    if flip == .worse, isWorse {
      writer.element("failure", ["message": "right with the baseline, wrong with the candidate", "type": "worse"])
    }
    if flip != nil || exactMatch < 1 {
      var lines = ["baseline: \(baselineText ?? "no response")", "candidate: \(candidateText ?? "no response")"]
      if let flip { lines.insert("flipped to the \(flip.rawValue)", at: 0) }
      if let error { lines.append("error: \(error)") }
      writer.element("system-out", [:], text: lines.joined(separator: "\n"))
    }
    writer.end()
  }
}
