/// The Levenshtein matrix of any size in stripes of 512 rows, each stripe swept over the columns once.
///
/// A stripe is eight words of 64 rows (see ``ShortKernel``) in one wide register. Word w stands w columns behind word
/// 0, so that in each step all eight advance at once: what word w needs from word w - 1, the horizontal difference at
/// its lower edge, was made one step earlier. Between stripes only these differences remain, a byte for each
/// column, so memory grows with the columns alone.
struct StripeKernel: ~Copyable {
  /// The rows of a stripe.
  static let rows = 512
  private static let lanes = 8

  /// For each token of the pair its index among the tokens of this stripe, times the lanes; 0 for those not in it.
  private var local = Scratch<UInt16>(count: 0, repeating: 0)
  /// For each token of the stripe eight words that mark its rows; those of index 0 stay zero.
  private var masks = Scratch<UInt64>(count: 0, repeating: 0)
  /// The columns' tokens as indices of the stripe, with zeros around them for the words that wait or are done.
  private var symbols = Scratch<UInt16>(count: 0, repeating: 0)
  /// The horizontal differences at the upper edge, then at the lower: 1 for plus, 2 for minus; `lanes` bytes before.
  private var edge = Scratch<UInt8>(count: 0, repeating: 0)
  /// For walking back: the differences after each step, or nothing.
  private var plus = Scratch<SIMD8<UInt64>>(count: 0, repeating: .zero)
  private var minus = Scratch<SIMD8<UInt64>>(count: 0, repeating: .zero)

  /// Makes room for tokens below an alphabet's size in numbers of rows and columns.
  mutating func reserve(alphabet: Int, rows: Int, columns: Int) {
    let tokens = (min(rows, Self.rows) + 1) * Self.lanes
    if local.count < alphabet { local = Scratch(count: alphabet, repeating: 0) }
    if masks.count < tokens { masks = Scratch(count: tokens, repeating: 0) }
    if edge.count < columns + 2 * Self.lanes {
      symbols = Scratch(count: columns + 2 * Self.lanes, repeating: 0)
      edge = Scratch(count: columns + 2 * Self.lanes, repeating: 0)
    }
  }

  /// Makes room to record sweeps over up to a number of columns.
  mutating func reserveRecord(columns: Int) {
    guard plus.count < columns + Self.lanes else { return }
    plus = Scratch(count: columns + Self.lanes, repeating: .zero)
    minus = Scratch(count: columns + Self.lanes, repeating: .zero)
  }

  /// The bytes that recording takes for each column.
  static let bytesPerRecordedColumn = 2 * MemoryLayout<SIMD8<UInt64>>.stride

  /// The difference at the edge between the column left of `column` and it.
  func edgeDifference(at column: Int) -> Int {
    let code = Int(edge[column + Self.lanes])
    return (code & 1) - (code >> 1)
  }

  /// Says that all edges of a range of columns rise, as above the first row and outside a band.
  func raiseEdge(_ columns: Range<Int>) {
    for column in columns { edge[column + Self.lanes] = 1 }
  }

  /// The edge's differences of a range of columns, to keep them.
  func copyEdge(_ columns: Range<Int>) -> [UInt8] {
    columns.map { edge[$0 + Self.lanes] }
  }

  /// Puts kept differences back.
  func restoreEdge(_ kept: [UInt8], from column: Int, count: Int) {
    for index in 0..<min(count, kept.count) { edge[column + Self.lanes + index] = kept[index] }
  }

