import NPUMetrics

/// The edit matrix by its definition, cell by cell: what the fast kernels are held against.
struct PlainEditMatrix {
  private let cells: [[Int]]
  private let reference: [UInt32]
  private let hypothesis: [UInt32]

  init(_ reference: [UInt32], _ hypothesis: [UInt32]) {
    self.reference = reference
    self.hypothesis = hypothesis
    var rows = [Array(0...hypothesis.count)]
    for (i, token) in reference.enumerated() {
      let above = rows[i]
      var row = above
      row[0] = i + 1
      for j in 0..<hypothesis.count {
        let diagonal = above[j] + (token == hypothesis[j] ? 0 : 1)
        row[j + 1] = min(diagonal, min(above[j + 1], row[j]) + 1)
      }
      rows.append(row)
    }
    cells = rows
  }

  var distance: Int { cells[reference.count][hypothesis.count] }

  /// The counts of jiwer's alignment: common ends stripped, then back with deletions first, insertions second.
  var counts: EditCounts {
    var prefix = 0
    while prefix < min(reference.count, hypothesis.count), reference[prefix] == hypothesis[prefix] { prefix += 1 }
    var i = reference.count
    var j = hypothesis.count
    var counts = EditCounts(hits: prefix)
    while min(i, j) > prefix, reference[i - 1] == hypothesis[j - 1] {
      (i, j) = (i - 1, j - 1)
      counts.hits += 1
    }
    // The matrix of the middle part differs from this one by nothing but a shift, as the prefix is free.
    while i > prefix, j > prefix {
      if cell(i, j, prefix) == cell(i - 1, j, prefix) + 1 {
        counts.deletions += 1
        i -= 1
      } else if cell(i, j - 1, prefix) + 1 == cell(i - 1, j - 1, prefix) {
        counts.insertions += 1
        j -= 1
      } else {
        if reference[i - 1] == hypothesis[j - 1] { counts.hits += 1 } else { counts.substitutions += 1 }
        (i, j) = (i - 1, j - 1)
      }
    }
    counts.deletions += i - prefix
    counts.insertions += j - prefix
    return counts
  }

  /// A cell of the matrix that begins behind the prefix: its first row and column count up.
  private func cell(_ i: Int, _ j: Int, _ prefix: Int) -> Int {
    i == prefix ? j - prefix : j == prefix ? i - prefix : cells[i][j]
  }
}
