public import NPULoad

/// Turns snapshots into the text to print: one line drawn over on a terminal, a plain line now and then elsewhere.
public struct ProgressPrinter: Sendable {
  /// How often a line is drawn over on a terminal unless told otherwise.
  public static let defaultRedrawInterval = Duration.milliseconds(200)
  /// How often a plain line is printed unless told otherwise.
  public static let defaultLineInterval = Duration.seconds(10)

  /// A plain line before this would only say that nothing has happened yet.
  private static let firstLine = Duration.seconds(1)

  /// Over how long the rates of a redrawn line are taken: over one redraw they would leap between nothing and all.
  private static let rateSpan = Duration.seconds(2)

  private let style: TerminalStyle
  private let interval: Duration
  private let width: Int
  /// What was printed, as far back as rates reach; the newest last.
  private var recent: [ProgressSnapshot] = []
  /// The newest snapshot that came too soon to be printed.
  private var skipped: ProgressSnapshot?
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
  /// Rates are those since the line before, on a terminal those of the last two seconds.
  public mutating func update(_ snapshot: ProgressSnapshot) -> String? {
    let last = recent.last
    skipped = snapshot
    if let last, snapshot.isWarmup == last.isWarmup, snapshot.elapsed - last.elapsed < interval { return nil }
    if last == nil, !style.redraws, snapshot.elapsed < min(interval, Self.firstLine) { return nil }
    skipped = nil
    // A warm-up has counters of its own.
    if last?.isWarmup != snapshot.isWarmup { recent = [] }
    let horizon = snapshot.elapsed - (style.redraws ? Self.rateSpan : .zero)
    while recent.count > 1, recent[1].elapsed <= horizon { recent.removeFirst() }
    let line = snapshot.line(since: recent.first)
    recent.append(snapshot)
    guard style.redraws else { return line + "\n" }
    hasOpenLine = true
    return redrawn(line)
  }

  /// The text to print before anything else is, so that it does not run on from a line that was drawn over.
  ///
  /// The line is brought up to date first, with the rates of the whole run.
  public mutating func finish() -> String? {
    guard hasOpenLine else { return nil }
    hasOpenLine = false
    return (skipped.map { redrawn($0.line()) } ?? "") + "\n"
  }

  private func redrawn(_ line: String) -> String { "\r" + Self.cut(line, to: width - 1) + "\u{1B}[K" }

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
