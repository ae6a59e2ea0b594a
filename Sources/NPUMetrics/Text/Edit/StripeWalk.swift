/// The way back through a large edit matrix that is never held as a whole.
///
/// A first pass keeps the differences at the stripes' upper edges, a byte for each column. The way back then sweeps
/// each stripe again, this time recording all differences, only up to the column where the path enters it from below.
struct StripeWalk {
  let band: EditBand
  let memoryLimit: Int

  func run(
    _ kernel: inout StripeKernel, rows: Span<UInt32>, columns: Span<UInt32>, row: inout Int, column: inout Int,
    visit: (AlignmentStep, Int) -> Void
  ) throws(TextMetricError) {
    let stripes = band.stripes
    var widest = 0
    var kept = 0
    for stripe in 0..<stripes {
      let width = band.columns(of: stripe).count
      widest = max(widest, width)
      kept += width
    }
    let bytes = kept + widest * StripeKernel.bytesPerRecordedColumn
    guard bytes <= memoryLimit else {
      throw .alignmentTooLarge(rows: rows.count, columns: columns.count, bytes: bytes, limit: memoryLimit)
    }

    kernel.reserveRecord(columns: widest)
    var edges: [[UInt8]] = []
    var reached = 0
    for stripe in 0..<stripes {
      let range = band.columns(of: stripe)
      kernel.raiseEdge(reached..<range.upperBound)
      reached = range.upperBound
      edges.append(kernel.copyEdge(range))
      if stripe < stripes - 1 {
        _ = kernel.sweep(rows: rows.extracting(band.rows(of: stripe)), columns: columns, range: range)
      }
    }

    for stripe in (0..<stripes).reversed() {
      let range = band.columns(of: stripe)
      let part = band.rows(of: stripe)
      // No optimal path leaves the band; these two lines say what the assumed values outside would mean.
      while column > range.upperBound { visit(.insertion, 1); column -= 1 }
      if column > range.lowerBound {
        kernel.restoreEdge(edges[stripe], from: range.lowerBound, count: column - range.lowerBound)
        _ = kernel.sweep(
          rows: rows.extracting(part), columns: columns, range: range.lowerBound..<column, recording: true)
        while row > part.lowerBound, column > range.lowerBound {
          let edit = kernel.step(row: row - part.lowerBound, column: column - range.lowerBound)
          let step = AlignmentStep(edit, rows[row - 1] == columns[column - 1])
          visit(step, 1)
          step.move(&row, &column)
        }
      }
      if row > part.lowerBound {
        visit(.deletion, row - part.lowerBound)
        row = part.lowerBound
      }
    }
  }
}
