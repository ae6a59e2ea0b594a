/// Reads the table of `npu-smi info`, line by line, by the words of its headings.
struct InfoTableReader {
  private enum Place {
    /// No heading of devices was seen.
    case beforeHeading
    /// The first heading line was seen, and the second must follow.
    case betweenHeadings(TableHeading)
    case devices(TableHeading, TableHeading)
    case processes(TableHeading)
    /// The headings are not those of a device table, so that no row can be read.
    case refused
    /// Another output began.
    case ended
  }

  /// The versions of the first line.
  private(set) var versions = NPUSMIVersions()
  /// The cards that are complete so far.
  private(set) var cards: [ChipCard] = []
  /// The processes so far.
  private(set) var processes: [ChipProcess] = []
  /// The idle cards so far.
  private(set) var idleNPUs: [Int] = []
  /// Whether anything was seen that only a table of the tool has.
  private(set) var isRecognized = false

  private var place = Place.beforeHeading
  /// The first row of a chip, while the line directly below it is awaited; without items where no heading was seen.
  private var pending: (row: TableRow, items: [TableItem])?
  /// A line inside the table that is not of it, which only matters if the table goes on.
  private var foreign: Range<Int>?
  private var lastLine: Range<Int>?
  private var stray: [Range<Int>] = []
  private var sawDeviceHeading = false
  private var knownChips: Set<ChipKey> = []
  private var cardPlaces: [Int: Int] = [:]

  private struct ChipKey: Hashable {
    var npuID: Int
    var chipID: Int?
  }

  /// Takes a line that begins with `|` or `+`.
  mutating func take(_ line: Range<Int>, of bytes: Span<UInt8>, log: inout DiagnosticLog) {
    if case .ended = place { return }
    if let foreign, isRecognized { log.note(.foreignLine, bytes.excerpt(foreign)) }
    foreign = nil
    lastLine = line
    if bytes[line.lowerBound] == UInt8(ascii: "+") {
      dropPending(of: bytes, log: &log)
    } else if let row = TableRow.cut(line, of: bytes) {
      take(row, of: bytes, log: &log)
    } else {
      dropPending(of: bytes, log: &log)
      if isRecognized { log.note(.incompleteRow, bytes.excerpt(line)) }
    }
  }

  /// Takes a line between those of the table; a blank one is none.
  mutating func takeForeign(_ line: Range<Int>, of bytes: Span<UInt8>, log: inout DiagnosticLog) {
    dropPending(of: bytes, log: &log)
    if foreign == nil { foreign = line }
  }

  /// Ends the table.
  mutating func finish(of bytes: Span<UInt8>, log: inout DiagnosticLog) {
    if case .ended = place { return }
    dropPending(of: bytes, log: &log)
    if cards.isEmpty, case .beforeHeading = place {
      for line in stray { log.note(.unreadableRow, bytes.excerpt(line)) }
    }
    if isRecognized, let lastLine, !bytes.isWholeRule(lastLine) {
      log.note(.truncated, "the table ends with '\(bytes.excerpt(lastLine))' and not with a rule")
    }
  }

  private mutating func take(_ row: TableRow, of bytes: Span<UInt8>, log: inout DiagnosticLog) {
    if row.cells.count == 1, takeOnlyCell(row, of: bytes, log: &log) { return }
    switch place {
    case .beforeHeading:
      if !takeHeading(row, of: bytes, log: &log) { takeWithoutHeading(row, of: bytes, log: &log) }
    case .betweenHeadings(let first):
      let second = TableHeading(row, of: bytes)
      place = second.isSecondOfDevice ? .devices(first, second) : .refused
      if case .refused = place { log.note(.unreadableRow, bytes.excerpt(row.line)) }
    case .devices(let first, let second):
      if !takeHeading(row, of: bytes, log: &log) { takeDevice(row, first, second, of: bytes, log: &log) }
    case .processes(let heading):
      if !takeHeading(row, of: bytes, log: &log) { takeProcess(row, heading, of: bytes, log: &log) }
    case .refused:
      if !takeHeading(row, of: bytes, log: &log) { log.note(.unreadableRow, bytes.excerpt(row.line)) }
    case .ended: break
    }
  }

  /// The line of versions and the sentence of an idle card have one cell.
  private mutating func takeOnlyCell(_ row: TableRow, of bytes: Span<UInt8>, log: inout DiagnosticLog) -> Bool {
    guard let cell = row.cells.first, cell.count >= 3, bytes[cell.lowerBound].isASCIILetter else { return false }
    let words = bytes.text(cell).split(whereSeparator: \.isWhitespace)
    if words.first == "npu-smi" {
      if hasContent { return end(at: row, of: bytes, log: &log) }
      versions.tool = words.dropFirst().first.map(String.init)
      versions.driver = words.firstIndex(of: "Version:").flatMap { words[($0 + 1)...].first.map(String.init) }
      isRecognized = true
      return true
    }
    guard words.starts(with: ["No", "running", "processes", "found", "in", "NPU"]) else { return false }
    dropPending(of: bytes, log: &log)
    guard words.count == 7, let npu = words.last?.decimalCount else { return false }
    idleNPUs.append(npu)
    isRecognized = true
    return true
  }

