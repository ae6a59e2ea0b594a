package import NPUTestKit

extension ReportForms {
  /// A comparison of two language model services.
  ///
  /// - Parameters:
  ///   - comparison: The comparison.
  ///   - notes: What else is to be said.
  package init(_ comparison: LanguageModelComparison, notes: [String]) {
    self.init(
      json: { comparison.json(notes: notes) },
      markdown: { LanguageModelComparisonText(comparison, notes: notes).markdown },
      console: { LanguageModelComparisonText(comparison, notes: notes, style: .ofDescriptor(1)).console },
      junit: { comparison.junit })
  }
}
