/// The columns of one kind of row, cell by cell.
struct TableHeading {
  /// The columns of each cell; none for a cell that is blank.
  let cells: [[TableColumn]]
  /// The columns of all cells.
  let columns: [TableColumn]

  /// Reads the cells of a heading line.
  init(_ row: TableRow, of bytes: Span<UInt8>) {
    self.init(row.cells.map { TableColumn.columns(ofHeading: bytes.text($0)) })
  }

  /// Creates a heading from its columns.
  init(_ cells: [[TableColumn]]) {
    self.cells = cells
    columns = cells.flatMap(\.self)
  }

  /// Whether a column is among these.
  func contains(_ column: TableColumn) -> Bool { columns.contains(column) }

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

  /// The items of a row, one for each column; nil if it has not these columns.
  ///
  /// A row that has them has as many cells, a number for an id and a pair of numbers for a use.
  func items(of row: TableRow, in bytes: Span<UInt8>) -> [TableItem]? {
    guard row.cells.count == cells.count else { return nil }
    var items: [TableItem] = []
    items.reserveCapacity(columns.count)
    for (index, columns) in cells.enumerated() {
      let start = items.count
      guard items.append(cutting: row.cells[index], into: columns, of: bytes) else { return nil }
      for (offset, column) in columns.enumerated() {
        guard Self.fits(column, items[start + offset], of: bytes) else { return nil }
      }
    }
    return items
  }

  private static func fits(_ column: TableColumn, _ item: TableItem, of bytes: Span<UInt8>) -> Bool {
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
