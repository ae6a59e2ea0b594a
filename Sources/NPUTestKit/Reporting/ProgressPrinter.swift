/// Turns snapshots into the text to print: one line drawn over on a terminal, a plain line now and then elsewhere.
public struct ProgressPrinter: Sendable {
  /// How often a line is drawn over on a terminal unless told otherwise.
  public static let defaultRedrawInterval = Duration.milliseconds(200)
  /// How often a plain line is printed unless told otherwise.
  public static let defaultLineInterval = Duration.seconds(10)

  /// A plain line before this would only say that nothing has happened yet.
  private static let firstLine = Duration.seconds(1)

  private let style: TerminalStyle
  private let interval: Duration
  private let width: Int
  private var last: ProgressSnapshot?
  private var hasOpenLine = false

  /// Creates a printer.
  ///
  /// - Parameters:
  ///   - style: What the output can do.
  ///   - interval: The least time between two lines; `nil` takes the default of the style.
  ///   - width: The columns of the terminal; longer lines are cut, since a wrapped line cannot be drawn over.
  public init(style: TerminalStyle, interval: Duration? = nil, width: Int = 80) {
    self.style = style
    self.interval = interval ?? (style.redraws ? Self.defaultRedrawInterval : Self.defaultLineInterval)
    self.width = max(1, width)
  }

  /// The text to print for a snapshot; `nil` if the last line is too recent.
  ///
  /// Rates are those since the line before.
  public mutating func update(_ snapshot: ProgressSnapshot) -> String? {
    if let last, snapshot.isWarmup == last.isWarmup, snapshot.elapsed - last.elapsed < interval { return nil }
    if last == nil, !style.redraws, snapshot.elapsed < min(interval, Self.firstLine) { return nil }
    // A warm-up has counters of its own.
    let earlier = last?.isWarmup == snapshot.isWarmup ? last : nil
    last = snapshot
    let line = snapshot.line(since: earlier)
    guard style.redraws else { return line + "\n" }
    hasOpenLine = true
    return "\r" + Self.cut(line, to: width - 1) + "\u{1B}[K"
  }

  /// The text to print before anything else is, so that it does not run on from a line that was drawn over.
  public mutating func finish() -> String? {
    guard hasOpenLine else { return nil }
    hasOpenLine = false
    return "\n"
  }

  private static func cut(_ line: String, to width: Int) -> String {
    var kept = ""
    var used = 0
    for character in line {
      used += String(character).displayWidth
      guard used <= width else { break }
      kept.append(character)
    }
    return kept
  }
}
