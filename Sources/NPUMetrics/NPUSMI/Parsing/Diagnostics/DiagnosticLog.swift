/// Collects diagnostics, of which a damaged output could have as many as lines.
struct DiagnosticLog {
  /// How many are kept.
  private static let limit = 64

  /// The diagnostics; the last says so if there were more.
  private(set) var diagnostics: [NPUDiagnostic] = []

  mutating func note(_ kind: NPUDiagnostic.Kind, _ text: @autoclosure () -> String) {
    if diagnostics.count < Self.limit {
      diagnostics.append(NPUDiagnostic(kind: kind, text: text()))
    } else if diagnostics.count == Self.limit {
      diagnostics.append(NPUDiagnostic(kind: .furtherDiagnostics, text: "only the first \(Self.limit) are kept"))
    }
  }
}
