/// The cells of an edit matrix through which a path of at most a given cost can lead, stripe by stripe.
///
/// A path through cell (i, j) costs at least |j - i| to get there and |(n - j) - (m - i)| to get on, so j - i lies
/// between -(k - n + m) / 2 and (k + n - m) / 2. Source: Ukkonen, "Algorithms for Approximate String Matching",
/// Information and Control 64 (1985). Outside, the kernel assumes that cells rise by one; this never gives a value that
/// is too small, and gives the exact one wherever a path of cost k or less leads.
struct EditBand: Sendable {
  let rows: Int
  let columns: Int
  /// The most that a path may cost: at least the difference of the lengths.
  let limit: Int

  /// The number of stripes.
  var stripes: Int { (rows + StripeKernel.rows - 1) / StripeKernel.rows }

  /// The rows of a stripe, counted from 0.
  func rows(of stripe: Int) -> Range<Int> {
    let first = stripe * StripeKernel.rows
    return first..<min(first + StripeKernel.rows, rows)
  }

  /// The columns of a stripe, counted from 0; the last stripe reaches the last column.
  func columns(of stripe: Int) -> Range<Int> {
    let rows = rows(of: stripe)
    let surplus = columns - self.rows
    return max(0, rows.lowerBound - (limit - surplus) / 2)..<min(columns, rows.upperBound + (limit + surplus) / 2)
  }
}

extension EditBand {
  /// What a sweep over the band finds.
  enum Outcome {
    /// The distance, which is within the limit.
    case within(Int)
    /// The distance is over the limit, and seems to be about this.
    case over(estimate: Int)
  }

  /// The distance, or that it is over the limit.
  ///
  /// Complexity: O(stripes * columns of a stripe) steps of the kernel; ends early where no path can stay within.
  func distance(_ kernel: borrowing StripeKernel, rows: Span<UInt32>, columns: Span<UInt32>) -> Outcome {
    var value = 0
    var reached = 0
    for stripe in 0..<stripes {
      let range = self.columns(of: stripe)
      let part = self.rows(of: stripe)
      kernel.raiseEdge(reached..<range.upperBound)
      value += range.upperBound - reached
      reached = range.upperBound
      value += kernel.sweep(rows: rows.extracting(part), columns: columns, range: range)
      if part.upperBound < self.rows, limit < max(self.rows, self.columns) {
        let least = leastTotal(kernel, value: value, row: part.upperBound, range: range)
        if least > limit { return .over(estimate: least / part.upperBound * self.rows) }
      }
    }
    return value <= limit ? .within(value) : .over(estimate: value)
  }

  /// The least that a path can cost in all, from the value in the last column of a row.
  private func leastTotal(_ kernel: borrowing StripeKernel, value: Int, row: Int, range: Range<Int>) -> Int {
    var value = value
    // How many more columns than rows remain.
    var surplus = (columns - range.upperBound) - (rows - row)
    var least = value + abs(surplus)
    for column in range.reversed() {
      value -= kernel.edgeDifference(at: column)
      surplus += 1
      least = min(least, value + abs(surplus))
    }
    return least
  }
}