  /// Takes the row as a heading line if it is one.
  private mutating func takeHeading(_ row: TableRow, of bytes: Span<UInt8>, log: inout DiagnosticLog) -> Bool {
    guard let first = row.cells.first, let byte = first.isEmpty ? nil : bytes[first.lowerBound], byte.isASCIILetter
    else { return false }
    let heading = TableHeading(row, of: bytes)
    if heading.isOfProcesses {
      dropPending(of: bytes, log: &log)
      if case .processes = place { return true }
      place = .processes(heading)
    } else if heading.isFirstOfDevice {
      dropPending(of: bytes, log: &log)
      if hasContent { return end(at: row, of: bytes, log: &log) }
      place = .betweenHeadings(heading)
      sawDeviceHeading = true
    } else {
      return false
    }
    isRecognized = true
    return true
  }

  private var hasContent: Bool { !cards.isEmpty || !processes.isEmpty || !idleNPUs.isEmpty }

  /// Whether the table says anything of devices: a chip, or, where the device rows were cut off, processes.
  var hasDevices: Bool { !cards.isEmpty || (!sawDeviceHeading && hasContent) }

  private mutating func end(at row: TableRow, of bytes: Span<UInt8>, log: inout DiagnosticLog) -> Bool {
    log.note(.furtherOutput, bytes.excerpt(row.line))
    place = .ended
    return true
  }

  /// Rows without headings are read if the two rows of a chip have the shape of a known table.
  private mutating func takeWithoutHeading(_ row: TableRow, of bytes: Span<UInt8>, log: inout DiagnosticLog) {
    if let above = pending?.row {
      for (first, second) in TableHeading.shapes {
        guard let lower = second.items(of: row, in: bytes), let upper = first.items(of: above, in: bytes) else {
          continue
        }
        log.note(.missingHeader, "rows without headings, read by their shape: '\(bytes.excerpt(above.line))'")
        isRecognized = true
        place = .devices(first, second)
        pending = nil
        let values = (
          TableValues(columns: first.columns, items: upper), TableValues(columns: second.columns, items: lower)
        )
        return addChip(values, line: above.line, of: bytes, log: &log)
      }
      dropPending(of: bytes, log: &log)
    }
    pending = (row, [])
  }

  private mutating func takeDevice(
    _ row: TableRow, _ first: TableHeading, _ second: TableHeading, of bytes: Span<UInt8>, log: inout DiagnosticLog
  ) {
    if let above = pending, let lower = second.items(of: row, in: bytes) {
      pending = nil
      let values = (
        TableValues(columns: first.columns, items: above.items), TableValues(columns: second.columns, items: lower)
      )
      addChip(values, line: above.row.line, of: bytes, log: &log)
    } else {
      dropPending(of: bytes, log: &log)
      if let upper = first.items(of: row, in: bytes) {
        pending = (row, upper)
      } else {
        let isOrphan = second.items(of: row, in: bytes) != nil
        log.note(isOrphan ? .orphanRow : .unreadableRow, bytes.excerpt(row.line))
      }
    }
  }

  private mutating func addChip(
    _ rows: (first: TableValues, second: TableValues), line: Range<Int>, of bytes: Span<UInt8>,
    log: inout DiagnosticLog
  ) {
    var chip = ChipStatus(npuID: 0, chipID: nil)
    rows.first.fill(&chip, of: bytes, log: &log)
    rows.second.fill(&chip, of: bytes, log: &log)
    guard knownChips.insert(ChipKey(npuID: chip.npuID, chipID: chip.chipID)).inserted else {
      return log.note(.duplicateChip, bytes.excerpt(line))
    }
    cards.add(chip, places: &cardPlaces)
  }

  private mutating func takeProcess(
    _ row: TableRow, _ heading: TableHeading, of bytes: Span<UInt8>, log: inout DiagnosticLog
  ) {
    guard let items = heading.items(of: row, in: bytes) else {
      return log.note(.unreadableRow, bytes.excerpt(row.line))
    }
    processes.append(TableValues(columns: heading.columns, items: items).process(of: bytes))
  }

  /// Gives up the first row of a chip whose second is not directly below it.
  private mutating func dropPending(of bytes: Span<UInt8>, log: inout DiagnosticLog) {
    guard let above = pending?.row.line else { return }
    pending = nil
    if case .devices = place {
      log.note(.incompleteRow, bytes.excerpt(above))
    } else if stray.count < 8 {
      stray.append(above)
    }
  }
}

extension Span where Element == UInt8 {
  /// Whether a line is a whole rule of a table.
  func isWholeRule(_ line: Range<Int>) -> Bool {
    guard line.count >= 2, self[line.lowerBound] == UInt8(ascii: "+"), self[line.upperBound - 1] == UInt8(ascii: "+")
    else { return false }
    for index in line {
      switch self[index] {
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "="): continue
      default: return false
      }
    }
    return true
  }
}
