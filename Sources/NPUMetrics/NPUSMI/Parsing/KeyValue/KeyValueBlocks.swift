/// Finds out which card, chip or controller each value of a `-t` query belongs to.
///
/// The number of a chip stands before its values in some answers and after them in others. Blocks are what is between
/// blank lines, and where those were lost, what is between the numbers.
struct KeyValueBlocks {
  /// The values of one chip, controller or card.
  struct Block {
    var npuID: Int?
    var chipID: Int?
    var controller: String?
    var values: [ChipValue] = []
    var processes: [ChipProcess] = []
    var isIdle = false

    var isEmpty: Bool { values.isEmpty && processes.isEmpty && !isIdle }
  }

  /// The blocks in order.
  private(set) var blocks: [Block] = []
  /// How many chips a card says it has.
  private(set) var chipCounts: [Int: Int] = [:]
  /// The cards that were named, in order.
  private(set) var npuIDs: [Int] = []
  /// How many cards the answer says it lists.
  private(set) var cardCount: Int?

  private var npuID: Int?

  init(_ entries: [KeyValueReader.Entry], log: inout DiagnosticLog) {
    if case .value(let value, _)? = entries.first?.line, value.key == "Chip Phy-ID" {
      addRemap(entries)
      return
    }
    for part in Self.parts(entries) { add(part, log: &log) }
    if blocks.contains(where: { $0.chipID != nil || $0.controller != nil }) {
      for block in blocks where block.chipID == nil && block.controller == nil {
        log.note(.incompleteRow, "values without their chip: \(block.values.first?.key ?? "processes")")
      }
    }
  }

  /// Lines between blanks, with what a blank line does not part: flash memories and the texts of several errors.
  private static func parts(_ entries: [KeyValueReader.Entry]) -> [[KeyValueLine]] {
    var parts: [[KeyValueLine]] = []
    for entry in entries {
      var joins = false
      var begins = false
      switch entry.line {
      case .value(let value, _):
        joins = value.key == "Flash ID"
        begins = value.key == "NPU ID"
      case .continuation: joins = true
      case .process, .noProcess: break
      }
      if let last = parts.indices.last, !begins, joins || !entry.isAfterBlank {
        parts[last].append(entry.line)
      } else {
        parts.append([entry.line])
      }
    }
    return parts
  }

  private mutating func add(_ part: [KeyValueLine], log: inout DiagnosticLog) {
    var rest = part[...]
    while case .value(let value, _)? = rest.first, takeHeader(value, log: &log) { rest = rest.dropFirst() }
    var isLeading = false
    if let first = rest.first { isLeading = Self.isMark(first) }
    var block = Block(npuID: npuID)
    for line in rest {
      if Self.isMark(line), case .value(let value, _) = line {
        if isLeading { finish(&block) }
        Self.mark(&block, with: value)
        if !isLeading { finish(&block) }
      } else {
        append(line, to: &block)
      }
    }
    finish(&block)
  }

  /// Takes a line at the beginning of a part that says of which card the following are.
  private mutating func takeHeader(_ value: ChipValue, log: inout DiagnosticLog) -> Bool {
    switch value.key {
    case "NPU ID":
      npuID = value.text.decimalCount
      guard let npuID else {
        log.note(.unreadableValue, "NPU ID is '\(value.text)', which is no number")
        return true
      }
      if npuIDs.last != npuID { npuIDs.append(npuID) }
    case "Chip Count":
      if let npuID, let count = value.text.decimalCount { chipCounts[npuID] = count }
    case "Total Count", "Card Count": cardCount = value.text.decimalCount
    default: return false
    }
    return true
  }

  private mutating func append(_ line: KeyValueLine, to block: inout Block) {
    switch line {
    case .value(let value, _):
      if value.key == "Chip Count", let npuID, let count = value.text.decimalCount { chipCounts[npuID] = count }
      block.values.append(value)
    case .continuation(let text):
      let key = block.values.last?.key ?? blocks.last?.values.last?.key
      if let key { block.values.append(ChipValue(key: key, text: text)) }
    case .process(let process): block.processes.append(process)
    case .noProcess: block.isIdle = true
    }
  }

  private mutating func finish(_ block: inout Block) {
    if !block.isEmpty {
      block.processes = block.processes.map { process in
        var process = process
        process.npuID = block.npuID
        process.chipID = block.chipID
        return process
      }
      blocks.append(block)
    }
    block = Block(npuID: npuID)
  }

  /// Whether a line names the chip or the controller that the lines before or after it belong to.
  private static func isMark(_ line: KeyValueLine) -> Bool {
    guard case .value(let value, _) = line else { return false }
    return value.key == "Chip ID" || (value.key == "Chip Name" && isController(value.text))
  }

  private static func mark(_ block: inout Block, with value: ChipValue) {
    if value.key == "Chip ID" { block.chipID = value.text.decimalCount } else { block.controller = value.text }
  }

  /// Whether a name of a chip is that of a board controller or a camera processor.
  static func isController(_ name: String) -> Bool { name.lowercased() == "mcu" || name == "3559" }

  /// The answer about one physical number names card and chip among its values.
  private mutating func addRemap(_ entries: [KeyValueReader.Entry]) {
    var block = Block()
    for entry in entries {
      guard case .value(let value, _) = entry.line else { continue }
      block.values.append(value)
      switch value.key {
      case "NPU ID": block.npuID = value.text.decimalCount
      case "Chip ID": block.chipID = value.text.decimalCount
      default: break
      }
    }
    if let npuID = block.npuID { npuIDs = [npuID] }
    blocks = [block]
  }
}
