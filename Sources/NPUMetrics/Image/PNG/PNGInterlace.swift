/// Adam7: seven passes, each a smaller image, that together make the whole.
struct PNGInterlacePass {
  /// The column and row of the first pixel.
  var firstColumn: Int
  var firstRow: Int
  /// The distances of the pixels.
  var columnStep: Int
  var rowStep: Int

  /// The passes in the order of the file.
  static let all = [
    PNGInterlacePass(firstColumn: 0, firstRow: 0, columnStep: 8, rowStep: 8),
    PNGInterlacePass(firstColumn: 4, firstRow: 0, columnStep: 8, rowStep: 8),
    PNGInterlacePass(firstColumn: 0, firstRow: 4, columnStep: 4, rowStep: 8),
    PNGInterlacePass(firstColumn: 2, firstRow: 0, columnStep: 4, rowStep: 4),
    PNGInterlacePass(firstColumn: 0, firstRow: 2, columnStep: 2, rowStep: 4),
    PNGInterlacePass(firstColumn: 1, firstRow: 0, columnStep: 2, rowStep: 2),
    PNGInterlacePass(firstColumn: 0, firstRow: 1, columnStep: 1, rowStep: 2),
  ]

  /// The pixels that a row of this pass has in an image of a width; 0 means that the pass is not in the file.
  func width(in full: Int) -> Int { (full - firstColumn + columnStep - 1) / columnStep }

  /// The rows that this pass has in an image of a height.
  func height(in full: Int) -> Int { (full - firstRow + rowStep - 1) / rowStep }

  /// Puts the pixels of this pass where they belong in the rows of the image.
  ///
  /// Pixels smaller than a byte are joined to what is there, so the image must be zero where they go.
  func scatter(_ pass: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<UInt8>, info: PNGInfo) {
    let columns = width(in: info.width)
    let bits = info.bitsPerPixel
    let passStride = info.rowBytes(width: columns)
    let stride = info.rowBytes(width: info.width)
    for row in 0..<height(in: info.height) {
      let from = unsafe pass + row * passStride
      let into = unsafe target + (firstRow + row * rowStep) * stride
      if bits >= 8 {
        let bytes = bits / 8
        for column in 0..<columns {
          let pixel = unsafe into + (firstColumn + column * columnStep) * bytes
          for byte in 0..<bytes { unsafe pixel[byte] = from[column * bytes + byte] }
        }
      } else {
        let mask = UInt8(truncatingIfNeeded: (1 << bits) - 1)
        for column in 0..<columns {
          let place = column * bits
          let value = unsafe from[place >> 3] >> (8 - bits - place & 7) & mask
          let targetPlace = (firstColumn + column * columnStep) * bits
          unsafe into[targetPlace >> 3] |= value << (8 - bits - targetPlace & 7)
        }
      }
    }
  }
}
