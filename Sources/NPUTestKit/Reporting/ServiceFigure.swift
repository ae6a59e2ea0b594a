/// One headline figure of a service, such as images per minute.
public struct ServiceFigure: Sendable, Hashable {
  /// The key in JSON, with its unit.
  public var name: String
  /// What it is called in a table, with its unit.
  public var title: String
  /// Its value; `nil` where it is not defined.
  public var value: Double?
  /// How many decimals a table shows.
  public var decimals: Int

  /// Creates a figure.
  public init(_ name: String, _ title: String, _ value: Double?, decimals: Int = 2) {
    self.name = name
    self.title = title
    self.value = value
    self.decimals = decimals
  }

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
