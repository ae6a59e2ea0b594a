/// Collects diagnostics, of which a damaged output could have as many as lines.
struct DiagnosticLog {
  /// How many are kept.
  private static let limit = 64

  /// The diagnostics; the last says so if there were more.
  private(set) var diagnostics: [NPUSMIDiagnostic] = []

  mutating func note(_ kind: NPUSMIDiagnostic.Kind, _ text: @autoclosure () -> String) {
    if diagnostics.count < Self.limit {
      diagnostics.append(NPUSMIDiagnostic(kind: kind, text: text()))
    } else if diagnostics.count == Self.limit {
      diagnostics.append(NPUSMIDiagnostic(kind: .furtherDiagnostics, text: "only the first \(Self.limit) are kept"))
    }
  }
}