  /// Sweeps one stripe over a range of columns and leaves its lower edge in `edge`.
  ///
  /// - Returns: The value of the stripe's last row less that of the row above its first, both in the last column.
  func sweep(rows: Span<UInt32>, columns: Span<UInt32>, range: Range<Int>, recording: Bool = false) -> Int {
    let lanes = Self.lanes
    var known: UInt16 = 0
    for index in rows.indices {
      let token = Int(rows[index])
      if local[token] == 0 {
        known += UInt16(lanes)
        local[token] = known
      }
      masks[Int(local[token]) + index >> 6] |= 1 << UInt64(index & 63)
    }
    let width = range.count
    for index in 0..<(lanes - 1) { symbols[index] = 0 }
    for index in 0..<width { symbols[index + lanes - 1] = local[Int(columns[range.lowerBound + index])] }
    for index in (width + lanes - 1)..<(width + 2 * lanes - 1) { symbols[index] = 0 }

    var state = State()
    var rise = 0
    let first = range.lowerBound + lanes
    for step in 0..<width {
      state.advance(equal(step), edge: edge[first + step])
      edge[first + step - (lanes - 1)] = state.edge
      if recording {
        plus[step] = state.up
        minus[step] = state.down
      }
    }
    // Word w reaches the last column w steps after word 0.
    for lane in 0..<lanes {
      if lane > 0 {
        let step = width + lane - 1
        state.advance(equal(step), edge: 0)
        edge[first + step - (lanes - 1)] = state.edge
        if recording {
          plus[step] = state.up
          minus[step] = state.down
        }
      }
      let valid = min(max(rows.count - 64 * lane, 0), 64)
      if valid > 0 {
        let mask = UInt64.max >> UInt64(64 - valid)
        rise += (state.up[lane] & mask).nonzeroBitCount - (state.down[lane] & mask).nonzeroBitCount
      }
    }

    for index in rows.indices { local[Int(rows[index])] = 0 }
    for index in lanes..<(Int(known) + lanes) { masks[index] = 0 }
    return rise
  }

  /// The edit that ends an optimal alignment at a row of the stripe and a column of the recorded sweep, from 1 each.
  func step(row: Int, column: Int) -> EditStep {
    let lane = (row - 1) >> 6
    let bit: UInt64 = 1 << UInt64((row - 1) & 63)
    let step = column - 1 + lane
    if plus[step][lane] & bit != 0 { return .deletion }
    if column > 1, minus[step - 1][lane] & bit != 0 { return .insertion }
    return .diagonal
  }

  /// The rows that equal the tokens under the eight words in a step.
  @inline(__always)
  private func equal(_ step: Int) -> SIMD8<UInt64> {
    SIMD8(
      masks[Int(symbols[step + 7])], masks[Int(symbols[step + 6]) + 1],
      masks[Int(symbols[step + 5]) + 2], masks[Int(symbols[step + 4]) + 3],
      masks[Int(symbols[step + 3]) + 4], masks[Int(symbols[step + 2]) + 5],
      masks[Int(symbols[step + 1]) + 6], masks[Int(symbols[step]) + 7])
  }

  /// The differences of eight words, and the horizontal ones that each hands to the next.
  private struct State {
    var up = SIMD8<UInt64>(repeating: .max)
    var down = SIMD8<UInt64>.zero
    var outUp = SIMD8<UInt64>.zero
    var outDown = SIMD8<UInt64>.zero

    /// The lower edge of the last word.
    var edge: UInt8 {
      @inline(__always) get { UInt8(truncatingIfNeeded: outUp[7] | (outDown[7] << 1)) }
    }

    /// One step.
    ///
    /// A word that gets no difference and no equal rows keeps its first state: so words wait for their turn.
    @inline(__always)
    mutating func advance(_ rows: SIMD8<UInt64>, edge: UInt8) {
      let inUp = Self.shift(outUp, in: UInt64(edge & 1))
      let inDown = Self.shift(outDown, in: UInt64(edge >> 1))
      let equal = rows | inDown
      let diagonal = (((equal & up) &+ up) ^ up) | equal | down
      let right = down | ~(diagonal | up)
      let left = diagonal & up
      outUp = right &>> 63
      outDown = left &>> 63
      let rightUp = (right &<< 1) | inUp
      up = ((left &<< 1) | inDown) | ~(diagonal | rightUp)
      down = rightUp & diagonal
    }

    @inline(__always)
    private static func shift(_ words: SIMD8<UInt64>, in first: UInt64) -> SIMD8<UInt64> {
      SIMD8(first, words[0], words[1], words[2], words[3], words[4], words[5], words[6])
    }
  }
}
