/// A column of the tables of `npu-smi info`, recognised by the words of its heading.
enum TableColumn: Hashable {
  case npu
  case name
  case health
  case power
  case temperature
  case hugepages
  case chip
  case logicID
  case physicalID
  case busID
  case aiCore
  case utilization
  case memory
  case hbm
  case processID
  case containerProcessID
  case processName
  case processMemory
  /// A column with a heading that is not known.
  case other(String)

  /// The known headings by their words, the longer before the shorter that begin them.
  private static let known: [(words: [String], column: TableColumn)] = [
    (["NPU", "ID"], .npu), (["NPU", "Util(%)"], .utilization), (["NPU"], .npu), (["Name"], .name),
    (["Health"], .health), (["Power(W)"], .power), (["Temp(C)"], .temperature),
    (["Hugepages-Usage(page)"], .hugepages), (["Chip"], .chip), (["Device"], .logicID), (["Phy-ID"], .physicalID),
    (["Bus-Id"], .busID), (["AICore(%)"], .aiCore), (["Memory-Usage(MB)"], .memory), (["HBM-Usage(MB)"], .hbm),
    (["Process", "id", "in", "container"], .containerProcessID), (["Process", "id"], .processID),
    (["Process", "name"], .processName), (["Process", "memory(MB)"], .processMemory),
  ]

  /// Whether the value may hold blanks and is the rest of its cell.
  var isText: Bool {
    switch self {
    case .name, .health, .busID, .processName: true
    default: false
    }
  }

  /// Whether the heading is not known.
  var isOther: Bool { if case .other = self { true } else { false } }

  /// The columns of one cell of a heading, in order.
  static func columns(ofHeading text: String) -> [TableColumn] {
    // An empty word stands where more than one blank was, so that it is known which words belong together.
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    var columns: [TableColumn] = []
    var index = 0
    while index < words.count {
      if words[index].isEmpty {
        index += 1
      } else if let (length, column) = known(in: words, at: index) {
        columns.append(columns.contains(column) ? .other(words[index]) : column)
        index += length
      } else {
        var end = index + 1
        while end < words.count, !words[end].isEmpty, !words[end - 1].hasSuffix(")"), known(in: words, at: end) == nil {
          end += 1
        }
        columns.append(.other(words[index..<end].joined(separator: " ")))
        index = end
      }
    }
    return columns
  }

  /// The known heading that begins at a word, and how many words it takes, those for wide gaps included.
  private static func known(in words: [String], at start: Int) -> (length: Int, column: TableColumn)? {
    for (expected, column) in known {
      var index = start
      var matched = 0
      while matched < expected.count, index < words.count {
        if words[index] == expected[matched] {
          matched += 1
        } else if !words[index].isEmpty || matched == 0 {
          break
        }
        index += 1
      }
      if matched == expected.count { return (index - start, column) }
    }
    return nil
  }
}
