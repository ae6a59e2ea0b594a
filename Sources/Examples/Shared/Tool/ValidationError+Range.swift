package import ArgumentParser

extension ValidationError {
  /// Refuses the value of an option outside a range.
  ///
  /// - Parameters:
  ///   - name: The option with its dashes.
  ///   - value: Its value; `nil` if it was not given.
  ///   - range: What it may be.
  package static func unless<Number: Comparable & Sendable>(
    _ name: String, _ value: Number?, isIn range: ClosedRange<Number>
  ) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError("\(name) takes \(range.lowerBound) to \(range.upperBound); found \(value).")
  }
}
