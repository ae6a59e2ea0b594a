/// Recognises what an output of the tool is, and hands its lines to the reader of that kind.
struct OutputReader {
  private enum Answer {
    case none
    case keyValues(KeyValueReader)
    case mapping(MappingReader)
    case watch(WatchReader)
    case topology(TopologyReader)
    case help
  }

  /// A longer line that is not of a table is none of the tool's.
  private static let lineLimit = 8192
  private static let skippedLimit = 8

  private var table = InfoTableReader()
  private var answer = Answer.none
  private var toolVersion: String?
  private var failure: NPUSMIError?
  private var skipped: [String] = []
  private var log = DiagnosticLog()
  private var rows = 0
  private var second = SecondAnswer()

  /// Takes all lines.
  mutating func read(_ bytes: Span<UInt8>) {
    // A byte order mark at the beginning is no part of the first line.
    var place = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
    while place < bytes.count {
      let (line, next) = bytes.line(from: place)
      place = next
      take(line, of: bytes)
    }
  }

  private mutating func take(_ line: Range<Int>, of bytes: Span<UInt8>) {
    guard let first = line.isEmpty ? nil : bytes[line.lowerBound] else { return takeBlank() }
    if first == UInt8(ascii: "|") || first == UInt8(ascii: "+") {
      return takeTableLine(line, of: bytes)
    }
    if table.isRecognized { table.takeForeign(line, of: bytes, log: &log) }
    guard line.count <= Self.lineLimit else { return skip(bytes.excerpt(line)) }
    takeText(bytes.text(line))
  }

  /// Takes a line that may be of a table; one that follows an answer is only named, unless the answer was none.
  private mutating func takeTableLine(_ line: Range<Int>, of bytes: Span<UInt8>) {
    if case .none = answer {
      guard !table.isRecognized || hasRoom() else { return }
      return table.take(line, of: bytes, log: &log)
    }
    guard !second.isNamed else { return }
    var unused = DiagnosticLog()
    table.take(line, of: bytes, log: &unused)
    guard table.isRecognized else { return }
    if case .keyValues(let reader) = answer, reader.isWeak {
      answer = .none
      for diagnostic in unused.diagnostics { log.note(diagnostic.kind, diagnostic.text) }
    } else {
      log.note(.furtherOutput, bytes.excerpt(line))
      table = InfoTableReader()
      second.isNamed = true
    }
  }

  /// Counts a line of a table or an answer; false if there were too many to keep.
  private mutating func hasRoom() -> Bool {
    if rows == ChipReport.rowLimit { log.note(.truncated, "only the first \(ChipReport.rowLimit) lines are read") }
    rows += rows > ChipReport.rowLimit ? 0 : 1
    return rows <= ChipReport.rowLimit
  }

  private mutating func takeBlank() {
    if case .keyValues(var reader) = answer {
      answer = .none
      reader.takeBlank()
      answer = .keyValues(reader)
    }
  }

  private mutating func takeText(_ line: String) {
    if let error = ErrorSentence.read(line) { return takeFailure(error) }
    if case .none = answer {
      if table.isRecognized { second.take(line, after: .table, log: &log) } else { begin(line) }
      // The line that begins an answer is its first.
      if case .none = answer { return }
      rows += 1
      return
    }
    guard hasRoom() else { return }
    // Each reader is taken out of the enum while it changes, so that its arrays are not copied.
    switch answer {
    case .none: break
    case .help: second.take(line, after: .other, log: &log)
    case .keyValues(var reader):
      answer = .none
      // What was only a line of a log is no answer.
      if reader.isWeak, SecondAnswer.isHeading(line) { return begin(line) }
      second.take(line, after: .keyValues, log: &log)
      if second.isNamed { reader.close() } else { reader.take(line, log: &log) }
      second.isNamed = second.isNamed || reader.saidFurther
      answer = .keyValues(reader)
    case .mapping(var reader):
      answer = .none
      second.take(line, after: .other, log: &log)
      if !second.isNamed { reader.take(line, log: &log) }
      answer = .mapping(reader)
    case .watch(var reader):
      answer = .none
      second.take(line, after: .watch, log: &log)
      if !second.isNamed { reader.take(line, log: &log) }
      answer = .watch(reader)
    case .topology(var reader):
      answer = .none
      second.take(line, after: .other, log: &log)
      if !second.isNamed { reader.take(line, log: &log) }
      answer = .topology(reader)
    }
  }

