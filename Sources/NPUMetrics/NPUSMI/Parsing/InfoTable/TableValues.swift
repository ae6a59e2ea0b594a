/// The values of one row of a table, by the columns of its heading.
struct TableValues {
  /// The columns of the heading.
  var columns: [TableColumn]
  /// What the row has for each of them.
  var items: [TableItem]

  /// Fills a chip from one of its two rows.
  func fill(_ chip: inout ChipStatus, of bytes: Span<UInt8>, log: inout DiagnosticLog) {
    for (column, item) in zip(columns, items) { fill(&chip, column, item, of: bytes, log: &log) }
  }

  private func fill(
    _ chip: inout ChipStatus, _ column: TableColumn, _ item: TableItem, of bytes: Span<UInt8>,
    log: inout DiagnosticLog
  ) {
    let text = item.first
    switch column {
    case .npu: if let id = bytes.wholeNumber(text) { chip.npuID = id }
    case .chip: chip.chipID = bytes.wholeNumber(text)
    case .logicID: chip.logicID = bytes.wholeNumber(text)
    case .physicalID: chip.physicalID = bytes.wholeNumber(text)
    case .name: chip.name = bytes.presentText(text)
    case .health: chip.health = bytes.presentText(text).map { ChipHealth(rawValue: $0) }
    case .busID: chip.busID = bytes.presentText(text)
    case .power:
      let watts = number("Power(W)", text, of: bytes, log: &log)
      chip.powerWatts = PlausibleValue.power(watts, of: "Power(W)", log: &log)
    case .temperature: chip.temperatureCelsius = number("Temp(C)", text, of: bytes, log: &log)
    case .aiCore: chip.aiCorePercent = percent("AICore(%)", text, of: bytes, log: &log)
    case .utilization: chip.utilizationPercent = percent("NPU Util(%)", text, of: bytes, log: &log)
    case .memory:
      chip.memory = pair("Memory-Usage(MB)", item, of: bytes, log: &log).map {
        ChipMemory(usedMegabytes: $0.used, totalMegabytes: $0.total)
      }
    case .hbm:
      chip.hbm = pair("HBM-Usage(MB)", item, of: bytes, log: &log).map {
        ChipMemory(usedMegabytes: $0.used, totalMegabytes: $0.total)
      }
    case .hugepages:
      chip.hugepages = pair("Hugepages-Usage(page)", item, of: bytes, log: &log).map {
        ChipHugepages(usedPages: $0.used, totalPages: $0.total)
      }
    case .other(let key): chip.otherColumns.append(ChipValue(key: key, text: bytes.text(item.range)))
    case .processID, .containerProcessID, .processName, .processMemory: break
    }
  }

  /// The process of a row.
  func process(of bytes: Span<UInt8>) -> ChipProcess {
    var process = ChipProcess(npuID: nil, chipID: nil, processID: nil, name: nil, memoryBytes: nil)
    for (column, item) in zip(columns, items) {
      let text = item.first
      switch column {
      case .npu: process.npuID = bytes.wholeNumber(text)
      case .chip: process.chipID = bytes.wholeNumber(text)
      case .processID: process.processID = bytes.wholeNumber(text)
      case .containerProcessID: process.containerProcessID = bytes.wholeNumber(text)
      case .processName: process.name = bytes.presentText(text)
      case .processMemory:
        process.memoryBytes = ChipMemory(usedMegabytes: bytes.wholeNumber(text), totalMegabytes: nil).usedBytes
      case .other(let key): process.otherColumns.append(ChipValue(key: key, text: bytes.text(item.range)))
      default: break
      }
    }
    return process
  }

  private func number(
    _ name: String, _ text: Range<Int>, of bytes: Span<UInt8>, log: inout DiagnosticLog
  ) -> Double? {
    if bytes.isMissing(text) { return nil }
    if let number = bytes.decimalNumber(text) { return number }
    log.note(.unreadableValue, "\(name) is '\(bytes.excerpt(text))', which is no number")
    return nil
  }

  private func percent(
    _ name: String, _ text: Range<Int>, of bytes: Span<UInt8>, log: inout DiagnosticLog
  ) -> Double? {
    PlausibleValue.percent(number(name, text, of: bytes, log: &log), of: name, log: &log)
  }

  /// Both numbers of a use, or nil where they are missing or contradict each other.
  private func pair(
    _ name: String, _ item: TableItem, of bytes: Span<UInt8>, log: inout DiagnosticLog
  ) -> (used: Int?, total: Int?)? {
    guard let second = item.second else { return nil }
    let used = bytes.wholeNumber(item.first)
    let total = bytes.wholeNumber(second)
    guard used != nil || bytes.isMissing(item.first), total != nil || bytes.isMissing(second) else {
      log.note(.unreadableValue, "\(name) is '\(bytes.excerpt(item.range))', which is no 'used / total'")
      return nil
    }
    if let used, let total, used > total {
      log.note(.unreadableValue, "\(name) is '\(bytes.excerpt(item.range))', more used than there is")
      return nil
    }
    return used == nil && total == nil ? nil : (used, total)
  }
}

extension Span where Element == UInt8 {
  /// The text of a range; nil where it says that there is no value.
  func presentText(_ range: Range<Int>) -> String? { isMissing(range) ? nil : text(range) }
}
