package import NPUTestKit

extension ReportForms {
  /// The report of fault drills.
  package init(_ report: DrillReport) {
    self.init(
      json: { try report.json() }, markdown: { DrillText(report).markdown },
      console: { DrillText(report, style: .ofDescriptor(1)).console }, junit: { report.junit })
  }
}
