internal import NPUBase

/// A table of short texts, as fixed-width lines or as Markdown.
package struct ConsoleTable: Sendable, Hashable {
  /// To which side the cells of a column lean.
  package enum Alignment: Sendable, Hashable {
    /// To the left, for words.
    case left
    /// To the right, for numbers.
    case right
  }

  /// One column.
  package struct Column: Sendable, Hashable {
    /// Its heading.
    package var title: String
    /// To which side its cells lean.
    package var alignment: Alignment

    /// Whether Markdown shows its cells as code.
    package var isCode: Bool

    /// Creates a column.
    package init(_ title: String, _ alignment: Alignment = .right, isCode: Bool = false) {
      self.title = title
      self.alignment = alignment
      self.isCode = isCode
    }
  }

  /// The columns from left to right.
  package var columns: [Column]
  /// The rows; missing cells are empty, surplus ones are left out.
  package var rows: [[String]]

  /// Creates a table.
  package init(columns: [Column], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// The table in fixed-width lines: headings, a rule, the rows.
  ///
  /// Wide characters count as two columns.
  package var lines: [String] {
    let cells = rows.map(cells(of:))
    let widths = columns.indices.map { column in
      cells.reduce(columns[column].title.displayWidth) { max($0, $1[column].displayWidth) }
    }
    func line(_ texts: [String]) -> String {
      let padded = columns.indices.map { texts[$0].padded(to: widths[$0], alignment: columns[$0].alignment) }
      return padded.joined(separator: "  ").trimmingTrailingSpaces()
    }
    let rule = String(repeating: "-", count: widths.reduce(0, +) + 2 * max(0, widths.count - 1))
    return [line(columns.map(\.title)), rule] + cells.map(line)
  }

  /// The table in the Markdown of GitHub.
  package var markdown: [String] {
    func line(_ texts: [String]) -> String {
      "| " + texts.joined(separator: " | ") + " |"
    }
    let rule = "| " + columns.map { $0.alignment == .left ? "---" : "---:" }.joined(separator: " | ") + " |"
    return [line(columns.map { MarkdownText.escaped($0.title) }), rule]
      + rows.map { row in
        line(
          cells(of: row).enumerated().map { column, cell in
            guard columns[column].isCode, !cell.isEmpty else { return MarkdownText.escaped(cell) }
            // A bar ends a cell even inside code.
            return MarkdownText.code(cell).replacing("|", with: "\\|")
          })
      }
  }

  /// One line of text per cell: a line break inside would tear the table.
  private func cells(of row: [String]) -> [String] {
    columns.indices.map { $0 < row.count ? row[$0].onOneLine : "" }
  }
}

extension String {
  fileprivate func trimmingTrailingSpaces() -> String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
