/// One line of a table, cut into cells at its bars and into items at its blanks.
struct TableRow {
  /// A word of a cell, or two with a slash between them.
  struct Item {
    var first: Range<Int>
    var second: Range<Int>?

    /// The whole of the item.
    var range: Range<Int> { first.lowerBound..<(second ?? first).upperBound }
  }

  /// A line with more cells is of no table that is known.
  private static let cellLimit = 12
  /// A cell with more items has no heading that is known.
  private static let itemLimit = 12

  /// The cells without the blanks around them.
  private(set) var cells: [Range<Int>] = []
  /// The items of the cell that was asked for last.
  private(set) var items: [Item] = []
  /// The line.
  private(set) var line = 0..<0

  /// Cuts a line; false if it does not begin and end with a bar, or has too many cells.
  mutating func cut(_ line: Range<Int>, of bytes: Span<UInt8>) -> Bool {
    self.line = line
    cells.removeAll(keepingCapacity: true)
    guard line.count >= 2, bytes[line.lowerBound] == UInt8(ascii: "|"), bytes[line.upperBound - 1] == UInt8(ascii: "|")
    else { return false }
    var start = line.lowerBound + 1
    for index in start..<line.upperBound where bytes[index] == UInt8(ascii: "|") {
      guard cells.count < Self.cellLimit else { return false }
      cells.append(bytes.trimmed(start..<index))
      start = index + 1
    }
    return true
  }

  /// Cuts a range into items; false for a slash without a word on each side, or too many items.
  mutating func cutItems(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
    items.removeAll(keepingCapacity: true)
    var index = range.lowerBound
    var isOpen = false
    while index < range.upperBound {
      let byte = bytes[index]
      if byte.isLineBlank {
        index += 1
      } else if byte == UInt8(ascii: "/") {
        guard !isOpen, let last = items.last, last.second == nil else { return false }
        isOpen = true
        index += 1
      } else {
        let start = index
        while index < range.upperBound, !bytes[index].isLineBlank, bytes[index] != UInt8(ascii: "/") { index += 1 }
        if isOpen {
          items[items.count - 1].second = start..<index
          isOpen = false
        } else {
          guard items.count < Self.itemLimit else { return false }
          items.append(Item(first: start..<index, second: nil))
        }
      }
    }
    return !isOpen
  }

  /// Cuts a cell into one item for each of its columns; false if there are more or fewer.
  ///
  /// The last column takes the rest of the cell if it is a text, which may be blank; a cell without columns must be blank.
  mutating func cutCell(_ cell: Range<Int>, into columns: [TableColumn], of bytes: Span<UInt8>) -> Bool {
    if columns.count == 1, let column = columns.first, column.isText || column.isOther {
      items.removeAll(keepingCapacity: true)
      items.append(Item(first: cell, second: nil))
      return true
    }
    guard cutItems(cell, of: bytes) else { return false }
    if let last = columns.last, last.isText, items.count > columns.count, let end = items.last {
      let first = columns.count - 1
      items[first] = Item(first: items[first].first.lowerBound..<end.range.upperBound, second: nil)
      items.removeSubrange(columns.count...)
    }
    return items.count == columns.count
  }
}
