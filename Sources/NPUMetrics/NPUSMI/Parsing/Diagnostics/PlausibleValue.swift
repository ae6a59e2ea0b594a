/// Numbers as they can be: what cannot be is missing, and a diagnostic names it.
enum PlausibleValue {
  /// A part of a hundred.
  static func percent(_ number: Double?, of name: String, log: inout DiagnosticLog) -> Double? {
    guard let number, !(0...100).contains(number) else { return number }
    log.note(.unreadableValue, "\(name) is \(number), which is no part of a hundred")
    return nil
  }

  /// A power, which no chip gives back.
  static func power(_ number: Double?, of name: String, log: inout DiagnosticLog) -> Double? {
    guard let number, !(number >= 0) else { return number }
    log.note(.unreadableValue, "\(name) is \(number), which is below 0")
    return nil
  }
}
