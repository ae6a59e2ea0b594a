/// The length of the longest common subsequence, by words of 64 rows.
///
/// Source: Hyyrö, "Bit-Parallel LCS-length Computation Revisited", Australasian Workshop on Combinatorial Algorithms
/// (2004). Each word sweeps the columns once; between words a carry bit for each column remains, so memory is linear.
enum LongestCommonSubsequence {
  static func length(_ pair: TokenPair) -> Int {
    // Fewer rows mean fewer started words.
    let swap = pair.reference.count > pair.hypothesis.count
    let rows = (swap ? pair.hypothesis : pair.reference).span
    let columns = (swap ? pair.reference : pair.hypothesis).span
    let masks = Scratch<UInt64>(count: pair.alphabet, repeating: 0)
    let carries = Scratch<UInt8>(count: columns.count, repeating: 0)
    var length = 0
    var first = 0
    while first < rows.count {
      let count = min(64, rows.count - first)
      for index in 0..<count { masks[Int(rows[first + index])] |= 1 << UInt64(index) }
      var state = UInt64.max
      for index in columns.indices {
        let common = state & masks[Int(columns[index])]
        let (partial, overflow) = state.addingReportingOverflow(common)
        let (sum, carry) = partial.addingReportingOverflow(UInt64(carries[index]))
        carries[index] = overflow || carry ? 1 : 0
        state = sum | (state & ~common)
      }
      length += (~state & (UInt64.max >> UInt64(64 - count))).nonzeroBitCount
      for index in 0..<count { masks[Int(rows[first + index])] = 0 }
      first += count
    }
    return length
  }
}
