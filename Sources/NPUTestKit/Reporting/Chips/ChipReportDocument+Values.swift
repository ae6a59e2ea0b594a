internal import NPUMetrics

extension ChipReportDocument {
  /// A block of values, with the chip, controller or card that it belongs to.
  struct ValuesObject: Encodable {
    private enum Key: String, CodingKey {
      case controller, values
      case npuID = "npu_id"
      case chipID = "chip_id"
    }

    /// A key of the tool, which may be any text.
    private struct Name: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }

      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    /// A value as a number if it is one, as null if the tool has none, as its text otherwise.
    private struct Value: Encodable {
      var value: ChipValue

      func encode(to encoder: any Encoder) throws {
        var single = encoder.singleValueContainer()
        if value.isMissing {
          try single.encodeNil()
        } else if let number = value.number {
          try single.encode(number)
        } else {
          try single.encode(value.text)
        }
      }
    }

    var block: ChipValueBlock

    func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: Key.self)
      try object.encode(block.npuID, forKey: .npuID)
      try object.encode(block.chipID, forKey: .chipID)
      try object.encode(block.controller, forKey: .controller)
      var values = object.nestedContainer(keyedBy: Name.self, forKey: .values)
      for (key, group) in Dictionary(grouping: block.values, by: \.key) {
        // A key that comes several times, such as the texts of several errors, holds an array.
        let name = Name(stringValue: key)
        if let only = group.first, group.count == 1 {
          try values.encode(Value(value: only), forKey: name)
        } else {
          try values.encode(group.map { Value(value: $0) }, forKey: name)
        }
      }
    }
  }

}

extension ChipReport {
  /// The blocks that are shown: those of the output, and what its tables say that has no key of its own.
  var shownValues: [ChipValueBlock] {
    switch kind {
    case .info, .mapping: chips.map(\.otherValues).filter { !$0.values.isEmpty } + values
    case .list: cards.map(\.listedValues)
    default: topology.map(\.blocks) ?? values
    }
  }
}

extension ChipStatus {
  /// What the chip has beside the keys of the document, under the tool's own headings.
  fileprivate var otherValues: ChipValueBlock {
    var values: [ChipValue] = []
    func add(_ key: String, _ text: String?) {
      if let text { values.append(ChipValue(key: key, text: text)) }
    }
    add("Chip Logic ID", logicID.map(String.init))
    add("Chip Phy-ID", physicalID.map(String.init))
    add("Slot ID", slotID.map(String.init))
    add("Bus-Id", busID)
    add("NPU Util(%)", utilizationPercent.map { "\($0)" })
    add("Hugepages Used(page)", hugepages?.usedPages.map(String.init))
    add("Hugepages Total(page)", hugepages?.totalPages.map(String.init))
    return ChipValueBlock(npuID: npuID, chipID: chipID, values: values + otherColumns)
  }
}

extension ChipCard {
  fileprivate var listedValues: ChipValueBlock {
    var values: [ChipValue] = []
    if let productName { values.append(ChipValue(key: "Product Name", text: productName)) }
    if let serialNumber { values.append(ChipValue(key: "Serial Number", text: serialNumber)) }
    if let chipCount { values.append(ChipValue(key: "Chip Count", text: "\(chipCount)")) }
    return ChipValueBlock(npuID: npuID, chipID: nil, values: values)
  }
}

extension ChipTopology {
  /// One block for each device, with the way to each other device under its name.
  fileprivate var blocks: [ChipValueBlock] {
    rows.map { row in
      var values = [ChipValue(key: "Device", text: row.device)]
      values += zip(devices, row.links).map { ChipValue(key: $0, text: $1) }
      if let cpuAffinity = row.cpuAffinity { values.append(ChipValue(key: "CPU Affinity", text: cpuAffinity)) }
      return ChipValueBlock(npuID: nil, chipID: nil, values: values)
    }
  }
}
