package import ArgumentParser

extension ValidationError {
  /// Refuses the value of an option outside a range.
  ///
  /// - Parameters:
  ///   - name: The option with its dashes.
  ///   - value: Its value; `nil` if it was not given.
  ///   - range: What it may be.
  ///   - unit: What the numbers count, such as "seconds".
  /// - Throws: `ValidationError` with the option, the range and the value.
  package static func unless<Number: Comparable & Sendable>(
    _ name: String, _ value: Number?, isIn range: ClosedRange<Number>, unit: String? = nil
  ) throws {
    guard let value, !range.contains(value) else { return }
    let isOpen = ["\(Int.max)", "\(Double.greatestFiniteMagnitude)", "inf"].contains("\(range.upperBound)")
    let upper = isOpen ? "or more" : "to \(text(range.upperBound))"
    throw refusal(name, "\(text(range.lowerBound)) \(upper)", unit, value)
  }

  /// Refuses the value of an option outside a range that does not hold its upper end.
  ///
  /// - Parameters:
  ///   - name: The option with its dashes.
  ///   - value: Its value; `nil` if it was not given.
  ///   - range: What it may be.
  ///   - unit: What the numbers count, such as "seconds".
  /// - Throws: `ValidationError` with the option, the range and the value.
  package static func unless<Number: Comparable & Sendable>(
    _ name: String, _ value: Number?, isIn range: Range<Number>, unit: String? = nil
  ) throws {
    guard let value, !range.contains(value) else { return }
    throw refusal(name, "\(text(range.lowerBound)) or more and less than \(text(range.upperBound))", unit, value)
  }

  /// Refuses the value of an option that is not above a bound.
  ///
  /// - Parameters:
  ///   - name: The option with its dashes.
  ///   - value: Its value; `nil` if it was not given.
  ///   - bound: What it must be greater than.
  ///   - most: The greatest value.
  ///   - unit: What the numbers count, such as "seconds".
  /// - Throws: `ValidationError` with the option, the bounds and the value.
  package static func unless(
    _ name: String, _ value: Double?, isAbove bound: Double, upTo most: Double = .greatestFiniteMagnitude,
    unit: String? = nil
  ) throws {
    guard let value, !(value > bound && value <= most) else { return }
    let infinity = most == .infinity ? ", or inf" : ""
    throw refusal(name, "more than \(text(bound))", unit, value, infinity)
  }

  /// Names the option whose value an error of its reading is about.
  ///
  /// - Parameters:
  ///   - name: The option with its dashes.
  ///   - read: Reads the value.
  /// - Returns: What it gives.
  /// - Throws: `ValidationError` with the option and what the error says.
  package static func naming<Value>(_ name: String, _ read: () throws -> Value) throws -> Value {
    do { return try read() } catch { throw ValidationError("\(name): \(error)") }
  }

  private static func refusal(
    _ name: String, _ allowed: String, _ unit: String?, _ value: some Sendable, _ more: String = ""
  ) -> ValidationError {
    ValidationError("\(name) takes \(allowed)\(unit.map { " " + $0 } ?? "")\(more); found \(text(value)).")
  }

  /// A whole number without the fraction that a floating-point number shows.
  private static func text(_ number: some Sendable) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
