/// The columns of one kind of row, cell by cell.
struct TableHeading {
  /// The columns of each cell; none for a cell that is blank.
  var cells: [[TableColumn]]

  /// Reads the cells of a heading line.
  init(_ row: TableRow, of bytes: Span<UInt8>) {
    cells = row.cells.map { TableColumn.columns(ofHeading: bytes.text($0)) }
  }

  /// Creates a heading from its columns.
  init(_ cells: [[TableColumn]]) { self.cells = cells }

  /// Whether a column is among these.
  func contains(_ column: TableColumn) -> Bool { cells.contains { $0.contains(column) } }

  /// Whether this is the first heading line of the devices.
  var isFirstOfDevice: Bool {
    contains(.npu) && (contains(.name) || contains(.health)) && !contains(.processID)
  }

  /// Whether this is the second heading line of the devices.
  var isSecondOfDevice: Bool {
    !contains(.npu) && !contains(.processID)
      && [.busID, .aiCore, .utilization, .memory, .hbm].contains { contains($0) }
  }

  /// Whether this is the heading of the processes.
  var isOfProcesses: Bool { contains(.npu) && contains(.processID) }

  /// Whether a row has these columns: as many cells, a number for an id, a pair of numbers for a use.
  func fits(_ row: inout TableRow, of bytes: Span<UInt8>) -> Bool {
    guard row.cells.count == cells.count else { return false }
    for (index, columns) in cells.enumerated() {
      let cell = row.cells[index]
      guard row.cutCell(cell, into: columns, of: bytes) else { return false }
      for (column, item) in zip(columns, row.items) {
        guard Self.fits(column, item, of: bytes) else { return false }
      }
    }
    return true
  }

  private static func fits(_ column: TableColumn, _ item: TableRow.Item, of bytes: Span<UInt8>) -> Bool {
    let text = item.first
    switch column {
    case .npu, .chip: return item.second == nil && bytes.wholeNumber(text) != nil
    case .logicID, .physicalID, .processID, .containerProcessID, .processMemory:
      return item.second == nil && (bytes.wholeNumber(text) != nil || bytes.isMissing(text))
    case .hugepages, .memory, .hbm: return item.second != nil || bytes.isMissing(text)
    case .power, .temperature, .aiCore, .utilization: return item.second == nil
    case .health: return bytes.isMissing(text) || (bytes[text.lowerBound].isASCIILetter && !bytes.isBusID(text))
    case .busID: return bytes.isMissing(text) || bytes.isBusID(text)
    case .name, .processName, .other: return true
    }
  }
}

extension TableColumn {
  /// Whether the heading is not known.
  var isOther: Bool { if case .other = self { true } else { false } }
}

extension Span where Element == UInt8 {
  /// Whether a text looks like a PCIe address: digits of base 16 (or a mask of x) in groups between colons and points.
  func isBusID(_ range: Range<Int>) -> Bool {
    var colons = 0
    for index in range {
      switch self[index] {
      case UInt8(ascii: ":"): colons += 1
      case UInt8(ascii: "."), UInt8(ascii: "x"), UInt8(ascii: "X"): continue
      case let byte where byte.isDecimalDigit: continue
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): continue
      default: return false
      }
    }
    return colons >= 1
  }
}

extension TableHeading {
  /// The two headings of every known table, told apart by the shape of the rows alone.
  static let shapes: [(first: TableHeading, second: TableHeading)] = [
    (cards(hugepages: true), chips([.chip], hbm: true)),
    (cards(hugepages: true), chips([.chip, .physicalID], hbm: true)),
    (cards(hugepages: true), chips([.chip, .logicID], hbm: false)),
    (cards(hugepages: false), chips([.chip, .logicID], hbm: false)),
    (cards(hugepages: false), chips([.chip], hbm: true)),
    (
      TableHeading([[.npu], [.name], [.health], [.power, .temperature, .hugepages]]),
      TableHeading([[], [], [.busID], [.utilization, .memory, .hbm]])
    ),
  ]

  private static func cards(hugepages: Bool) -> TableHeading {
    TableHeading([[.npu, .name], [.health], [.power, .temperature] + (hugepages ? [.hugepages] : [])])
  }

  private static func chips(_ ids: [TableColumn], hbm: Bool) -> TableHeading {
    TableHeading([ids, [.busID], [.aiCore, .memory] + (hbm ? [.hbm] : [])])
  }
}
