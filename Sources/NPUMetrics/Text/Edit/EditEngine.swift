/// Chooses the kernel and the band for a pair of token sequences; its buffers serve many pairs.
struct EditEngine: ~Copyable {
  private var short = ShortKernel()
  private var stripe = StripeKernel()

  /// The bytes that an alignment may use for its matrix unless the caller says otherwise: 256 MiB.
  static let memoryLimit = 1 << 28

  /// The Levenshtein distance, or nil if it is over a cutoff.
  mutating func distance(_ pair: borrowing TokenPair, cutoff: Int = .max) -> Int? {
    let core = Core(pair.reference.span, pair.hypothesis.span)
    let rows = pair.reference.span.extracting(core.reference)
    let columns = pair.hypothesis.span.extracting(core.hypothesis)
    let longer = max(rows.count, columns.count)
    let shorter = min(rows.count, columns.count)
    guard longer - shorter <= cutoff else { return nil }
    if shorter == 0 { return longer }
    if shorter <= ShortKernel.rows {
      short.reserve(alphabet: pair.alphabet)
      let distance =
        rows.count == shorter
        ? short.distance(rows: rows, columns: columns) : short.distance(rows: columns, columns: rows)
      return distance <= cutoff ? distance : nil
    }
    stripe.reserve(alphabet: pair.alphabet, rows: longer, columns: longer)
    // Of the two ways to lay the matrix the one with fewer steps.
    return Self.steps(rows.count, columns.count) <= Self.steps(columns.count, rows.count)
      ? Self.distance(stripe, rows: rows, columns: columns, cutoff: cutoff)
      : Self.distance(stripe, rows: columns, columns: rows, cutoff: cutoff)
  }

  private static func steps(_ rows: Int, _ columns: Int) -> Int {
    (rows + StripeKernel.rows - 1) / StripeKernel.rows * columns
  }

  /// Tries narrow bands first: where they fail they fail early, and say how wide the next should be.
  private static func distance(
    _ kernel: borrowing StripeKernel, rows: Span<UInt32>, columns: Span<UInt32>, cutoff: Int
  ) -> Int? {
    let longer = max(rows.count, columns.count)
    let most = min(cutoff, longer)
    var limit = rows.count <= StripeKernel.rows ? most : min(most, abs(rows.count - columns.count) + 256)
    while true {
      let band = EditBand(rows: rows.count, columns: columns.count, limit: limit)
      switch band.distance(kernel, rows: rows, columns: columns) {
      case .within(let distance):
        return distance
      case .over(let estimate):
        if limit >= most { return nil }
        limit = max(2 * limit, estimate + estimate / 4)
        // A band over half the matrix saves less than another failure costs.
        limit = limit > longer / 2 ? most : min(limit, most)
      }
    }
  }

  /// Walks an optimal alignment from the ends to the beginnings, by the rule of ``EditAlignment``.
  ///
  /// Calls `visit` with an edit and how many of its kind follow each other.
  mutating func walk(
    _ pair: borrowing TokenPair, memoryLimit: Int, visit: (AlignmentStep, Int) -> Void
  ) throws(TextMetricError) {
    let core = Core(pair.reference.span, pair.hypothesis.span)
    let rows = pair.reference.span.extracting(core.reference)
    let columns = pair.hypothesis.span.extracting(core.hypothesis)
    let suffix = pair.reference.count - core.reference.upperBound
    if suffix > 0 { visit(.hit, suffix) }
    var row = rows.count
    var column = columns.count
    if row > 0, column > 0 {
      if row <= ShortKernel.rows {
        guard columns.count <= memoryLimit / 16 else {
          throw .alignmentTooLarge(
            rows: row, columns: column, bytes: column.multipliedReportingOverflow(by: 16).partialValue,
            limit: memoryLimit)
        }
        short.reserve(alphabet: pair.alphabet)
        short.record(rows: rows, columns: columns)
        while row > 0, column > 0 {
          let step = AlignmentStep(short.step(row: row, column: column), rows[row - 1] == columns[column - 1])
          visit(step, 1)
          step.move(&row, &column)
        }
      } else {
        let band = EditBand(
          rows: row, columns: column,
          // A single stripe is recorded as it is swept; more are worth knowing the band for.
          limit: row <= StripeKernel.rows ? max(row, column) : distance(pair) ?? max(row, column))
        stripe.reserve(alphabet: pair.alphabet, rows: row, columns: column)
        try StripeWalk(band: band, memoryLimit: memoryLimit).run(
          &stripe, rows: rows, columns: columns, row: &row, column: &column, visit: visit)
      }
    }
    if row > 0 { visit(.deletion, row) }
    if column > 0 { visit(.insertion, column) }
    if core.reference.lowerBound > 0 { visit(.hit, core.reference.lowerBound) }
  }

  /// How many tokens are kept, replaced, lost and added.
  mutating func counts(
    _ pair: borrowing TokenPair, memoryLimit: Int = EditEngine.memoryLimit
  ) throws(TextMetricError) -> EditCounts {
    var counts = EditCounts()
    try walk(pair, memoryLimit: memoryLimit) { step, count in
      switch step {
      case .hit: counts.hits += count
      case .substitution: counts.substitutions += count
      case .deletion: counts.deletions += count
      case .insertion: counts.insertions += count
      }
    }
    return counts
  }
}

extension EditEngine {
  /// What is left of two sequences without their common beginning and end.
  private struct Core {
    var reference: Range<Int>
    var hypothesis: Range<Int>

    init(_ left: Span<UInt32>, _ right: Span<UInt32>) {
      var most = min(left.count, right.count)
      var prefix = 0
      while prefix < most, left[prefix] == right[prefix] { prefix += 1 }
      most -= prefix
      var suffix = 0
      while suffix < most, left[left.count - 1 - suffix] == right[right.count - 1 - suffix] { suffix += 1 }
      reference = prefix..<(left.count - suffix)
      hypothesis = prefix..<(right.count - suffix)
    }
  }
}
