/// The header of a Windows bitmap, which states where its pixels end (Microsoft, BITMAPFILEHEADER and its followers).
struct BMPGrammar: ImageFileGrammar {
  private enum Place {
    case header
    case details(start: [UInt8])
  }

  let headerLength = 26
  var endName: String { "the \(end) bytes that its header makes it" }
  private(set) var size: (width: Int, height: Int)?
  private(set) var hasImage = false
  private var place = Place.header
  private var end = 26

  mutating func next(_ bytes: [UInt8]) throws(ImageFileFault) -> ImageFileStep {
    switch place {
    case .header:
      guard bytes.little(14, 4) != 12 else {
        let (width, height) = (bytes.little(18, 2), bytes.little(20, 2))
        return try pixels(width, height, bits: bytes.little(24, 2), from: bytes.little(10, 4), read: 26)
      }
      guard bytes.little(14, 4) >= 40 else {
        throw ImageFileFault(reason: "its header has \(bytes.little(14, 4)) bytes; expected 12, or 40 and more")
      }
      place = .details(start: bytes)
      return ImageFileStep(collect: 8)
    case .details(let start):
      let whole = start + bytes
      let width = Int(Int32(truncatingIfNeeded: whole.little(18, 4)))
      // Rows from the top are told by a height below zero.
      let height = abs(Int(Int32(truncatingIfNeeded: whole.little(22, 4))))
      let isPacked = ![0, 3, 6].contains(whole.little(30, 4))
      return try pixels(
        width, height, bits: isPacked ? 0 : whole.little(28, 2),
        from: isPacked ? whole.little(2, 4) : whole.little(10, 4),
        read: 34)
    }
  }

  /// Ends behind the last row; packed rows have no length of their own, and the file states its own.
  private mutating func pixels(
    _ width: Int, _ height: Int, bits: Int, from start: Int, read: Int
  ) throws(ImageFileFault) -> ImageFileStep {
    let (rows, overflow) = ((width * bits + 31) / 32 * 4).multipliedReportingOverflow(by: height)
    guard width > 0, height > 0, !overflow, rows <= Int(UInt32.max) else {
      throw ImageFileFault(reason: "its size is \(width)x\(height) pixels of \(bits) bits")
    }
    size = (width, height)
    hasImage = true
    end = start + rows
    return ImageFileStep(skip: max(0, end - read), collect: 0)
  }
}
