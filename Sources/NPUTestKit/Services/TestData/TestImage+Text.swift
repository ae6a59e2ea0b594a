public import NPUMetrics

extension TestImage {
  /// Text to be read out of an image, with a blank margin of four dots around it.
  ///
  /// Characters are 5 dots wide, 7 high above the base line, with 2 for what hangs below it. A scale of 4 is small
  /// print to most models, 8 is plain to read.
  ///
  /// - Parameters:
  ///   - text: Printable characters of ASCII; line ends begin new lines.
  ///   - scale: The pixels of a dot in each direction, 1 to 256.
  ///   - color: The colour of the text.
  ///   - background: The colour around it.
  /// - Returns: The image, just large enough.
  /// - Throws: `ImageError` for a character that is not in the typeface, a scale out of range, or an image too large.
  public static func text(
    _ text: String, scale: Int = 8, color: TestColor = .black, background: TestColor = .white
  ) throws(ImageError) -> TestImage {
    try TestCanvas.check(text)
    guard (1...256).contains(scale) else {
      throw ImageError(kind: .invalidOption, message: "A scale of \(scale) pixels a dot is not within 1...256.")
    }
    let lines = BitmapFont.lines(text)
    let margin = 4
    let widest = Swift.max(lines.map { BitmapFont.width($0) }.max() ?? 0, 1)
    let rows = lines.count * BitmapFont.lineHeight - (BitmapFont.lineHeight - BitmapFont.rows)
    var canvas = try TestCanvas(
      width: (widest + 2 * margin) * scale, height: (rows + 2 * margin) * scale, background: background)
    for (index, line) in lines.enumerated() {
      let row = margin + index * BitmapFont.lineHeight
      canvas.draw(line, x: margin * scale, y: row * scale, scale: scale, color)
    }
    return try canvas.image
  }
}
