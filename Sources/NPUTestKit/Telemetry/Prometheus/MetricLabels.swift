/// The labels of one series, in the order of their names.
///
/// Two sets are equal when they hold the same names and values, in whatever order they were written.
package struct MetricLabels: Sendable, Hashable {
  /// One label.
  package struct Label: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// Its value, escapes resolved.
    package var value: String

    /// Creates a label.
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The labels, sorted by name.
  package let labels: [Label]

  /// Creates a set; of labels with one name the first is kept.
  package init(_ labels: [Label]) {
    var names: Set<String> = []
    self.labels = labels.filter { names.insert($0.name).inserted }.sorted { $0.name < $1.name }
  }

  /// No labels.
  package static let none = MetricLabels([])

  /// The value of a label, or `nil`.
  package subscript(name: String) -> String? { labels.first { $0.name == name }?.value }

  /// The labels without one of them.
  func without(_ name: String) -> MetricLabels { MetricLabels(labels.filter { $0.name != name }) }
}

extension MetricLabels: CustomStringConvertible {
  /// The labels as Prometheus writes them: `{engine="0",model_name="m"}`, or nothing.
  package var description: String {
    guard !labels.isEmpty else { return "" }
    let parts = labels.map { label in
      "\(label.name)=\"\(label.value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n"))\""
    }
    return "{" + parts.joined(separator: ",") + "}"
  }
}
