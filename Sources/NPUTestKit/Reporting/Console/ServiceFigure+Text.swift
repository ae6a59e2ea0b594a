internal import NPUBase
public import NPULoad

extension ServiceFigure {
  /// Figures as people read them: two columns for a terminal, or a table of Markdown.
  public static func text(_ figures: [ServiceFigure], isMarkdown: Bool = false) -> String {
    let rows = figures.map { [$0.title, NumberText.fixed($0.value, decimals: $0.decimals)] }
    if isMarkdown {
      let table = ConsoleTable(columns: [.init("figure", .left), .init("value")], rows: rows)
      return (["### Service", ""] + table.markdown + [""]).joined(separator: "\n")
    }
    let width = rows.reduce(0) { max($0, $1[0].displayWidth) }
    let lines = rows.map { "  " + $0[0].padded(to: width, alignment: .left) + "  " + $0[1] }
    return (["Service"] + lines + [""]).joined(separator: "\n")
  }
}
