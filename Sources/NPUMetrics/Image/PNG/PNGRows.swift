/// Inflates the rows of an image or of one pass, and takes the filters off them.
struct PNGRows {
  /// The bytes of a row without its filter byte.
  var rowBytes: Int
  /// The rows.
  var height: Int
  /// The bytes from a sample to the one left of it.
  var filterDistance: Int

  /// Bytes of filtered rows that are inflated at once: few enough to be in the cache when the filters are taken off.
  private static let blockBytes = 128 << 10

  /// Some kernels read a few bytes behind the last pixel of a row and throw them away.
  private static let padding = 16

  /// The rows inflated at once.
  private func blockRows(windowBits: Int) -> Int {
    // zlib compares distances with the window that the stream declares only where they reach behind the bytes it was
    // asked for. Row by row, a stream that declares less than it uses is found out whatever the block size is.
    guard windowBits >= 15 else { return 1 }
    return min(height, max(1, Self.blockBytes / (rowBytes + 1)))
  }

  /// Writes all rows, one after the other without filter bytes, to a place with room for height times row bytes.
  func decode(from data: inout PNGImageData, into target: UnsafeMutablePointer<UInt8>) throws(PNGError) {
    let stride = rowBytes + 1
    let blockRows = blockRows(windowBits: data.declaredWindowBits)
    let block = UnsafeMutablePointer<UInt8>.allocate(capacity: blockRows * stride + Self.padding)
    defer { unsafe block.deallocate() }
    unsafe (block + blockRows * stride).initialize(repeating: 0, count: Self.padding)
    // The row above the first one is black.
    let zeros = UnsafeMutablePointer<UInt8>.allocate(capacity: rowBytes + Self.padding)
    defer { unsafe zeros.deallocate() }
    unsafe zeros.initialize(repeating: 0, count: rowBytes + Self.padding)

    var done = 0
    while done < height {
      let rows = min(blockRows, height - done)
      try unsafe data.read(rows * stride, into: block)
      var row = 0
      while row < rows {
        let source = unsafe block + row * stride
        let into = unsafe target + (done + row) * rowBytes
        let above = unsafe done + row == 0 ? UnsafePointer(zeros) : UnsafePointer(into - rowBytes)
        if row + 1 < rows, unsafe source[0] == 4, unsafe source[stride] == 4,
          unsafe PNGUnfilter.paethPair(
            source: source + 1, sourceStride: stride, above: above, target: into, count: rowBytes,
            distance: filterDistance)
        {
          row += 2
          continue
        }
        let filter = unsafe source[0]
        guard
          unsafe PNGUnfilter.row(
            filter: filter, source: source + 1, above: above, target: into, count: rowBytes,
            distance: filterDistance)
        else {
          throw PNGError(
            kind: .invalidFilter,
            message: "Row \(done + row) of \(height) names filter \(filter); only 0 to 4 exist.")
        }
        row += 1
      }
      done += rows
    }
  }
}
