/// The Levenshtein matrix of up to 64 rows, one column at a time, as the bits of two words.
///
/// Bit i of `plus` and `minus` says that cell i + 1 of the column is one more or one less than cell i. A column follows
/// from the one before in a dozen operations. Source: Hyyrö, "A Bit-Vector Algorithm for Computing Levenshtein and
/// Damerau Edit Distances", Nordic Journal of Computing 10 (2003), after Myers, Journal of the ACM 46 (1999).
struct ShortKernel: ~Copyable {
  /// The most rows.
  static let rows = 64

  /// For each token, the rows that hold it; all zero between calls.
  private var masks = Scratch<UInt64>(count: 0, repeating: 0)
  /// The columns' vertical differences, for walking back.
  private var plus = Scratch<UInt64>(count: 0, repeating: 0)
  private var minus = Scratch<UInt64>(count: 0, repeating: 0)

  /// Makes room for tokens below an alphabet's size.
  mutating func reserve(alphabet: Int) {
    if masks.count < alphabet { masks = Scratch(count: max(alphabet, 2 * masks.count), repeating: 0) }
  }

  /// The distance of up to 64 rows from the columns.
  func distance(rows: Span<UInt32>, columns: Span<UInt32>) -> Int {
    guard rows.count > 0 else { return columns.count }
    for index in rows.indices { masks[Int(rows[index])] |= 1 << UInt64(index) }
    var up = UInt64.max
    var down: UInt64 = 0
    for index in columns.indices {
      Self.advance(masks[Int(columns[index])], &up, &down)
    }
    for index in rows.indices { masks[Int(rows[index])] = 0 }
    // The first cell of column j is j; the rest of the last column follows from its differences.
    let valid = UInt64.max >> UInt64(64 - rows.count)
    return columns.count + (up & valid).nonzeroBitCount - (down & valid).nonzeroBitCount
  }

  /// Fills the columns' differences, which `step` then reads.
  mutating func record(rows: Span<UInt32>, columns: Span<UInt32>) {
    if plus.count < columns.count {
      plus = Scratch(count: max(columns.count, 2 * plus.count), repeating: 0)
      minus = Scratch(count: plus.count, repeating: 0)
    }
    for index in rows.indices { masks[Int(rows[index])] |= 1 << UInt64(index) }
    var up = UInt64.max
    var down: UInt64 = 0
    for index in columns.indices {
      Self.advance(masks[Int(columns[index])], &up, &down)
      plus[index] = up
      minus[index] = down
    }
    for index in rows.indices { masks[Int(rows[index])] = 0 }
  }

  /// The edit that ends an optimal alignment of the first rows with the first columns, both at least one.
  func step(row: Int, column: Int) -> EditStep {
    let bit: UInt64 = 1 << UInt64(row - 1)
    if plus[column - 1] & bit != 0 { return .deletion }
    if column > 1, minus[column - 2] & bit != 0 { return .insertion }
    return .diagonal
  }

  /// One column: the differences of the next from those of this one and the rows that equal the next token.
  @inline(__always)
  private static func advance(_ equal: UInt64, _ up: inout UInt64, _ down: inout UInt64) {
    let diagonal = (((equal & up) &+ up) ^ up) | equal | down
    let rightUp = ((down | ~(diagonal | up)) << 1) | 1
    let rightDown = (diagonal & up) << 1
    up = rightDown | ~(diagonal | rightUp)
    down = rightUp & diagonal
  }
}
