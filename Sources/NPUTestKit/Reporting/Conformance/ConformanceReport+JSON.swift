internal import NPUBase
public import NPUConformance

extension ConformanceReport {
  /// The report as one JSON object, with the counts and the exit status beside the results.
  ///
  /// - Throws: The encoder's error.
  public func json() throws -> String {
    struct Document: Encodable {
      var report: ConformanceReport

      func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var container = encoder.container(keyedBy: JSONKey.self)
        let counts = Finding.Verdict.allCases.map { ($0.rawValue, report.count($0)) }
        try container.encode(Dictionary(uniqueKeysWithValues: counts), forKey: "counts")
        try container.encode(report.passes, forKey: "passes")
        try container.encode(report.exitStatus, forKey: "exit_status")
      }
    }
    return String(decoding: try JSONCoding.encode(Document(report: self)).escapingSteering, as: UTF8.self)
  }
}
