extension KeyValueReader {
  /// The report of the lines.
  func report(log: inout DiagnosticLog) -> ChipReport {
    var keys: Set<String> = []
    var firstKey: String?
    var hasProcesses = false
    for entry in entries {
      switch entry.line {
      case .value(let value, _):
        if firstKey == nil { firstKey = value.key }
        keys.insert(value.key)
      case .process, .noProcess: hasProcesses = true
      case .continuation: break
      }
    }
    var kind = hasProcesses ? ChipReport.Kind(rawValue: "proc-mem") : QueryKeys.kind(of: keys, first: firstKey)
    let blocks = KeyValueBlocks(entries, log: &log)
    // A list of the 950 family can lack its total if it was cut off, and still says nothing but names of cards.
    if !hasProcesses, keys.isSubset(of: ["NPU ID", "Chip Count", "Product Name", "Serial Number"]) { kind = .list }
    var report = ChipReport(kind: kind)
    report.cards = kind == .list ? blocks.listedCards : blocks.cards(kind: kind, log: &log)
    report.values = blocks.blocks.compactMap { block in
      block.values.isEmpty
        ? nil
        : ChipValueBlock(npuID: block.npuID, chipID: block.chipID, controller: block.controller, values: block.values)
    }
    report.processes = blocks.blocks.flatMap(\.processes)
    let busy = Set(report.processes.compactMap(\.npuID))
    var idle: Set<Int> = []
    report.idleNPUs = blocks.blocks.compactMap { block in
      guard block.isIdle, let npuID = block.npuID, !busy.contains(npuID), idle.insert(npuID).inserted else {
        return nil
      }
      return npuID
    }
    if let stated = blocks.cardCount, stated > report.cards.count {
      log.note(.truncated, "\(report.cards.count) cards of \(stated)")
    }
    return report
  }
}

extension KeyValueBlocks {
  /// The cards of `-l`.
  fileprivate var listedCards: [ChipCard] {
    var cards = npuIDs.map { ChipCard(npuID: $0, chipCount: chipCounts[$0]) }
    var places: [Int: Int] = [:]
    for (place, card) in cards.enumerated() where places[card.npuID] == nil { places[card.npuID] = place }
    for block in blocks {
      guard let place = block.npuID.flatMap({ places[$0] }) else { continue }
      for value in block.values where !value.isMissing {
        switch value.key {
        case "Product Name": cards[place].productName = value.text
        case "Serial Number": cards[place].serialNumber = value.text
        default: break
        }
      }
    }
    return cards
  }

  /// The cards of a query with the chips that are known by their numbers.
  ///
  /// A card with a count of chips prints the number of each chip; values without it are of the card, or their number
  /// was cut off, and make no chip.
  fileprivate func cards(kind: ChipReport.Kind, log: inout DiagnosticLog) -> [ChipCard] {
    var cards: [ChipCard] = []
    var places: [Int: Int] = [:]
    for npuID in npuIDs where places[npuID] == nil {
      places[npuID] = cards.count
      cards.append(ChipCard(npuID: npuID, chipCount: chipCounts[npuID]))
    }
    var known: Set<[Int?]> = []
    for block in blocks where block.controller == nil {
      guard let npuID = block.npuID, let place = places[npuID] else { continue }
      guard block.chipID != nil || chipCounts[npuID] == nil else { continue }
      var chip = ChipStatus(npuID: npuID, chipID: block.chipID)
      chip.fill(from: block, kind: kind, log: &log)
      if known.insert([npuID, block.chipID]).inserted { cards[place].chips.append(chip) }
    }
    return cards
  }
}

extension ChipStatus {
  /// Fills the properties of which a block of a `-t` query speaks.
  ///
  /// Capacities are the whole percent's base and no use: used memory is left nil rather than computed from a rate that
  /// is off by up to one percent.
  mutating func fill(from block: KeyValueBlocks.Block, kind: ChipReport.Kind, log: inout DiagnosticLog) {
    let isFlash = kind.rawValue == "flash"
    for value in block.values where !value.isMissing {
      let count = value.text.decimalCount
      switch value.key {
      case "Health", "Health Status": health = ChipHealth(rawValue: value.text)
      case "NPU Real-time Power(W)": powerWatts = PlausibleValue.power(value.number, of: value.key, log: &log)
      case "Temperature(C)", "Temperature (C)", "NPU Temperature (C)": temperatureCelsius = value.number
      case "Aicore Usage Rate(%)": aiCorePercent = PlausibleValue.percent(value.number, of: value.key, log: &log)
      case "NPU Utilization(%)":
        utilizationPercent = PlausibleValue.percent(value.number, of: value.key, log: &log)
      case "HBM Capacity(MB)": hbm = count.map { ChipMemory(usedMegabytes: nil, totalMegabytes: $0) }
      case "DDR Capacity(MB)", "Memory Capacity(MB)":
        memory = count.map { ChipMemory(usedMegabytes: nil, totalMegabytes: $0) }
      case "Capacity(MB)" where !isFlash: memory = count.map { ChipMemory(usedMegabytes: nil, totalMegabytes: $0) }
      case "Hugepages Total(page)", "DDR Hugepages Total(page)":
        hugepages = count.map { ChipHugepages(usedPages: nil, totalPages: $0) }
      case "PCIe Bus Info": busID = value.text
      case "Chip Name": name = value.text
      case "Chip Phy-ID": physicalID = count
      case "Slot ID": slotID = count
      default: break
      }
    }
  }
}
