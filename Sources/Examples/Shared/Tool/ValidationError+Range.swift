package import ArgumentParser

extension ValidationError {
  /// Refuses the value of an option outside a range.
  ///
  /// - Parameters:
  ///   - name: The option with its dashes.
  ///   - value: Its value; `nil` if it was not given.
  ///   - range: What it may be.
  /// - Throws: `ValidationError` with the option, the range and the value.
  package static func unless<Number: Comparable & Sendable>(
    _ name: String, _ value: Number?, isIn range: ClosedRange<Number>
  ) throws {
    guard let value, !range.contains(value) else { return }
    let allowed =
      "\(range.upperBound)" == "\(Int.max)"
      ? "\(text(range.lowerBound)) or more" : "\(text(range.lowerBound)) to \(text(range.upperBound))"
    throw ValidationError("\(name) takes \(allowed); found \(text(value)).")
  }

  /// A whole number without the fraction that a floating-point number shows.
  private static func text(_ number: some Sendable) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