  private mutating func begin(_ line: String) {
    if let columns = NamedColumns(mapping: line) {
      answer = .mapping(MappingReader(columns))
    } else if let columns = NamedColumns(watch: line) {
      answer = .watch(WatchReader(columns, log: &log))
    } else if let topology = TopologyReader(heading: line) {
      answer = .topology(topology)
    } else if line.hasPrefix("npu-smi version:") {
      toolVersion = toolVersion ?? line.dropFirst("npu-smi version:".count).split(separator: " ").first.map(String.init)
    } else if line.hasPrefix("Usage: npu-smi") {
      answer = .help
    } else if let keyValue = KeyValueLine(line), KeyValueReader.begins(keyValue) {
      var reader = KeyValueReader()
      reader.take(line, log: &log)
      answer = .keyValues(reader)
    } else {
      skip(line)
    }
  }

  private mutating func takeFailure(_ error: NPUSMIError) {
    if failure == nil {
      failure = error
      failure?.skippedLines = skipped
    }
    log.note(.toolMessage, error.text)
  }

  private mutating func skip(_ line: String) {
    if skipped.count < Self.skippedLimit { skipped.append(line.count > 200 ? line.prefix(200) + "..." : line) }
  }

  /// The report of everything that was taken.
  mutating func report(of bytes: Span<UInt8>) throws(NPUSMIError) -> ChipReport {
    let answer = self.answer
    // Beside an answer, lines with bars are none of the tool's.
    if case .none = answer { table.finish(of: bytes, log: &log) }
    let report =
      switch answer {
      case .none: tableReport()
      case .keyValues(let reader): reader.report(log: &log)
      case .mapping(let reader): ChipReport(kind: .mapping, cards: reader.cards, values: reader.controllers)
      case .watch(let reader): ChipReport(kind: .watch, cards: reader.cards(log: &log), values: reader.rounds)
      case .topology(let reader): topologyReport(reader)
      case .help: failure == nil ? ChipReport(kind: .help) : nil
      }
    guard var report, report.hasContent else { throw error(of: bytes) }
    report.diagnostics = log.diagnostics
    return report
  }

  private func tableReport() -> ChipReport? {
    if let toolVersion, !table.isRecognized {
      return failure == nil ? ChipReport(kind: .version, versions: NPUSMIVersions(tool: toolVersion)) : nil
    }
    guard table.isRecognized, table.hasDevices else { return nil }
    return ChipReport(
      kind: .info, versions: table.versions, cards: table.cards, processes: table.processes,
      idleNPUs: table.idleNPUs)
  }

  private mutating func topologyReport(_ reader: TopologyReader) -> ChipReport? {
    reader.finish(log: &log)
    guard !reader.topology.rows.isEmpty else { return nil }
    return ChipReport(kind: .topology, topology: reader.topology)
  }

  /// Why there is no report: what the tool said, or what the text looks like.
  private func error(of bytes: Span<UInt8>) -> NPUSMIError {
    if var failure {
      failure.diagnostics = log.diagnostics.filter { $0 != NPUSMIDiagnostic(kind: .toolMessage, text: failure.text) }
      return failure
    }
    let whole = bytes.trimmed(0..<bytes.count)
    let text = bytes.excerpt(whole, limit: 2000)
    let isBlank = text.allSatisfy { $0.isWhitespace || $0 == "\u{FEFF}" }
    var kind = NPUSMIError.Kind.unrecognized
    if isBlank { kind = .empty } else if table.isRecognized { kind = .noDeviceRow }
    return NPUSMIError(
      kind: kind, text: isBlank ? "the output is empty" : text, skippedLines: skipped, diagnostics: log.diagnostics)
  }
}

extension ChipReport {
  /// Whether anything was understood.
  fileprivate var hasContent: Bool {
    switch kind {
    case .help, .version: true
    default: !cards.isEmpty || !processes.isEmpty || !idleNPUs.isEmpty || !values.isEmpty || topology != nil
    }
  }
}
