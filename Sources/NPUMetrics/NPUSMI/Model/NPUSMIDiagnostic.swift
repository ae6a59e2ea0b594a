/// Something in an output of the tool that could not be used as it stands.
///
/// What a diagnostic speaks of is missing from the report: it is never guessed. A diagnostic holds no line number, so
/// that a prompt or a log line before the output changes nothing.
public struct NPUSMIDiagnostic: Sendable, Hashable, Codable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A row that is cut, or the first row of a chip without its second.
    case incompleteRow = "incomplete_row"
    /// The second row of a chip without the first directly above it.
    case orphanRow = "orphan_row"
    /// A row that does not fit the headings.
    case unreadableRow = "unreadable_row"
    /// A value that is not what its heading says; the other values of the row are kept.
    case unreadableValue = "unreadable_value"
    /// A line inside a table that is not of the table.
    case foreignLine = "foreign_line"
    /// Rows without headings above them; they were read by their shape alone.
    case missingHeader = "missing_header"
    /// The end of the table is missing, and perhaps rows with it.
    case truncated
    /// The same chip twice; the first is kept.
    case duplicateChip = "duplicate_chip"
    /// A second output after the first; only the first is read.
    case furtherOutput = "further_output"
    /// A sentence by which the tool reports a failed part of its answer.
    case toolMessage = "tool_message"
    /// More diagnostics than are kept.
    case furtherDiagnostics = "further_diagnostics"
  }

  /// The cause.
  public var kind: Kind
  /// The text that it is about, shortened.
  public var text: String

  /// Creates a diagnostic.
  public init(kind: Kind, text: String) {
    self.kind = kind
    self.text = text
  }
}

extension NPUSMIDiagnostic: CustomStringConvertible {
  /// The cause and the text.
  public var description: String { "\(kind.rawValue): \(text)" }
}
