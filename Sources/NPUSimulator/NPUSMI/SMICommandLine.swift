/// A command line of npu-smi.
public enum SMICommandLine: Sendable, Hashable {
  /// The table.
  case info
  /// The cards.
  case list
  /// The numbers of all chips.
  case mapping
  /// One type of values, of a card or one of its chips.
  case query(type: String, card: Int?, chip: Int?)
  /// Lines without end: the card and chip, the seconds between rounds, the letters of the columns.
  case watch(card: Int?, chip: Int?, interval: Int, columns: String)
  /// The version.
  case version
  /// The text about the command line.
  case help
  /// A number that an option does not take.
  case badNumber(option: String)

  /// Reads the arguments after the name of the tool.
  public init(_ arguments: [String]) { self = Self.read(arguments) }

  /// Cards, chips, and the seconds of a day between two rounds.
  private static let mostOfAnything = 86_400

  private static func read(_ arguments: [String]) -> SMICommandLine {
    guard let first = arguments.first else { return .help }
    if first == "-v" { return .version }
    guard first == "info" else { return .help }
    var rest = arguments.dropFirst()
    var isWatch = false
    var type: String?
    var numbers: [String: Int] = [:]
    var columns = "ptaicmbn"
    while let option = rest.popFirst() {
      switch option {
      case "watch": isWatch = true
      case "-l": return .list
      case "-m": return .mapping
      case "-t":
        guard let value = rest.popFirst() else { return .help }
        type = value
      case "-s":
        guard let value = rest.popFirst() else { return .help }
        columns = value
      case "-i", "-c", "-d":
        guard let value = rest.popFirst().flatMap({ Int($0) }), (0...mostOfAnything).contains(value) else {
          return .badNumber(option: option)
        }
        numbers[option] = value
      default: return .help
      }
    }
    if isWatch {
      return .watch(card: numbers["-i"], chip: numbers["-c"], interval: max(1, numbers["-d"] ?? 1), columns: columns)
    } else if let type {
      return .query(type: type, card: numbers["-i"], chip: numbers["-c"])
    } else {
      return numbers.isEmpty ? .info : .help
    }
  }
}
