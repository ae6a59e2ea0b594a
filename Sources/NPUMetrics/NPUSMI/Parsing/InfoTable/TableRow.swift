/// One line of a table, cut into cells at its bars.
struct TableRow {
  /// A line with more cells is of no table that is known.
  private static let cellLimit = 12

  /// The line.
  let line: Range<Int>
  /// The cells without the blanks around them.
  let cells: [Range<Int>]

  /// Cuts a line; nil if it does not begin and end with a bar, or has too many cells.
  static func cut(_ line: Range<Int>, of bytes: Span<UInt8>) -> TableRow? {
    guard line.count >= 2, bytes[line.lowerBound] == UInt8(ascii: "|"), bytes[line.upperBound - 1] == UInt8(ascii: "|")
    else { return nil }
    var cells: [Range<Int>] = []
    // Most tables have three cells a row, those of processes four.
    cells.reserveCapacity(4)
    var start = line.lowerBound + 1
    for index in start..<line.upperBound where bytes[index] == UInt8(ascii: "|") {
      guard cells.count < cellLimit else { return nil }
      cells.append(bytes.trimmed(start..<index))
      start = index + 1
    }
    return TableRow(line: line, cells: cells)
  }
}

/// A word of a cell, or two with a slash between them.
struct TableItem {
  var first: Range<Int>
  var second: Range<Int>?

  /// The whole of the item.
  var range: Range<Int> { first.lowerBound..<(second ?? first).upperBound }
}

extension [TableItem] {
  /// A cell with more items has no heading that is known.
  private static var cellLimit: Int { 12 }

  /// Cuts a cell and appends one item for each of its columns; false if there are more or fewer.
  ///
  /// The last column takes the rest of the cell if it is a text, which may be blank; a cell without columns must be
  /// blank.
  mutating func append(cutting cell: Range<Int>, into columns: [TableColumn], of bytes: Span<UInt8>) -> Bool {
    if columns.count == 1, let column = columns.first, column.isText || column.isOther {
      append(TableItem(first: cell, second: nil))
      return true
    }
    let start = count
    guard append(wordsOf: cell, of: bytes) else { return false }
    if let last = columns.last, last.isText, count - start > columns.count, let end = self.last {
      let place = start + columns.count - 1
      self[place] = TableItem(first: self[place].first.lowerBound..<end.range.upperBound, second: nil)
      removeSubrange((place + 1)...)
    }
    return count - start == columns.count
  }

  /// Appends the words of a cell; false for a slash without a word on each side, or too many items.
  private mutating func append(wordsOf cell: Range<Int>, of bytes: Span<UInt8>) -> Bool {
    let start = count
    var index = cell.lowerBound
    var isOpen = false
    while index < cell.upperBound {
      let byte = bytes[index]
      if byte.isLineBlank {
        index += 1
      } else if byte == UInt8(ascii: "/") {
        guard !isOpen, count > start, self[count - 1].second == nil else { return false }
        isOpen = true
        index += 1
      } else {
        let first = index
        while index < cell.upperBound, !bytes[index].isLineBlank, bytes[index] != UInt8(ascii: "/") { index += 1 }
        if isOpen {
          self[count - 1].second = first..<index
          isOpen = false
        } else {
          guard count - start < Self.cellLimit else { return false }
          append(TableItem(first: first..<index, second: nil))
        }
      }
    }
    return !isOpen
  }
}
