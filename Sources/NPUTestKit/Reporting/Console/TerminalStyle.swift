/// How text for people is decorated; decided once from what stands behind the output.
public struct TerminalStyle: Sendable, Hashable {
  /// Whether lines may be drawn over.
  public var redraws: Bool
  /// Whether colour may be used.
  public var usesColor: Bool

  /// No decoration: files, pipes, logs.
  public static let plain = TerminalStyle(redraws: false, usesColor: false)

  /// Creates a style.
  public init(redraws: Bool, usesColor: Bool) {
    self.redraws = redraws
    self.usesColor = usesColor
  }

  /// Decides from the output and the environment.
  ///
  /// Colour needs a terminal; a non-empty `NO_COLOR` turns it off, `TERM=dumb` turns everything off.
  ///
  /// - Parameters:
  ///   - isTerminal: Whether the output is a terminal.
  ///   - environment: The variables of the process.
  public init(isTerminal: Bool, environment: [String: String]) {
    let isCapable = isTerminal && environment["TERM"] != "dumb"
    redraws = isCapable
    usesColor = isCapable && environment["NO_COLOR", default: ""].isEmpty
  }

  /// A colour with one meaning.
  enum Tone: String {
    case good = "32"
    case bad = "31"
    case doubtful = "33"
    case heading = "1"
  }

  /// The text in a tone, where colour may be used.
  func paint(_ text: String, _ tone: Tone?) -> String {
    guard usesColor, let tone else { return text }
    return "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m"
  }
}
